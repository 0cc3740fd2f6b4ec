import { beforeAll, expect, test } from 'vitest'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { createMailToken } from '#lib/review/incoming/tokens.server.ts'
import { POST } from './route.ts'

let proposal: TestProposal
beforeAll(async () => {
  proposal = await newProposal('mail-api')
})

async function post(body: Uint8Array, isMailServer = true) {
  const { token } = await createMailToken('a hook', isMailServer)
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'message/rfc822' }
  const response = await POST(
    new Request('http://localhost/api/mail', { method: 'POST', headers, body: Buffer.from(body) }),
  )
  return { status: response.status, said: await response.json() }
}

test('a mail is taken; garbage, and a mailbox in place of a mail, are refused with the reason', async () => {
  expect(await post(proposal.mail('Words.\n'))).toMatchObject({ status: 202, said: { status: 'imported' } })
  for (const garbage of [
    '{"a": 1}',
    '\u0000\u0001\u0002',
    'hello\n\nworld\n',
    `<html>${'x'.repeat(1000)}</html>`,
  ])
    expect(await post(Buffer.from(garbage))).toMatchObject({ status: 422, said: { flags: ['not-a-mail'] } })
  const mailbox = ['One.\n', 'Two.\n'].map(
    (words) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${proposal.mail(words)}\n`,
  )
  expect(await post(Buffer.from(mailbox.join('')))).toMatchObject({
    status: 422,
    said: { flags: ['several-mails'] },
  })
  expect(await post(Buffer.from(mailbox[0] ?? ''))).toMatchObject({ status: 202 })
})

test('what a token that is not the mail server’s brings is held', async () => {
  expect(await post(proposal.mail('Held.\n'), false)).toMatchObject({
    status: 202,
    said: { status: 'quarantined' },
  })
})
