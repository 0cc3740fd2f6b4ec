import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { constraintOf, db, writeAs } from '#lib/db.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { markWeakAnswer, withdrawWeakAnswer } from '#lib/review/acts/weak-answer.server.ts'
import { checkBundle } from '#lib/review/claim/check-bundle.server.ts'
import {
  claimOf,
  goodAnswer,
  type ProposalWish,
  proposalBundle,
} from '#lib/review/gate/samples/proposal-files.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { insertRevision } from '#lib/review/revision/write-revision.server.ts'
import type { Questionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { fillGates, gateIn, gateOf, stampOfRevision } from './gate.server.ts'
import { MarkWeakInput } from './weak.ts'
import { examineBundle, insertGate } from './write-gate.server.ts'

let questionnaire: Questionnaire
beforeAll(async () => {
  const found = (await instanceQuestionnaires()).find(({ id }) => id === 'futex@1')
  if (!found) throw new Error('no questionnaire')
  questionnaire = found
})

type Member = NonNullable<Viewer>
async function someone(
  name: string,
  role?: 'author' | 'reviewer' | 'maintainer',
  proposalId = '',
): Promise<Member> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  if (role) await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator: false }
}

const newSlug = () => `gate-${randomBytes(4).toString('hex')}`

async function publish(slug: string, wish: Omit<ProposalWish, 'changeId'> = {}) {
  const bundle = proposalBundle({ changeId: `20261123-${slug}-0a0b0c0d`, ...wish }, questionnaire)
  const published = await publishBundle(slug, bundle)
  if (!published.ok) throw new Error(published.error.kind)
  const proposal = await db().proposal.findUniqueOrThrow({ where: { slug } })
  return { slug, id: proposal.id, published: published.value }
}

/** As publishing writes it, without what pages need. */
async function rowsOf(slug: string, wish: Omit<ProposalWish, 'changeId'>): Promise<string> {
  const bundle = proposalBundle({ changeId: `20261123-${slug}-0a0b0c0d`, ...wish }, questionnaire)
  const checks = await checkBundle(bundle)
  if (!checks.ok) throw new Error(checks.error.claim)
  const claims = checks.value.map(({ claim, report }) => ({ id: claim.id, report }))
  const items = await examineBundle(bundle, claims)
  const { personId: publisher } = await someone('Publisher')
  return writeAs(publisher, async (tx) => {
    const { proposalId, revisionId } = await insertRevision(tx, {
      ...{ slug, bundle, publisher, checks: checks.value, now: new Date(), visibility: 'public' },
    })
    await insertGate(tx, { revisionId, items, stamped: true })
    return proposalId
  })
}

const gateOfProposal = (id: string) => db().$transaction((tx) => gateIn(tx, id))
const states = async (id: string) =>
  new Map((await gateOfProposal(id)).items.map((item) => [item.id, item.state] as const))

/** As somebody with psql would: what is in the way has to say so itself. */
async function askForReview(id: string): Promise<string | null> {
  const author = await someone('Author', 'author', id)
  const asked = writeAs(author.personId, (tx) =>
    tx.proposal.update({ where: { id }, data: { state: 'in_review' }, select: { id: true } }),
  )
  return asked.then(
    () => null,
    (error: unknown) => constraintOf(error) ?? String(error),
  )
}

/** As whoever goes around the button: a series is its revision's, and nothing but the rows says that it may leave. */
async function queueSeries(id: string): Promise<string | null> {
  const { id: revisionId } = await db().revision.findFirstOrThrow({ where: { proposalId: id } })
  const { personId } = await someone('Sender', 'author', id)
  const messageId = `${randomUUID()}@example.org`
  const queued = writeAs(personId, (tx) =>
    tx.outgoingMail.create({
      data: {
        ...{ proposalId: id, kind: 'series', revisionId, queuedBy: personId, batchId: randomUUID() },
        ...{
          position: 0,
          messageId,
          subject: 'A series',
          bytes: new TextEncoder().encode('Subject: a\n\nb\n'),
        },
      },
      select: { id: true },
    }),
  )
  return queued.then(
    () => null,
    (error: unknown) => constraintOf(error) ?? String(error),
  )
}

const REASON = 'It does not say what waitv does.'
const mark = (viewer: Viewer, slug: string, reason = REASON, question = 'scope', revision = 1) =>
  markWeakAnswer(viewer, { slug, revision, question, reason })

test('what is complete passes and is let into review; what lacks an answer is not, and says which', async () => {
  const complete = await publish(newSlug())
  expect(complete.published.gate).toMatchObject({ passes: true })
  expect(await gateOfProposal(complete.id)).toMatchObject({
    ...{ passes: true, open: 0, of: 19, claims: { open: 0, of: 4 }, weak: [] },
  })
  expect(await askForReview(complete.id)).toBeNull()

  const lacking = await publish(newSlug(), { answers: { races: 'TBD' } })
  const gate = await gateOfProposal(lacking.id)
  expect(gate).toMatchObject({ passes: false, open: 1, of: 19 })
  expect(gate.items.filter(({ isOpen }) => isOpen)).toMatchObject([
    { id: 'races', state: 'placeholder', file: 'lifetime.mdx', line: expect.any(Number) },
  ])
  expect(await askForReview(lacking.id)).toBe('proposal_in_review_passes_the_gate')
})

test('a claim that fails keeps the gate shut, with the verdict that the server found', async () => {
  const { id, slug } = await publish(newSlug(), { doesHold: false })
  const gate = await gateOf(null, slug, 1)
  expect(gate?.gate).toMatchObject({ passes: false, open: 4, claims: { open: 4, of: 4 } })
  expect((await states(id)).get('c-races')).toBe('claim-not-as-claimed')
  expect(await askForReview(id)).toBe('proposal_in_review_passes_the_gate')
  const revision = await db().revision.findFirstOrThrow({ where: { proposalId: id } })
  expect(await stampOfRevision(revision.id)).toBe(
    'incomplete: 4 of 19 questions unanswered, 4 of 4 claims not as claimed',
  )
})

test('a weak answer is open until its words change, and a revision that keeps them keeps it open', async () => {
  const slug = newSlug()
  const { id } = await publish(slug)
  const reviewer = await someone('Reva', 'reviewer', id)
  const weak = await mark(reviewer, slug)
  expect(weak.ok).toBe(true)
  expect((await gateOf(reviewer, slug, null))?.gate).toMatchObject({
    ...{
      passes: false,
      open: 1,
      weak: [{ question: 'scope', reason: REASON, by: { name: 'Reva' }, revision: 1 }],
    },
  })
  expect(await askForReview(id)).toBe('proposal_in_review_passes_the_gate')

  await publish(slug, { revision: 2, changelog: ['Says another thing elsewhere'], title: 'Another title' })
  expect((await states(id)).get('scope')).toBe('weak')
  expect(await askForReview(id)).toBe('proposal_in_review_passes_the_gate')

  const answers = { scope: 'What is left out is waitv with more than 128 words, since nobody asked for it.' }
  await publish(slug, { revision: 3, changelog: ['Answers what is out of scope'], answers })
  expect((await states(id)).get('scope')).toBe('answered')
  expect((await gateOf(null, slug, 1))?.gate).toMatchObject({ passes: false, open: 1 })
  expect(await askForReview(id)).toBeNull()
})

test('its reviewer takes it back, nobody else, and twice is once', async () => {
  const slug = newSlug()
  const { id } = await publish(slug)
  const [reviewer, maintainer] = [
    await someone('Reva', 'reviewer', id),
    await someone('Mina', 'maintainer', id),
  ]
  const said = await mark(reviewer, slug)
  const weak = said.ok ? said.value : ''
  expect(await mark(reviewer, slug)).toEqual(said)
  expect(await mark(reviewer, slug, 'It says nothing at all.')).toMatchObject({
    error: { kind: 'marked-already' },
  })
  expect(await withdrawWeakAnswer(maintainer, { slug, weak })).toMatchObject({ error: { kind: 'not-yours' } })
  expect(await withdrawWeakAnswer(null, { slug, weak })).toMatchObject({ error: { kind: 'signed-out' } })
  expect(await withdrawWeakAnswer(reviewer, { slug: 'other', weak })).toMatchObject({
    error: { kind: 'no-such-mark' },
  })
  expect(await gateOfProposal(id)).toMatchObject({ passes: false })
  expect(await withdrawWeakAnswer(reviewer, { slug, weak })).toEqual({ ok: true, value: true })
  expect(await withdrawWeakAnswer(reviewer, { slug, weak })).toEqual({ ok: true, value: false })
  expect(await gateOfProposal(id)).toMatchObject({ passes: true })
  const events = await db().event.findMany({ where: { proposalId: id }, orderBy: { id: 'asc' } })
  expect(events.map(({ kind }) => kind)).toEqual([
    ...['revision-published', 'claims-checked', 'state-changed', 'answer-marked-weak', 'state-changed'],
    ...['answer-weak-withdrawn', 'state-changed'],
  ])
  expect(await mark(reviewer, slug, 'It says nothing at all.')).toMatchObject({ ok: true })
})

test('two reviewers each have their word; the item stays open until both have taken it back', async () => {
  const slug = newSlug()
  const { id } = await publish(slug)
  const [one, two] = [await someone('Reva', 'reviewer', id), await someone('Quinn', 'reviewer', id)]
  const [first] = await Promise.all([mark(one, slug), mark(two, slug)])
  expect((await gateOfProposal(id)).weak).toHaveLength(2)
  await withdrawWeakAnswer(one, { slug, weak: first.ok ? first.value : '' })
  expect((await states(id)).get('scope')).toBe('weak')
})

test('two presses at once make one mark', async () => {
  const slug = newSlug()
  const { id } = await publish(slug)
  const reviewer = await someone('Reva', 'reviewer', id)
  const said = await Promise.all([1, 2, 3, 4].map(() => mark(reviewer, slug)))
  expect(new Set(said.map((one) => (one.ok ? one.value : one.error.kind)))).toHaveProperty('size', 1)
  expect(await db().weakAnswer.count({ where: { answer: { revision: { proposalId: id } } } })).toBe(1)
})

test('nobody but a reviewer says it, of an answer that is there; nothing changes', async () => {
  const slug = newSlug()
  const { id } = await publish(slug, { answers: { robust: null } })
  const reviewer = await someone('Reva', 'reviewer', id)
  const elsewhere = await publish(newSlug())
  for (const viewer of [
    await someone('Stranger'),
    await someone('Author', 'author', id),
    await someone('Other', 'reviewer', elsewhere.id),
  ])
    expect(await mark(viewer, slug)).toMatchObject({ error: { kind: 'forbidden' } })
  expect(await mark(null, slug)).toMatchObject({ error: { kind: 'signed-out' } })
  expect(await mark(reviewer, slug, REASON, 'robust')).toMatchObject({ error: { kind: 'not-answered' } })
  expect(await mark(reviewer, slug, REASON, 'no-question')).toMatchObject({ error: { kind: 'not-answered' } })
  expect(await mark(reviewer, slug, REASON, 'scope', 7)).toMatchObject({
    error: { kind: 'no-such-revision' },
  })
  expect(await mark(reviewer, 'no-such-slug')).toMatchObject({ error: { kind: 'no-such-revision' } })
  expect(await db().weakAnswer.count({ where: { answer: { revision: { proposalId: id } } } })).toBe(0)
})

test.each([
  ['too short', 'Nine chrs', false],
  ['blanks', '             ', false],
  ['signs that cannot be seen', '\u200b'.repeat(40), false],
  ['a direction override', 'It says \u202enothing of waitv', true],
  ['too long', 'x'.repeat(1001), false],
  ['several lines', 'It says nothing\nof waitv', true],
])('a reason of %s is taken or not: %j', (_what, reason, isTaken) => {
  const input = MarkWeakInput.safeParse({ slug: 'a-slug', revision: '1', question: 'scope', reason })
  expect(input.success).toBe(isTaken)
  if (input.success) expect(input.data.reason).toBe('It says nothing of waitv')
})

test('an embargoed proposal has no gate for strangers, and one that is not there has none for anybody', async () => {
  const slug = newSlug()
  const { id } = await publish(slug)
  await db().proposal.update({ where: { id }, data: { visibility: 'embargoed' } })
  const stranger = await someone('Stranger')
  expect(await gateOf(stranger, slug, 1)).toBeNull()
  expect(await gateOf(null, 'nobody-knows', null)).toBeNull()
  expect(await gateOf(null, '../etc', null)).toBeNull()
  expect(await mark(stranger, slug)).toMatchObject({ error: { kind: 'no-such-revision' } })
  expect(await gateOf(await someone('Reva', 'reviewer', id), slug, 1)).toMatchObject({ number: 1 })
})

/** A revision as older versions of the program left it: without its rows of the gate. */
async function asBeforeTheGate(id: string) {
  const bundle = await db().revision.findFirstOrThrow({ where: { proposalId: id } })
  const slug = newSlug()
  const older = await db().proposal.create({
    data: { slug, changeId: slug, title: 'Older', area: 'futex', currentRevision: 1 },
  })
  const { id: _id, frontMatter, ...rest } = bundle
  const copy = await db().revision.create({
    data: { ...rest, proposalId: older.id, frontMatter: frontMatter ?? {} },
  })
  const [files, parsed] = await Promise.all([
    db().revisionFile.findMany({ where: { revisionId: bundle.id } }),
    db().revisionParsed.findUniqueOrThrow({ where: { revisionId: bundle.id } }),
  ])
  await db().revisionFile.createMany({ data: files.map((file) => ({ ...file, revisionId: copy.id })) })
  await db().revisionParsed.create({
    data: { ...parsed, revisionId: copy.id, parsed: parsed.parsed ?? {}, warnings: parsed.warnings ?? [] },
  })
  return { proposalId: older.id, revisionId: copy.id, slug }
}

test('what was published before the gate is looked at by the upgrade, once, and never stamped', async () => {
  const { id } = await publish(newSlug(), { answers: { scope: null, races: RACES_WITHOUT } })
  const older = await asBeforeTheGate(id)
  expect(await gateOfProposal(older.proposalId)).toMatchObject({ passes: false, of: 0 })
  expect(await askForReview(older.proposalId)).toBe('proposal_in_review_passes_the_gate')
  const filled: string[] = []
  for await (const { revisionId, done } of fillGates()) if (done) filled.push(revisionId)
  expect(filled).toContain(older.revisionId)
  for await (const { revisionId } of fillGates()) expect(revisionId).not.toBe(older.revisionId)
  expect(await gateOfProposal(older.proposalId)).toMatchObject({ passes: false, of: 19 })
  expect((await states(older.proposalId)).get('scope')).toBe('missing')
  expect(await stampOfRevision(older.revisionId)).toBe('')
  const row = await db().revisionGate.findUniqueOrThrow({ where: { revisionId: older.revisionId } })
  expect(row.stamp).toBeNull()
})

const RACES_WITHOUT = 'Of races it is said here which side wins and why, and no claim is bound to it.'

test('of 100 generated proposals none that is incomplete comes into review, or into the outbox', {
  timeout: 900_000,
}, async () => {
  const bad = [
    'TBD',
    'n/a',
    null,
    'Too short to say a thing.',
    'word word word word word word word word word word',
  ]
  const answer = fc.oneof(
    { weight: 40, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  )
  const wishes = fc.record({
    answers: fc.dictionary(fc.constantFrom(...questionnaire.questions.map(({ id }) => id)), answer),
    doesHold: fc.oneof(
      { weight: 5, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    silent: fc.oneof(
      { weight: 7, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constantFrom(['problem'], ['lifetime']) },
    ),
  })
  let passed = 0
  for (const { answers, doesHold, silent } of fc.sample(wishes, 100)) {
    const given = Object.fromEntries(
      Object.entries(answers).filter((entry): entry is [string, string | null] => entry[1] !== undefined),
    )
    const id = await rowsOf(newSlug(), { answers: given, doesHold, silent })
    const isComplete = doesHold && silent.length === 0 && Object.keys(given).length === 0
    if (isComplete) passed += 1
    expect((await gateOfProposal(id)).passes).toBe(isComplete)
    expect(await askForReview(id)).toBe(isComplete ? null : 'proposal_in_review_passes_the_gate')
    expect(await queueSeries(id)).toBe(isComplete ? null : 'outgoing_series_passes_the_gate')
    expect(await db().outgoingMail.count({ where: { proposalId: id } })).toBe(isComplete ? 1 : 0)
  }
  expect(passed).toBeGreaterThan(5)
})

test('a claim that is linked from an answer holds for it, and a key that is reused for another question is another mark', async () => {
  const words = `${goodAnswer({ id: 'races', needsClaim: false })} It is [the claim](#b-c-regular).`
  const { id, slug } = await publish(newSlug(), {
    answers: { races: words, scope: `${words}\n\n${claimOf('own')}` },
  })
  expect(await gateOfProposal(id)).toMatchObject({ passes: true })
  const reviewer = await someone('Reva', 'reviewer', id)
  expect(await mark(reviewer, slug, REASON, 'races')).toMatchObject({ ok: true })
  expect(await mark(reviewer, slug, REASON, 'gain')).toMatchObject({ ok: true })
  expect(await withdrawWeakAnswer(reviewer, { slug, weak: randomUUID() })).toMatchObject({
    error: { kind: 'no-such-mark' },
  })
})
