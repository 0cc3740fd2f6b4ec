import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeEnvironment } from '#lib/env.server.ts'
import { LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { canMail, mailInvitation } from './mail-invitation.server.ts'

const server = new LoopbackServer()
const NOW = new Date()

beforeAll(async () => {
  changeEnvironment({
    COHERENT_SMTP_URL: `smtp://127.0.0.1:${await server.listen()}`,
    COHERENT_MAIL_FROM: 'bounces@example.org',
  })
})
afterAll(async () => {
  await server.close().catch(() => {})
  changeEnvironment({ COHERENT_SMTP_URL: undefined, COHERENT_MAIL_FROM: undefined })
})

const address = () => `invited-${randomUUID()}@example.org`
const invitation = {
  link: 'https://review.example.org/invitation/a-link-that-works-once',
  title: 'Futex waits through io_uring',
  role: 'reviewer',
} as const
const invite = (to: string, by: string = randomUUID()) => mailInvitation(to, invitation, by, NOW)
const mailsTo = (to: string) =>
  server.received.filter((mail) => mail.to === to).map(({ bytes }) => String(bytes))

test('an invitation is one mail to its address, with the link and the proposal, and no words of who invites', async () => {
  const to = address()
  expect(canMail()).toBe(true)
  expect(await invite(to)).toBe('sent')
  const mails = mailsTo(to)
  expect(mails).toHaveLength(1)
  for (const words of [invitation.link, invitation.title, 'as reviewer', 'within two weeks'])
    expect(mails[0]).toContain(words)
})

test('an address is invited five times a day, whoever does it, and one person invites twenty', async () => {
  const to = address()
  for (let i = 0; i < 5; i++) expect(await invite(to)).toBe('sent')
  expect(await invite(to)).toBe('too-many')
  expect(mailsTo(to)).toHaveLength(5)
  const by = randomUUID()
  for (let i = 0; i < 20; i++) expect(await invite(address(), by)).toBe('sent')
  const last = address()
  expect(await invite(last, by)).toBe('too-many')
  expect(mailsTo(last)).toEqual([])
})

test('where the mail server is away nothing is sent, and the try does not count', async () => {
  const [to, by] = [address(), randomUUID()]
  await server.close()
  for (let i = 0; i < 6; i++) expect(await invite(to, by)).toBe('not-sent')
  changeEnvironment({ COHERENT_SMTP_URL: undefined, COHERENT_MAIL_FROM: undefined })
  expect(canMail()).toBe(false)
  expect(await invite(to, by)).toBe('not-sent')
})
