import { expect, test } from 'vitest'
import { MAX_MAIL_BYTES } from '#lib/mail/import/read/limits.ts'
import { type Delivery, listenLmtp } from './lmtp.ts'
import { LmtpClient } from './lmtp-client.ts'

async function withListener(
  deliver: (bytes: Uint8Array) => Promise<Delivery>,
  work: (client: LmtpClient) => Promise<void>,
): Promise<unknown[]> {
  const troubles: unknown[] = []
  const server = await listenLmtp({
    port: 0,
    host: '127.0.0.1',
    deliver,
    onTrouble: (error) => troubles.push(error),
  })
  const client = await LmtpClient.connect(server.port)
  try {
    await work(client)
  } finally {
    client.close()
    await server.close()
  }
  return troubles
}

const taken = async (): Promise<Delivery> => ({ kind: 'taken', words: 'imported' })

test('a mail arrives as it was sent, dots and long lines and all, and each recipient is answered', async () => {
  const got: string[] = []
  const mail = `Subject: a\r\n\r\n.\r\n..dots\r\n${'x'.repeat(5000)}\r\nGr\u00f6\u00dfe\r\n`
  await withListener(
    async (bytes) => {
      got.push(Buffer.from(bytes).toString('utf8'))
      return taken()
    },
    async (client) => {
      const answers = await client.send(mail, ['a@example.org', 'b@example.org'])
      expect(answers.map((answer) => answer?.slice(0, 3))).toEqual(['250', '250'])
      // The session goes on.
      expect((await client.send('Subject: b\r\n\r\nb\r\n'))[0]).toMatch(/^250 /)
    },
  )
  expect(got).toEqual([mail, 'Subject: b\r\n\r\nb\r\n'])
})

test('what cannot be stored now is not taken: the mail server keeps it', async () => {
  const troubles = await withListener(
    async () => {
      throw new Error('the database is away')
    },
    async (client) => {
      expect((await client.send('Subject: a\n\na\n'))[0]).toMatch(/^451 4\.3\.0 /)
    },
  )
  expect(troubles).toHaveLength(1)
})

test('what never will be stored is refused for good', async () => {
  await withListener(
    async () => ({ kind: 'refused', words: 'too many parts' }),
    async (client) => expect((await client.send('Subject: a\n\na\n'))[0]).toMatch(/^554 5\.6\.0 /),
  )
})

test('a mail beyond the limit is refused, and not delivered', async () => {
  let delivered = 0
  await withListener(
    async () => {
      delivered++
      return taken()
    },
    async (client) => {
      const line = `${'x'.repeat(70)}\r\n`
      const mail = `Subject: a\r\n\r\n${line.repeat(Math.ceil(MAX_MAIL_BYTES / line.length) + 10)}`
      expect((await client.send(mail))[0]).toMatch(/^552 /)
      expect((await client.send('Subject: b\n\nb\n'))[0]).toMatch(/^250 /)
    },
  )
  expect(delivered).toBe(1)
}, 30_000)

test('it speaks no SMTP', async () => {
  await withListener(taken, async (client) => {
    expect(await client.say('EHLO x')).toMatch(/^5\d\d /)
  })
})
