/**
 * The outbox against a real SMTP server on loopback that refuses, cuts and is slow, and a worker that is killed. What must
 * hold in each case: every recipient has every mail once, with the bytes as they were written; or its row says why not.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import { changeEnvironment, mailSettings } from '#lib/env.server.ts'
import { createLog } from '#lib/log.server.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { type Fault, LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { bundleForNode } from '../../../scripts/bundle.mjs'
import { childEnvironment } from '../../../scripts/child-environment.mjs'
import { msHere } from '../../../scripts/cpu-time.mjs'
import { findCutOff, nextDue, queueMails, resolveUnknown } from './outbox.server.ts'
import { type OutboxOptions, startOutbox } from './worker.server.ts'

let proposalId = ''
let author = ''
let revisionId = ''

beforeAll(async () => {
  const proposal = { slug: `outbox-${Date.now()}`, changeId: randomUUID(), title: 'x', area: 'x' }
  ;({ id: proposalId } = await db().proposal.create({ data: proposal, select: { id: true } }))
  ;({ id: author } = await db().person.create({ data: { name: 'Author' }, select: { id: true } }))
  // Of a revision that passes the gate; which one it is, is nothing to the outbox.
  const revision = {
    ...{
      proposalId,
      number: 1,
      contentSha256: new Uint8Array(randomBytes(32)),
      textVersion: 1,
      plainText: 'x',
    },
    ...{ changelog: '', frontMatter: {}, publishedBy: author },
  }
  ;({ id: revisionId } = await db().revision.create({ data: revision, select: { id: true } }))
  const counts = { questions: 1, unanswered: 0, claims: 0, failing: 0 }
  await db().revisionGate.create({
    data: { revisionId, gateVersion: 1, ...counts, passes: true, stamp: '', items: [] },
  })
})

const SILENT = createLog('silent')
const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  // Later tests begin with an empty outbox.
  const left = { state: { in: ['queued', 'failed', 'unknown'] } }
  await db().outgoingRecipient.updateMany({ where: left, data: { state: 'dropped' } })
})

let batch = 0
function mails(count: number): Message[] {
  batch++
  return Array.from({ length: count }, (_, i) => ({
    messageId: `20261123-outbox-${batch}-${Date.now()}-${i}@example.org` as MessageId,
    inReplyTo: null,
    references: [],
    from: { name: 'Ünal', address: 'unal@example.org' },
    to: [{ name: '', address: 'list@example.org' }],
    cc: [],
    date: { epochSeconds: 1_800_000_000 + i, offsetMinutes: 0 },
    subject: `[RFC ${i}/${count}] x: mail ${i}`,
    note: null,
    body: `.\n.. leading dots, Größe\n${'x'.repeat(990)}\n${'words of a line\n'.repeat(50)}end ${i}\n`,
  }))
}

const PEOPLE = ['list@example.org', 'reva@example.net', 'Mika@Example.Net']

async function queue(messages: readonly Message[], recipients: readonly string[] = PEOPLE) {
  return writeAs(author, (tx) =>
    queueMails(
      tx,
      { proposalId, kind: 'series', revisionId, queuedBy: author },
      messages.map((message) => ({ message, recipients })),
    ),
  )
}

async function statesOf(messages: readonly Message[]): Promise<Record<string, number>> {
  const rows = await db().outgoingRecipient.findMany({
    where: { messageId: { in: messages.map(({ messageId }) => messageId) } },
    select: { state: true },
  })
  const counts: Record<string, number> = {}
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

async function until(what: string, is: () => Promise<boolean> | boolean, ms = 50_000): Promise<void> {
  for (const end = Date.now() + ms; !(await is()); ) {
    if (Date.now() > end) throw new Error(`it never came to this: ${what}`)
    await new Promise((done) => setTimeout(done, 25))
  }
}

async function serverWith(faults: readonly Fault[] = []) {
  const server = new LoopbackServer()
  server.faults.push(...faults)
  const port = await server.listen()
  closing.push(() => server.close())
  return { server, port }
}

/** Shows what the server has, as the archive of each list would. */
async function archiveOf(server: LoopbackServer): Promise<string> {
  const http = createServer((request, response) => {
    const [, address, id] = (request.url ?? '').split('/').map(decodeURIComponent)
    const isThere = server.received.some(
      ({ to, bytes }) => to.toLowerCase() === address && bytes.toString().includes(`Message-ID: <${id}>`),
    )
    response.writeHead(isThere ? 200 : 404).end()
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  closing.push(() => new Promise((done) => http.close(done)))
  const at = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return PEOPLE.map((address) => `${address}=${at}/${address.toLowerCase()}/{id}`).join(' ')
}

const environment = (port: number, archives = '') => ({
  COHERENT_SMTP_URL: `smtp://127.0.0.1:${port}`,
  COHERENT_MAIL_FROM: 'bounces@example.org',
  COHERENT_MAIL_PER_MINUTE: '60000',
  COHERENT_MAIL_ARCHIVES: archives || undefined,
})

function outboxOn(port: number, options: OutboxOptions = {}, archives = '') {
  changeEnvironment(environment(port, archives))
  const settings = mailSettings()
  if (!settings) throw new Error('settings')
  const outbox = startOutbox(settings, { restMs: 20, lookEveryMs: 20, log: SILENT, ...options })
  closing.push(() => outbox.stop())
  return outbox
}

/** Each recipient has each mail once, byte for byte. */
function expectOnce(server: LoopbackServer, messages: readonly Message[], recipients = PEOPLE): void {
  const got = server.received.map(({ to, bytes }) => `${to.toLowerCase()}\n${bytes.toString('utf8')}`)
  const wanted = messages.flatMap((message) =>
    recipients.map((to) => `${to.toLowerCase()}\n${writeMessage(message).replaceAll('\n', '\r\n')}`),
  )
  expect(got.sort()).toEqual(wanted.sort())
}

test('each recipient has each mail once, in the order of the series, in eight bits', async () => {
  const { server, port } = await serverWith()
  const messages = mails(5)
  expect(await queue(messages)).toMatchObject({ mails: 5, recipients: 15 })
  outboxOn(port)
  await until('all sent', async () => (await statesOf(messages)).sent === 15)
  expectOnce(server, messages)
  for (const address of PEOPLE) {
    const own = server.received.filter(({ to }) => to === address.toLowerCase())
    expect(own.map(({ bytes }) => /\[RFC (\d)/.exec(bytes.toString())?.[1])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
    ])
  }
  expect(
    server.received.every(({ from, body }) => from === 'bounces@example.org' && body === '8bitmime'),
  ).toBe(true)
})

test('the same mail for the same recipient is queued once, whoever presses how often', async () => {
  const messages = mails(2)
  const all = await Promise.allSettled([queue(messages), queue(messages), queue(messages)])
  expect(all.some(({ status }) => status === 'fulfilled')).toBe(true)
  expect(await statesOf(messages)).toEqual({ queued: 6 })
  // One more person gets what the others have already been sent.
  expect(await queue(messages, [...PEOPLE, 'late@example.net'])).toMatchObject({ mails: 2, recipients: 2 })
})

test('two outboxes on one database send nothing twice', async () => {
  const { server, port } = await serverWith()
  const messages = mails(10)
  await queue(messages)
  outboxOn(port)
  outboxOn(port)
  await until('all sent', async () => (await statesOf(messages)).sent === 30)
  expectOnce(server, messages)
})

test('a refusal for now is tried again later, one for good is not, and says what the server said', async () => {
  const faults: Fault[] = [
    'refuse-recipient-4xx',
    'refuse-data-4xx',
    'refuse-recipient-5xx',
    'refuse-data-5xx',
  ]
  const { server, port } = await serverWith(faults)
  const messages = mails(4)
  await queue(messages, ['list@example.org'])
  let ahead = 0
  outboxOn(port, { now: () => new Date(Date.now() + ahead) })
  const rows = () =>
    db().outgoingRecipient.findMany({
      where: { messageId: { in: messages.map(({ messageId }) => messageId) } },
      orderBy: { id: 'asc' },
      select: { state: true, attempts: true, lastError: true, nextAttempt: true },
    })
  // The cover is refused for now, and the parts wait behind it.
  await until('one refusal', async () => (await rows())[0]?.attempts === 1)
  expect((await rows()).map(({ state }) => state)).toEqual(['queued', 'queued', 'queued', 'queued'])
  expect((await rows())[0]?.lastError).toContain('greylisted')
  expect((await rows())[0]?.nextAttempt.getTime()).toBeGreaterThan(Date.now() + 30_000)
  ahead = 90_000
  await until('two refusals', async () => (await rows())[0]?.lastError.includes('disk is full') ?? false)
  ahead = 3_600_000
  await until('the end', async () => (await statesOf(messages)).sent === 2)
  expect((await rows()).map(({ state }) => state)).toEqual(['failed', 'failed', 'sent', 'sent'])
  expect((await rows())[0]?.lastError).toContain('no such user here')
  expect((await rows())[1]?.lastError).toContain('not welcome')
  expect(server.received).toHaveLength(2)
})

test('after five days of refusals it gives up, in words', async () => {
  const { port } = await serverWith(['refuse-data-4xx'])
  const messages = mails(1)
  await queue(messages, ['list@example.org'])
  outboxOn(port, { now: () => new Date(Date.now() + 6 * 24 * 3_600_000) })
  await until('given up', async () => (await statesOf(messages)).failed === 1)
  const row = await db().outgoingRecipient.findFirstOrThrow({
    where: { messageId: messages[0]?.messageId ?? '' },
  })
  expect(row.lastError).toContain('given up after five days')
})

test('while no server answers mails wait, and leave when it is back', async () => {
  const { server, port } = await serverWith()
  await server.close()
  const messages = mails(2)
  await queue(messages)
  const outbox = outboxOn(port)
  const isTold = async () =>
    (await db().outgoingRecipient.count({
      where: { state: 'queued', lastError: { contains: 'no mail server' } },
    })) > 0
  await until('told', isTold)
  await outbox.stop()
  const back = new LoopbackServer()
  await back.listen(port)
  closing.push(() => back.close())
  outboxOn(port)
  await until('all sent', async () => (await statesOf(messages)).sent === 6)
  expectOnce(back, messages)
})

test.each<Fault>(['cut-after-accept', 'cut-before-accept'])(
  '%s: nobody knows, so it is not sent again by itself; the archive of the list tells',
  async (fault) => {
    const { server, port } = await serverWith([fault])
    const messages = mails(3)
    await queue(messages)
    const blind = outboxOn(port)
    await until('one unknown', async () => (await statesOf(messages)).unknown === 1)
    await blind.stop()
    const before = server.received.length
    expect((await statesOf(messages)).unknown).toBe(1)
    outboxOn(port, { patienceMs: 0 }, await archiveOf(server))
    await until('all sent', async () => (await statesOf(messages)).sent === 9)
    expectOnce(server, messages)
    expect(server.received.length).toBeGreaterThanOrEqual(before)
  },
)

test('an archive that does not have the mail yet is asked again, and one that is away says nothing', async () => {
  const { server, port } = await serverWith(['cut-before-accept'])
  const messages = mails(1)
  await queue(messages, ['list@example.org'])
  const answers = ['no-answer', 'absent', 'no-answer', 'absent'] as const
  let asked = 0
  const look = async () => answers[asked++ % answers.length] ?? 'no-answer'
  outboxOn(port, { look, patienceMs: 600_000 }, 'list@example.org=http://127.0.0.1:1/{id}')
  await until('asked often', () => asked > 6)
  expect(await statesOf(messages)).toEqual({ unknown: 1 })
  expect(server.received).toHaveLength(0)
})

test('a person who looked says what became of an unknown mail', async () => {
  const { server, port } = await serverWith(['cut-after-accept', 'none', 'cut-before-accept'])
  const messages = mails(1)
  await queue(messages)
  outboxOn(port)
  await until('two unknown', async () => (await statesOf(messages)).unknown === 2)
  const unknown = await db().outgoingRecipient.findMany({
    where: { state: 'unknown' },
    orderBy: { id: 'asc' },
  })
  for (const { id, address } of unknown) {
    const hasIt = server.received.some(({ to }) => to === address)
    expect(await resolveUnknown(id, hasIt ? 'arrived' : 'lost', 'a person looked')).toBe(true)
  }
  await until('all sent', async () => (await statesOf(messages)).sent === 3)
  expectOnce(server, messages)
})

test('a mail whose sender lost its lock to another process is told as it went', async () => {
  const { server, port } = await serverWith(['slow-answer'])
  server.slowMs = 600
  const messages = mails(1)
  await queue(messages, ['list@example.org'])
  outboxOn(port)
  await until('on its way', () => server.received.length === 1)
  // What another leader does when it begins.
  expect(await findCutOff()).toBe(1)
  expect(await statesOf(messages)).toEqual({ unknown: 1 })
  await until('told', async () => (await statesOf(messages)).sent === 1)
  expectOnce(server, messages, ['list@example.org'])
})

test('a chore that fails keeps no mail', async () => {
  const { server, port } = await serverWith()
  const messages = mails(2)
  await queue(messages)
  outboxOn(port, { chores: () => Promise.reject(new Error('a proposal that cannot be rendered')) })
  await until('all sent', async () => (await statesOf(messages)).sent === 6)
  expectOnce(server, messages)
})

const isAway = () => new Error('timeout exceeded when trying to connect')

test('a turn that the database ended is not the last', async () => {
  const { server, port } = await serverWith()
  const messages = mails(2)
  await queue(messages)
  let looks = 0
  outboxOn(port, {
    now: () => {
      looks += 1
      if (looks <= 2) throw isAway()
      return new Date()
    },
  })
  await until('all sent', async () => (await statesOf(messages)).sent === 6)
  expectOnce(server, messages)
})

test('chores that failed are made again before their time, and those that did not are not', async () => {
  const { port } = await serverWith()
  let rounds = 0
  outboxOn(port, {
    lookEveryMs: 3_600_000,
    chores: async () => {
      rounds += 1
      if (rounds <= 2) throw isAway()
    },
  })
  await until('a third round', () => rounds === 3)
  await new Promise((done) => setTimeout(done, 600))
  expect(rounds).toBe(3)
})

test('mails leave while a chore takes long, and there is one round of chores at a time', async () => {
  const { server, port } = await serverWith()
  const messages = mails(3)
  await queue(messages)
  let begun = 0
  let finish = () => {}
  const outbox = outboxOn(port, {
    chores: () => {
      begun++
      return new Promise<void>((done) => {
        finish = done
      })
    },
  })
  await until('all sent', async () => (await statesOf(messages)).sent === 9)
  expectOnce(server, messages)
  expect(begun).toBe(1)
  finish()
  await until('another round', () => begun === 2)
  const stopped = outbox.stop()
  finish()
  await stopped
})

test('of a flood of mail the next one is found without looking at all of it, in its order', async () => {
  const MAILS = 4000
  const prefix = `flood-${randomUUID()}-`
  await writeAs(author, async (tx) => {
    await tx.$executeRaw`
      INSERT INTO outgoing_mail (proposal_id, revision_id, batch_id, position, kind, message_id, subject, queued_by, bytes)
      SELECT ${proposalId}::uuid, (SELECT id FROM revision WHERE proposal_id = ${proposalId}::uuid LIMIT 1), md5(${prefix} || (n / 200)::text)::uuid, n % 200, 'series', ${prefix} || n || '@example.org', 'x', ${author}::uuid,
             convert_to(repeat('words of a mail ', 300), 'UTF8') FROM generate_series(0, ${MAILS - 1}::int) n`
    await tx.$executeRaw`
      INSERT INTO outgoing_recipient (mail_id, message_id, address)
      SELECT m.id, m.message_id, 'r' || k || '@example.org' FROM outgoing_mail m, generate_series(1, 5) k
      WHERE starts_with(m.message_id, ${prefix}) ORDER BY split_part(substr(m.message_id, ${prefix.length + 1}), '@', 1)::int, k`
  })
  const of = (n: number, k: number) => ({
    messageId: `${prefix}${n}@example.org`,
    address: `r${k}@example.org`,
  })
  const took = async (work: () => Promise<unknown>) => {
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const began = performance.now()
      await work()
      times.push(performance.now() - began)
    }
    return times.sort((a, b) => a - b)[0] ?? 0
  }
  const now = new Date(Date.now() + 1000)
  expect(await nextDue(now)).toMatchObject(of(0, 1))
  // Once a second and a half: every pair of what waits was compared.
  expect(await took(() => nextDue(now))).toBeLessThan(msHere(500))
  // The first of each batch waits for its server: nothing behind it leaves before it.
  const heads = Array.from({ length: MAILS / 200 }, (_, i) => `${prefix}${i * 200}@example.org`)
  await db().outgoingRecipient.updateMany({
    where: { messageId: { in: heads }, address: 'r1@example.org' },
    data: { nextAttempt: new Date(Date.now() + 3_600_000) },
  })
  expect(await nextDue(now)).toMatchObject(of(0, 2))
  await db().outgoingRecipient.updateMany({
    where: { messageId: { in: heads } },
    data: { nextAttempt: new Date(Date.now() + 3_600_000) },
  })
  expect(await nextDue(now)).toBeNull()
  expect(await took(() => nextDue(now))).toBeLessThan(msHere(15_000))
})

test('a mail that is taken back while it waits does not leave', async () => {
  const { server, port } = await serverWith()
  const messages = mails(1)
  await queue(messages)
  await db().outgoingRecipient.updateMany({
    where: { messageId: messages[0]?.messageId ?? '', address: 'reva@example.net' },
    data: { state: 'dropped' },
  })
  outboxOn(port)
  await until('two sent', async () => (await statesOf(messages)).sent === 2)
  expectOnce(server, messages, ['list@example.org', 'Mika@Example.Net'])
})

// ---- a worker that is killed --------------------------------------------------------------------------------------

let program = ''
beforeAll(async () => {
  program = await bundleForNode('lib/review/outgoing/outbox-process.server.ts', 'outbox-process')
})

function startProcess(port: number, archives: string, patienceMs = 0): ChildProcess {
  const child = spawn(process.execPath, [program, String(patienceMs), '20'], {
    env: childEnvironment(environment(port, archives)),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  closing.push(() => child.kill('SIGKILL'))
  return child
}

test.each<Fault>(['hang-after-accept', 'hang-before-accept'])(
  'kill -9 of the worker between the last byte and the answer (%s): each recipient has each mail once',
  async (fault) => {
    const { server, port } = await serverWith(['none', 'none', fault, 'none', 'none', fault])
    const archives = await archiveOf(server)
    const messages = mails(3)
    await queue(messages)
    let killed = 0
    let child = startProcess(port, archives)
    server.onHang = () => {
      child.kill('SIGKILL')
      killed++
      child = startProcess(port, archives)
    }
    await until('all sent', async () => (await statesOf(messages)).sent === 9)
    expect(killed).toBe(2)
    expectOnce(server, messages)
  },
)

test('kill -9 of the worker at any moment: each recipient has each mail once', async () => {
  const { server, port } = await serverWith()
  const archives = await archiveOf(server)
  // What a killed worker has written may reach the server after it is gone: an archive that has nothing yet says little.
  const start = () => startProcess(port, archives, 1500)
  const messages = mails(20)
  await queue(messages)
  let child = start()
  for (let i = 0; i < 8; i++) {
    await new Promise((done) => setTimeout(done, 150 + 97 * i))
    child.kill('SIGKILL')
    child = start()
  }
  await until('all sent', async () => (await statesOf(messages)).sent === 60, 40_000)
  expectOnce(server, messages)
})

test('a worker that is asked to stop finishes the mail that is on its way', async () => {
  const { server, port } = await serverWith(['slow-answer'])
  server.slowMs = 700
  const messages = mails(3)
  await queue(messages)
  const child = startProcess(port, '')
  await until('on its way', () => server.received.length === 1)
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(await statesOf(messages)).toEqual({ sent: 1, queued: 8 })
})

// ---- rules of the database ----------------------------------------------------------------------------------------

test('the database refuses what would send a mail twice or change it', async () => {
  const messages = mails(1)
  await queue(messages, ['list@example.org'])
  const row = await db().outgoingRecipient.findFirstOrThrow({
    where: { messageId: messages[0]?.messageId ?? '' },
  })
  const to = (state: string) => db().outgoingRecipient.update({ where: { id: row.id }, data: { state } })
  await expect(to('sent')).rejects.toThrow('from queued to sent')
  await expect(to('nonsense')).rejects.toThrow()
  await to('sending')
  await expect(to('dropped')).rejects.toThrow('from sending to dropped')
  await to('sent')
  await expect(to('queued')).rejects.toThrow('from sent to queued')
  await expect(
    db().outgoingRecipient.update({ where: { id: row.id }, data: { lastError: 'x' } }),
  ).rejects.toThrow('stays as it was sent')
  await expect(db().outgoingRecipient.delete({ where: { id: row.id } })).rejects.toThrow('immutable')
  const again = { mailId: row.mailId, messageId: row.messageId, address: 'list@example.org' }
  await expect(db().outgoingRecipient.create({ data: again })).rejects.toThrow()
  await expect(
    db().outgoingRecipient.create({ data: { ...again, address: 'b@example.org', state: 'sent' } }),
  ).rejects.toThrow('immutable')
  await expect(
    db().outgoingMail.update({ where: { id: row.mailId }, data: { subject: 'y' } }),
  ).rejects.toThrow('immutable')
  await expect(db().$executeRaw`TRUNCATE outgoing_recipient`).rejects.toThrow()
  const other = await db().person.create({ data: { name: 'Other' }, select: { id: true } })
  const asOther = writeAs(other.id, (tx) =>
    queueMails(tx, { proposalId, kind: 'series', revisionId, queuedBy: author }, [
      { message: mails(1)[0] as Message, recipients: ['x@example.org'] },
    ]),
  )
  await expect(asOther).rejects.toThrow('queued by the person who acts')
})
