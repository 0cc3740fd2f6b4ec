import { expect, test } from 'vitest'
import { tokenOfMail } from './end-of-mail.ts'

const TOKEN = 'Ab_-'.repeat(16)
const bytes = (text: string) => new TextEncoder().encode(text)

test.each([
  ['as a mail program writes it', `From: a@b.example\r\nSubject: unsubscribe ${TOKEN}\r\n\r\n\r\n`],
  ['folded', `Subject: unsubscribe\r\n ${TOKEN}\r\nFrom: a@b.example\r\n\r\nbye\r\n`],
  ['in other letters, with single line ends', `SUBJECT:  Unsubscribe  ${TOKEN} \nTo: x\n\nbye\n`],
])('a mail that ends another is known by its subject, %s', (_, mail) => {
  expect(tokenOfMail(bytes(mail))).toBe(TOKEN)
})

test.each([
  ['an answer to one', `Subject: Re: unsubscribe ${TOKEN}\n\n`],
  ['a token that was cut', `Subject: unsubscribe ${TOKEN.slice(1)}\n\n`],
  ['two subjects', `Subject: unsubscribe ${TOKEN}\nSubject: unsubscribe ${TOKEN}\n\n`],
  ['words of the body', `Subject: Hello\n\nSubject: unsubscribe ${TOKEN}\n`],
  ['another header', `X-Subject: unsubscribe ${TOKEN}\n\n`],
  ['nothing', ''],
])('%s is another mail', (_, mail) => {
  expect(tokenOfMail(bytes(mail))).toBeNull()
})
