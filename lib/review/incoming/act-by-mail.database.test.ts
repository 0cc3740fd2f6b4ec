import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import {
  type MailSpelling,
  newProposal,
  PASS,
  type TestProposal,
} from '#lib/review/incoming/samples/test-proposal.server.ts'
import { importMail } from './import.server.ts'
import type { MailSource } from './mail-source.ts'

/** A review by mail alone: each line by who may, refused with a sentence to who may not and to who proves nothing. */
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const LMTP = { kind: 'lmtp' } as const
const REVA = 'Reva Reviewer <reva@example.org>'
const CONDITION = 'A model in which the waker dies first.'

let proposal: TestProposal
let proposalId: string
let author: { personId: string; name: string; administrator: boolean }

async function member(name: string, address: string, role: 'reviewer' | 'maintainer') {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  await db().personAddress.create({ data: { address, personId: id, confirmedAt: new Date() } })
  await db().membership.create({ data: { proposalId, personId: id, role } })
}

beforeAll(async () => {
  proposal = await newProposal('by-mail', 'io-uring-futex')
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug: 'by-mail' } })).id
  await member('Reva Reviewer', 'reva@example.org', 'reviewer')
  await member('Max Maintainer', 'max@example.org', 'maintainer')
  const writer = await db().membership.findFirstOrThrow({ where: { proposalId, role: 'author' } })
  author = { personId: writer.personId, name: 'Author', administrator: false }
})

type Spelling = MailSpelling & { readonly signs?: string | null }
/** As a mail server of ours hands it in that found its signature right. */
async function signed(body: string, { signs, ...spelling }: Spelling = {}): Promise<Buffer> {
  const id = spelling.id ?? `${randomUUID()}@example.org`
  const date = spelling.date ?? new Date().toUTCString().replace('GMT', '+0000')
  const mail = proposal.mail(body, { ...spelling, id, date, proof: '' }).toString()
  if (signs === null) return Buffer.from(`${spelling.proof ?? PASS}${mail}`)
  const { signatures } = await dkimSign(mail.replace(/\r?\n/g, '\r\n'), {
    canonicalization: 'relaxed/relaxed',
    ...(signs === undefined ? {} : { headerList: signs }),
    signatureData: [{ signingDomain: 'example.org', selector: 's', privateKey }],
  })
  return Buffer.from(`${spelling.proof ?? PASS}${signatures.replace(/\r\n/g, '\n')}${mail}`)
}

async function sent(body: string, spelling: Spelling = {}, source: MailSource = LMTP) {
  const { mailId, comments, status } = await importMail(source, await signed(body, spelling))
  const acts = await db().mailAct.findMany({ where: { mailId: mailId ?? '' }, orderBy: { ord: 'asc' } })
  return {
    status,
    thread: comments[0]?.thread ?? 0,
    acts: acts.map(({ did, says }) => `${did ? 'did' : 'not'}: ${says}`),
  }
}
const threadOf = (number: number) =>
  db().thread.findUniqueOrThrow({ where: { proposalId_number: { proposalId, number } } })
const quoted = (words: string) => `> ${proposal.line(4)}\n\n${words}\n`
/** An objection of the reviewer, by mail. */
async function objected() {
  const { thread } = await sent(
    quoted(`No. ${randomUUID()}\n\nObjection: it leaks\nClears-when: ${CONDITION}`),
    { part: 4 },
  )
  return thread
}

test('a reviewer objects in an answer to a passage, says what would clear it, and it blocks', async () => {
  const made = await sent(quoted(`No.\n\nObjection: it leaks the waiter\nClears-when: ${CONDITION}`), {
    part: 4,
  })
  expect(made.acts).toEqual([`did: Objection #${made.thread} blocks.`])
  expect(await threadOf(made.thread)).toMatchObject({
    kind: 'objection',
    state: 'open',
    clearCondition: CONDITION,
  })
})

test('its answer is kept open and then resolved by its opener’s mails, and the words stay as they were written', async () => {
  const number = await objected()
  const { id } = await threadOf(number)
  const answer = (body: string) =>
    changeThread(author, id, 'answer', { words: { body, clientKey: randomUUID() } })
  expect(await answer('v2 has the model.')).toMatchObject({ ok: true })
  const first = await db().comment.findFirstOrThrow({ where: { threadId: id, seq: 1 } })
  const kept = await sent(`Not yet.\n\nKeeps: #${number}\n`, { part: 4, to: first.messageId })
  expect(kept.acts).toEqual([`did: Thread #${number} is kept open.`])
  expect((await threadOf(number)).state).toBe('open')
  expect(await answer('Now it has.')).toMatchObject({ ok: true })
  const closed = await sent(`Thanks.\n\nResolves: #${number}\n`, { part: 4, to: first.messageId })
  expect(closed.acts).toEqual([`did: Thread #${number} is resolved.`])
  expect(await threadOf(number)).toMatchObject({ state: 'resolved' })
  const said = await db().comment.findMany({ where: { threadId: id }, orderBy: { seq: 'asc' } })
  expect(said.at(-1)?.body).toContain(`Resolves: #${number}`)
})

test.each<[what: string, spelling: Spelling, source: MailSource, says: RegExp]>([
  ['is not proved', { proof: '' }, LMTP, /Nothing proves|^$/],
  ['has no signature', { signs: null }, LMTP, /does not cover/],
  ['has a signature without Subject', { signs: 'From:Date:Message-ID:In-Reply-To' }, LMTP, /does not cover/],
  ['has a signature without In-Reply-To', { signs: 'From:Date:Message-ID:Subject' }, LMTP, /does not cover/],
  [
    'is fifteen days old',
    { date: new Date(Date.now() - 15 * 86_400_000).toUTCString().replace('GMT', '+0000') },
    LMTP,
    /older than 14 days/,
  ],
  ['came from a file', {}, { kind: 'command' }, /came from a file/],
])('a line of a mail that %s does nothing, and says why', async (_, spelling, source, says) => {
  const number = await objected()
  const before = await threadOf(number)
  const { acts } = await sent(
    `Fine ${randomUUID()}.\n\nResolves: #${number}\n`,
    { part: 4, ...spelling },
    source,
  )
  expect(await threadOf(number)).toEqual(before)
  expect(acts.join()).toMatch(says)
  expect(acts.join()).not.toContain('did:')
})

test.each<[what: string, line: (n: number) => string, from: string, says: RegExp]>([
  ['somebody else’s objection', (n) => `Resolves: #${n}`, 'Max Maintainer <max@example.org>', /role/],
  [
    'an objection of a reviewer, as a stranger',
    (n) => `Downgrades: #${n}`,
    'Stranger <s@example.org>',
    /role/,
  ],
  ['a thread that is not there', () => 'Resolves: #99999', REVA, /no thread #99999/],
  ['two threads in one line', (n) => `Resolves: #${n}, #1`, REVA, /Not understood/],
  [
    'a stance in another’s name',
    () => 'Reviewed-by: Max Maintainer <max@example.org>',
    REVA,
    /somebody else/,
  ],
  [
    'a hold of a month',
    () => `Hold-until: ${new Date(Date.now() + 31 * 86_400_000).toISOString().slice(0, 10)}`,
    REVA,
    /fourteen/,
  ],
])('a line that is about %s changes nothing', async (_, line, from, says) => {
  const number = await objected()
  const before = await threadOf(number)
  const { acts } = await sent(`Words that are long enough ${randomUUID()}.\n\n${line(number)}\n`, {
    part: 4,
    from,
  })
  expect(acts).toHaveLength(1)
  expect(acts[0]).toMatch(says)
  expect(acts[0]).toMatch(/^not: /)
  expect(await threadOf(number)).toEqual(before)
})

test('a stranger’s objection is a note, and is told so', async () => {
  const made = await sent(quoted(`No.\n\nObjection: it leaks\nClears-when: ${CONDITION}`), {
    part: 4,
    from: 'Stranger <s@example.org>',
  })
  expect((await threadOf(made.thread)).kind).toBe('note')
  expect(made.acts[0]).toMatch(/^not: An objection is raised by a reviewer/)
})

test('a Nack without a condition blocks at once and is asked for one; the condition comes by a later mail', async () => {
  const made = await sent(quoted(`This holds hb->lock for too long.\n\nNacked-by: ${REVA}`), { part: 4 })
  expect(made.acts[0]).toMatch(
    /did: The sender nacks it \(lifetime\)\. Objection #\d+ blocks\. Say what would clear it/,
  )
  expect(await threadOf(made.thread)).toMatchObject({ kind: 'objection', clearCondition: null })
  const { id } = await threadOf(made.thread)
  const first = await db().comment.findFirstOrThrow({ where: { threadId: id, seq: 1 } })
  await sent(`Numbers would do.\n\nClears-when: ${CONDITION}\n`, { part: 4, to: first.messageId })
  expect(await threadOf(made.thread)).toMatchObject({ clearCondition: CONDITION, conditionAskedAt: null })
})

test('a trailer on the cover is for all write-ups, on a part for that one, and is withdrawn by its sender', async () => {
  const part = await sent(`Fine with me.\n\nReviewed-by: ${REVA}\n`, { part: 4 })
  expect(part.acts).toEqual(['did: The sender reviewed it (lifetime).'])
  const cover = await sent(`All of it is fine with me.\n\nReviewed-by: ${REVA}\n`, { part: 0 })
  expect(cover.acts).toEqual(['did: The sender reviewed it (all write-ups).'])
  const rows = await db().stance.findMany({
    where: { proposalId, value: 'reviewed_by' },
    orderBy: { id: 'asc' },
  })
  expect(rows.map(({ writeups, trailer, origin }) => [writeups, trailer, origin])).toEqual([
    [['lifetime'], `Reviewed-by: ${REVA}`, 'mail'],
    [[], `Reviewed-by: ${REVA}`, 'mail'],
  ])
  const other = await sent(`I withdraw that.\n\nWithdraws: Reviewed-by\n`, {
    part: 0,
    from: 'Max Maintainer <max@example.org>',
  })
  expect(other.acts).toEqual(['not: No Reviewed-by of this sender stands.'])
  const back = await sent(`I withdraw that.\n\nWithdraws: Reviewed-by\n`, { part: 0 })
  expect(back.acts).toEqual(['did: The Reviewed-by is taken back.'])
  expect(await db().stanceWithdrawal.count({ where: { stanceId: rows[1]?.id ?? 0n } })).toBe(1)
})

test('one line that may not does not take the other, nor the mail, with it', async () => {
  const number = await objected()
  const both = await sent(`Words ${randomUUID()}.\n\nResolves: #99999\nResolves: #${number}\n`, { part: 4 })
  expect(both.status).toBe('imported')
  expect(both.acts).toEqual([
    'not: There is no thread #99999 in this proposal.',
    `did: Thread #${number} is resolved.`,
  ])
})

test('the same mail again does nothing again', async () => {
  const number = await objected()
  const id = `${randomUUID()}@example.org`
  const bytes = await signed(`Thanks.\n\nResolves: #${number}\n`, { part: 4, id })
  await importMail(LMTP, bytes)
  const { id: threadId } = await threadOf(number)
  await changeThread({ ...author, personId: (await threadOf(number)).openedBy }, threadId, 'reopen')
  await importMail(LMTP, bytes)
  expect((await threadOf(number)).state).toBe('open')
})
