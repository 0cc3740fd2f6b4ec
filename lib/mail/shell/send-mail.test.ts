import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Fault, LoopbackServer } from './loopback-server.ts'
import { type Delivery, SmtpSession } from './send-mail.ts'

const MAIL = [
  'Subject: [RFC 0/4] io_uring: x',
  'Content-Transfer-Encoding: 8bit',
  '',
  '.',
  '..',
  '.leading dot, and Größe 語',
  'x'.repeat(998),
  'From here',
  '.',
  'end',
  '',
].join('\n')
const bytes = new TextEncoder().encode(MAIL)
const envelope = { from: 'bounce@example.org', to: 'list@example.org' }

const open: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function sessionWith(faults: readonly Fault[], silenceMs = 5000) {
  const server = new LoopbackServer()
  server.faults.push(...faults)
  const port = await server.listen()
  open.push(() => server.close())
  const session = async () => {
    const opened = await SmtpSession.open({
      host: '127.0.0.1',
      port,
      security: 'plain',
      login: null,
      silenceMs,
    })
    if (!opened.ok) throw new Error(opened.error)
    open.push(async () => opened.value.close())
    return opened.value
  }
  return { server, session, port }
}

test('the bytes of a mail arrive unchanged: eight bits, long lines, leading dots, line ends of the wire', async () => {
  const { server, session } = await sessionWith([])
  const smtp = await session()
  const delivery = await smtp.deliver(envelope, bytes, async () => {})
  expect(delivery).toEqual({ kind: 'accepted', answer: expect.stringContaining('250') })
  const [received] = server.received
  expect(received?.bytes.toString('utf8')).toBe(MAIL.replaceAll('\n', '\r\n'))
  expect(received).toMatchObject({ from: envelope.from, to: envelope.to, body: '8bitmime' })
})

test('many mails go through one connection, each as it was written', async () => {
  const { server, session } = await sessionWith([])
  const smtp = await session()
  for (let i = 0; i < 30; i++) {
    const mail = new TextEncoder().encode(`Subject: ${i}\n\n${'.\n'.repeat(i)}${i % 2 ? 'ü' : 'u'}\n`)
    expect((await smtp.deliver(envelope, mail, async () => {})).kind).toBe('accepted')
  }
  expect(server.received.map(({ bytes: got }) => got.toString('utf8').replaceAll('\r\n', '\n'))).toEqual(
    Array.from({ length: 30 }, (_, i) => `Subject: ${i}\n\n${'.\n'.repeat(i)}${i % 2 ? 'ü' : 'u'}\n`),
  )
  expect(smtp.isUsable).toBe(true)
})

const told = (delivery: Delivery) =>
  delivery.kind === 'refused' ? `refused${delivery.permanent ? ' for good' : ''}` : delivery.kind

test.each<[Fault, string, received: number]>([
  ['refuse-recipient-4xx', 'refused', 0],
  ['refuse-recipient-5xx', 'refused for good', 0],
  ['refuse-data-4xx', 'refused', 0],
  ['refuse-data-5xx', 'refused for good', 0],
  ['cut-before-accept', 'unknown', 0],
  ['cut-after-accept', 'unknown', 1],
])('%s leaves the mail %s', async (fault, kind, received) => {
  const { server, session } = await sessionWith([fault])
  const smtp = await session()
  expect(told(await smtp.deliver(envelope, bytes, async () => {}))).toBe(kind)
  expect(server.received).toHaveLength(received)
  // The next connection is as good as ever.
  const again = await session()
  expect((await again.deliver(envelope, bytes, async () => {})).kind).toBe('accepted')
})

test('a connection that is cut within a long mail is unknown or not sent, never accepted', async () => {
  const { server, session } = await sessionWith(['cut-in-data'])
  const smtp = await session()
  const long = new TextEncoder().encode(`Subject: x\n\n${'word '.repeat(180)}\n`.repeat(100))
  const delivery = await smtp.deliver(envelope, long, async () => {})
  expect(['unknown', 'not-sent']).toContain(delivery.kind)
  expect(server.received).toHaveLength(0)
})

test('a server that is slow is waited for; one that is silent leaves the mail unknown', async () => {
  const { server, session } = await sessionWith(['slow-answer', 'slow-answer'], 900)
  server.slowMs = 400
  const smtp = await session()
  expect((await smtp.deliver(envelope, bytes, async () => {})).kind).toBe('accepted')
  server.slowMs = 3000
  expect((await smtp.deliver(envelope, bytes, async () => {})).kind).toBe('unknown')
  expect(smtp.isUsable).toBe(false)
})

test('not a byte leaves before it was written down that it may; when that fails, nothing was sent', async () => {
  const { server, session } = await sessionWith([])
  const order: string[] = []
  const smtp = await session()
  await smtp.deliver(envelope, bytes, async () => {
    await new Promise((done) => setTimeout(done, 100))
    order.push(`written, server has ${server.received.length}`)
  })
  expect(order).toEqual(['written, server has 0'])
  const delivery = await smtp.deliver(envelope, bytes, () => Promise.reject(new Error('somebody was faster')))
  expect(delivery).toEqual({ kind: 'not-sent', reason: expect.stringContaining('somebody was faster') })
  expect(server.received).toHaveLength(1)
})

test('a server that takes seven bits only gets no mail with eight', async () => {
  const server = new LoopbackServer({ hide8BITMIME: true })
  const port = await server.listen()
  open.push(() => server.close())
  const opened = await SmtpSession.open({ host: '127.0.0.1', port, security: 'plain', login: null })
  if (!opened.ok) throw new Error(opened.error)
  open.push(async () => opened.value.close())
  expect(await opened.value.deliver(envelope, bytes, async () => {})).toMatchObject({
    kind: 'refused',
    permanent: true,
  })
  expect(
    await opened.value.deliver(envelope, new TextEncoder().encode('a: b\n\nc\n'), async () => {}),
  ).toMatchObject({
    kind: 'accepted',
  })
})

test('nobody there, no greeting, no TLS where it is required: said in words, without an exception', async () => {
  const dead = createServer((socket) => socket.destroy())
  const port = await new Promise<number>((done) =>
    dead.listen(0, '127.0.0.1', () => done((dead.address() as { port: number }).port)),
  )
  open.push(async () => dead.close())
  const connect = { host: '127.0.0.1', login: null }
  expect(await SmtpSession.open({ ...connect, port: 1, security: 'plain' })).toMatchObject({ ok: false })
  expect(await SmtpSession.open({ ...connect, port, security: 'plain' })).toMatchObject({ ok: false })
  const without = await sessionWith([])
  const secured = await SmtpSession.open({ ...connect, port: without.port, security: 'starttls' })
  expect(secured).toMatchObject({ ok: false })
})

const openssl = spawnSync('openssl', ['version']).status === 0
test.skipIf(!openssl)(
  'TLS and a login are used; a wrong certificate or password sends nothing (needs openssl)',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'smtp-tls-'))
    const certificate = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key',
      '-out',
      'cert',
      '-days',
      '2',
    ]
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    execFileSync('openssl', [...certificate, ...names], { cwd: folder, stdio: 'ignore' })
    const [key, cert] = ['key', 'cert'].map((file) => readFileSync(path.join(folder, file), 'utf8'))
    rmSync(folder, { recursive: true })
    for (const security of ['tls', 'starttls'] as const) {
      const server = new LoopbackServer({
        secure: security === 'tls',
        key,
        cert,
        authOptional: false,
        onAuth: ({ username, password }, _session, done) =>
          done(username === 'u' && password === 'p%:' ? null : new Error('no'), { user: username }),
      })
      const port = await server.listen()
      open.push(() => server.close())
      const connect = { host: 'localhost', port, security, ca: cert ?? '' }
      const good = await SmtpSession.open({ ...connect, login: { user: 'u', password: 'p%:' } })
      if (!good.ok) throw new Error(good.error)
      open.push(async () => good.value.close())
      expect((await good.value.deliver(envelope, bytes, async () => {})).kind).toBe('accepted')
      expect(await SmtpSession.open({ ...connect, login: { user: 'u', password: 'x' } })).toMatchObject({
        ok: false,
      })
      const distrusted = { host: 'localhost', port, security, login: { user: 'u', password: 'p%:' } }
      expect(await SmtpSession.open(distrusted)).toMatchObject({ ok: false })
      expect(server.received).toHaveLength(1)
    }
  },
)
