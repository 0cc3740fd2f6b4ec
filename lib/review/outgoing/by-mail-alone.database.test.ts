/** A review by somebody who never opens the page: what they send comes by LMTP, what they get leaves by SMTP. */
import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import { changeEnvironment, mailSettings } from '#lib/env.server.ts'
import { createLog } from '#lib/log.server.ts'
import { LmtpClient } from '#lib/mail/shell/lmtp-client.ts'
import { LoopbackServer } from '#lib/mail/shell/loopback-server.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { exportRevision } from '#lib/review/export/export.server.ts'
import { importMail } from '#lib/review/incoming/import.server.ts'
import {
  type MailSpelling,
  newProposal,
  PASS,
  type TestProposal,
} from '#lib/review/incoming/samples/test-proposal.server.ts'
import { bundleForNode } from '../../../scripts/bundle.mjs'
import { childEnvironment } from '../../../scripts/child-environment.mjs'
import { ANSWERS_A_DAY, queueActed } from './acted.server.ts'
import { queueListReplies, switchListReplies } from './list-replies.server.ts'
import { queueMails } from './outbox.server.ts'
import { startOutbox } from './worker.server.ts'

const SLUG = 'mail-alone'
const FLAGSHIP = 'io-uring-futex'
const REVA = 'Reva Reviewer <reva@example.org>'
const settings = { bounceAddress: 'bounces@rfc.example' }
const root = join(import.meta.dirname, '../../..')
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})

let proposal: TestProposal
let proposalId = ''
let author: { personId: string; name: string; administrator: boolean }
let sink: LoopbackServer
let child: ChildProcess
let lmtp: LmtpClient
let stop = async () => {}

beforeAll(async () => {
  proposal = await newProposal(SLUG, FLAGSHIP)
  ;({ id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug: SLUG } }))
  const { personId } = await db().membership.findFirstOrThrow({ where: { proposalId, role: 'author' } })
  author = { personId, name: 'Author', administrator: false }
  for (const [name, address, role] of [
    ['Reva Reviewer', 'reva@example.org', 'reviewer'],
    ['Max Maintainer', 'max@example.org', 'maintainer'],
  ] as const) {
    const { id } = await db().person.create({ data: { name }, select: { id: true } })
    await db().personAddress.create({ data: { address, personId: id, confirmedAt: new Date() } })
    await db().membership.create({ data: { proposalId, personId: id, role } })
  }
  sink = new LoopbackServer()
  const port = await sink.listen()
  changeEnvironment({
    COHERENT_URL: 'https://review.example.org',
    COHERENT_SMTP_URL: `smtp://127.0.0.1:${port}`,
    COHERENT_MAIL_FROM: settings.bounceAddress,
    COHERENT_MAIL_PER_MINUTE: '60000',
  })
  const smtp = mailSettings()
  if (!smtp) throw new Error('no mail')
  const outbox = startOutbox(smtp, { restMs: 20, log: createLog('silent') })
  stop = () => outbox.stop()
  const program = await bundleForNode('lib/review/incoming/samples/lmtp-process.server.ts', 'lmtp-alone')
  child = spawn(process.execPath, [program], {
    cwd: root,
    env: childEnvironment({ COHERENT_ROOT: root, COHERENT_AUTHSERV_ID: 'mx.rfc.example' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('port ')) continue
    lmtp = await LmtpClient.connect(Number(line.slice(5)))
    break
  }
}, 120_000)

afterAll(async () => {
  lmtp?.close()
  child?.kill('SIGKILL')
  if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  await stop()
  await sink?.close()
})

async function signed(body: string, spelling: MailSpelling = {}): Promise<Buffer> {
  const id = spelling.id ?? `${randomUUID()}@example.org`
  const date = new Date().toUTCString().replace('GMT', '+0000')
  const mail = proposal.mail(body, { ...spelling, id, date, proof: '' }).toString()
  const { signatures } = await dkimSign(mail.replace(/\r?\n/g, '\r\n'), {
    canonicalization: 'relaxed/relaxed',
    signatureData: [{ signingDomain: 'example.org', selector: 's', privateKey }],
  })
  return Buffer.from(`${spelling.proof ?? PASS}${signatures.replace(/\r\n/g, '\n')}${mail}`)
}

/** Hands a mail in; what the mail that answers it says. */
async function sends(body: string, spelling: MailSpelling = {}): Promise<string> {
  const id = `${randomUUID()}@example.org`
  const [answer] = await lmtp.send(await signed(body, { ...spelling, id }))
  expect(answer).toMatch(/^250 /)
  expect(await queueActed(settings, new Date())).toBe(1)
  const got = await received((text) => text.includes(`In-Reply-To: <${id}>`))
  expect(got.from).toBe('')
  expect(got.to).toBe('reva@example.org')
  expect(got.text).toMatch(/^Auto-Submitted: auto-replied$/m)
  return got.text.slice(got.text.indexOf('\n\n') + 2)
}

async function received(is: (text: string) => boolean) {
  for (const end = Date.now() + 60_000; ; ) {
    for (const { from, to, bytes } of sink.received) {
      const text = bytes.toString().replace(/\r\n/g, '\n')
      if (is(text)) return { from, to, text }
    }
    if (Date.now() > end) throw new Error('no such mail came')
    await new Promise((done) => setTimeout(done, 50))
  }
}

async function seriesLeft(number: number): Promise<void> {
  const [cover] = (await exportRevision('program', SLUG, number))?.series.messages ?? []
  if (!cover) throw new Error('no cover')
  const message = { ...cover, date: { epochSeconds: Math.floor(Date.now() / 1000), offsetMinutes: 0 } }
  await writeAs(author.personId, async (tx) => {
    const { id: revisionId } = await tx.revision.findFirstOrThrow({ where: { proposalId, number } })
    const of = { proposalId, kind: 'series' as const, revisionId, queuedBy: author.personId }
    await queueMails(tx, of, [{ message, recipients: cover.to.map(({ address }) => address) }])
  })
  await received((text) => text.includes(`Message-ID: <${cover.messageId}>`))
}

const quotedWhole = (text: string) =>
  text
    .slice(text.indexOf('\n\n') + 2)
    .trimEnd()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')

test('a reviewer objects, gets the answer with how to close it, keeps it open, closes it, and gives and withdraws a trailer, by mail alone', async () => {
  await seriesLeft(1)
  const max = await db().person.findFirstOrThrow({
    where: { addresses: { some: { address: 'max@example.org' } } },
  })
  const maintainer = { personId: max.id, name: max.name, administrator: false }
  expect(await switchListReplies(maintainer, SLUG, true, new Date(Date.now() - 3_600_000))).toBe(true)

  const told = await sends(
    `> ${proposal.line(4)}\n\nNo.\n\nObjection: it leaks the waiter\nClears-when: A model in which the waker dies first.\n`,
    { part: 4 },
  )
  const number = Number(/Objection #(\d+) blocks/.exec(told)?.[1])
  expect(told).toContain('    Objection: it leaks the waiter\n')
  expect(told).toContain(`https://review.example.org/rfc/${SLUG}/t/${number}\n`)
  const { id } = await db().thread.findUniqueOrThrow({ where: { proposalId_number: { proposalId, number } } })
  const state = async () => (await db().thread.findUniqueOrThrow({ where: { id } })).state

  await publishEdited(
    SLUG,
    2,
    (path, source) => (path === 'problem.mdx' ? `${source}\nOne sentence more.\n` : source),
    FLAGSHIP,
  )
  await seriesLeft(2)
  const answer = async (body: string) => {
    const words = { body, clientKey: randomUUID() }
    expect(await changeThread(author, id, 'answer', { words })).toMatchObject({ ok: true })
    await queueListReplies(new Date(Date.now() + 20 * 60_000))
    return received((text) => text.includes(`\n${body}\n-- \n`))
  }
  const first = await answer('v2 has the model.')
  expect(first.text).toContain(`Thread #${number}: https://review.example.org/rfc/${SLUG}/t/${number}\n`)
  expect(first.text).toContain('Objection, answered, blocks; waits for Reva Reviewer.\n')
  expect(first.text.replaceAll('\n', ' ')).toContain(`"Keeps: #${number}" below words keeps it open`)
  const idOf = (text: string) => /^Message-ID: <(.*)>$/m.exec(text)?.[1] ?? ''

  expect(
    await sends(`${quotedWhole(first.text)}\n\nNot the one that I mean.\n\nKeeps: #${number}\n`, {
      to: idOf(first.text),
    }),
  ).toContain(`Thread #${number} is kept open.`)
  expect(await state()).toBe('open')
  const second = await answer('Now it has that one.')
  expect(
    await sends(`${quotedWhole(second.text)}\n\nThanks.\n\nResolves: #${number}\n`, {
      to: idOf(second.text),
    }),
  ).toContain(`Thread #${number} is resolved.`)
  expect(await state()).toBe('resolved')
  const said = await db().comment.findMany({
    where: { threadId: id, origin: 'mail' },
    orderBy: { seq: 'asc' },
  })
  expect(said.slice(1).map(({ body }) => body)).toEqual([
    `Not the one that I mean.\n\nKeeps: #${number}`,
    `Thanks.\n\nResolves: #${number}`,
  ])

  expect(await sends(`All of it is fine with me.\n\nReviewed-by: ${REVA}\n`, { part: 0 })).toContain(
    'The sender reviewed it',
  )
  expect(await sends('I was wrong.\n\nWithdraws: Reviewed-by\n', { part: 0 })).toContain(
    'The Reviewed-by is taken back.',
  )
  expect(await sends('Close that.\n\nResolves: #99999\n', { part: 0 })).toContain(
    'Not done: There is no thread #99999',
  )
}, 300_000)

test('nothing is told twice, to who proves nothing, to a program, or without end', async () => {
  expect(await queueActed(settings, new Date())).toBe(0)
  const line = `Words ${randomUUID()}.\n\nResolves: #99999\n`
  for (const [spelling, status] of [
    [{ proof: '' }, 'quarantined'],
    [{ headers: 'Auto-Submitted: auto-replied\n' }, 'ignored'],
    [{ headers: 'Precedence: auto_reply\n' }, 'ignored'],
  ] as const) {
    const outcome = await importMail({ kind: 'lmtp' }, await signed(line, { part: 4, ...spelling }))
    expect(outcome.status).toBe(status)
    expect(await queueActed(settings, new Date())).toBe(0)
  }
  // Every list says bulk of a person's mail.
  await importMail({ kind: 'lmtp' }, await signed(line, { part: 4, headers: 'Precedence: bulk\n' }))
  expect(await queueActed(settings, new Date())).toBe(1)
  for (let i = 0; i < ANSWERS_A_DAY + 2; i++)
    await importMail(
      { kind: 'lmtp' },
      await signed(`Words ${randomUUID()}.\n\nResolves: #99999\n`, { part: 4 }),
    )
  let queued = 0
  for (let round = 0; round < 3; round++) queued += await queueActed(settings, new Date())
  const all = await db().outgoingRecipient.count({
    where: { address: 'reva@example.org', mail: { kind: 'acted' } },
  })
  expect(queued).toBeGreaterThan(0)
  expect(all).toBe(ANSWERS_A_DAY)
}, 300_000)
