import { expect, test } from 'vitest'
import { MAX_MAIL_BYTES } from '#lib/mail/import/read/limits.ts'
import { writeMbox } from '#lib/mail/message/mbox.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { NoMailbox, splitMbox } from './split-mbox.ts'

const SEPARATOR = 'From a@example.org Mon Jun 14 10:00:00 2021\n'

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function split(text: string, size = 1000): Promise<string[]> {
  const mails: string[] = []
  for await (const mail of splitMbox(inPieces(text, size))) mails.push(Buffer.from(mail).toString())
  return mails
}

test.each([1, 2, 7, 1000])('mails come out as they went in, in chunks of %i bytes', async (size) => {
  const one = 'Subject: a\n\nFrom here\n\n>From there\nend\n'
  const two = 'Subject: b\n\n\n'
  const escaped = (text: string) => text.replace(/^(>*From )/gm, '>$1')
  const mailbox = `${SEPARATOR}${escaped(one)}\n${SEPARATOR}${escaped(two)}\n`
  expect(await split(mailbox, size)).toEqual([one, two])
})

test('what this program writes is read back', async () => {
  const text =
    'Message-ID: <a@example.org>\nDate: Mon, 14 Jun 2021 10:00:00 +0200\nFrom: a@example.org\nTo: b@example.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 7bit\n\nwords\n'
  const message = readMessage(text)
  if (!message.ok) throw new Error(JSON.stringify(message.error))
  expect(await split([...writeMbox([message.value, message.value])].join(''))).toHaveLength(2)
})

test('a line that begins with From in the middle of a paragraph begins no mail', async () => {
  expect(await split(`${SEPARATOR}Subject: a\n\nwords\nFrom 2019 on it was so, and 2020 too\n`)).toHaveLength(
    1,
  )
})

test('line ends of another system stay', async () => {
  const mailbox = `${SEPARATOR}Subject: a\n\nx\n\n${SEPARATOR}Subject: b\n\ny\n`.replaceAll('\n', '\r\n')
  expect(await split(mailbox)).toEqual(['Subject: a\r\n\r\nx\r\n', 'Subject: b\r\n\r\ny\r\n'])
})

test('of a mail beyond the limit no more is kept than shows it', async () => {
  const [mail] = await split(`${SEPARATOR}Subject: a\n\n${'x'.repeat(3 * MAX_MAIL_BYTES)}`, 65_536)
  expect(mail).toHaveLength(MAX_MAIL_BYTES + 1)
})

test('what does not begin with a separator is no mailbox', async () => {
  await expect(split('Subject: a\n\nwords\n')).rejects.toThrow(NoMailbox)
  expect(await split('')).toEqual([])
})
