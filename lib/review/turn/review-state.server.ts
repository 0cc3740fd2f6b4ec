import 'server-only'
import { db } from '#lib/db.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import { gateIn } from '#lib/review/gate/gate.server.ts'
import { can, type Standing, type Viewer } from '#lib/review/person/permission.ts'
import { findReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { isDecided, PROPOSAL_ACT_NAMES, proposalRefusal } from '#lib/review/proposal/state.ts'
import { readEditorialWords } from '#lib/review/stance/editorial.ts'
import {
  STANCE_VALUES,
  type StanceRow,
  staleWriteups,
  stanceRefusal,
  standingStances,
  vouches,
  WRITEUPS,
} from '#lib/review/stance/stance.ts'
import { reviewFacts, stancesOf, stateFacts, writeupTexts } from './facts.server.ts'
import { becauseWords, type EditorialShown, type ReviewState, type StanceShown } from './review-state.ts'
import { isTurnAct, turnWords } from './turn.ts'
import { turnHref } from './turn-links.ts'

const WORDS_OF_OVERRIDDEN = 2000

/** Null: there is no such proposal with a revision, or the viewer may not read it. */
export async function reviewStateOf(viewer: Viewer, slug: string, now: Date): Promise<ReviewState | null> {
  if (!isSlug(slug)) return null
  const found = await findReadable(viewer, slug)
  if (!found) return null
  const { id: proposalId, title } = found
  const row = await db().proposal.findUnique({
    where: { id: proposalId, ...readableBy(viewer) },
    select: {
      ...{ stateSince: true, lastCallEndsAt: true, decidedAt: true, decidedOn: true, decisionReason: true },
      decider: { select: { name: true } },
    },
  })
  // In one snapshot: what may be done, and what is in the way of it.
  const read = await db().$transaction(async (tx) => {
    const facts = await reviewFacts(tx, proposalId, now)
    return facts && { facts, gate: await gateIn(tx, proposalId) }
  })
  if (!row || !read) return null
  const { facts, gate } = read
  const standing = await standingIn(viewer, proposalId)
  const isAuthor = standing.roles.includes('author')
  const asked = stateFacts(facts, gate.passes)
  const acts = PROPOSAL_ACT_NAMES.map((act) => ({
    act,
    refusal: proposalRefusal(act, asked, viewer, standing, now.getTime()),
  })).filter(({ refusal }) => refusal !== 'forbidden' && refusal !== 'done' && refusal !== 'other-state')
  const undecided = !isDecided(facts.state)
  const editorial = await editorialIn(proposalId, viewer, undecided, standing)
  return {
    ...{ slug, title, state: facts.state, since: momentOf(row.stateSince), number: facts.present },
    lastCallEndsAt: row.lastCallEndsAt && momentOf(row.lastCallEndsAt),
    because: await becauseOf(proposalId),
    decision:
      row.decidedAt === null
        ? null
        : {
            ...{ by: row.decider?.name ?? '', at: momentOf(row.decidedAt), revision: row.decidedOn },
            ...{ reason: row.decisionReason, overridden: await overriddenIn(proposalId) },
          },
    objections: facts.standingObjections,
    questions: facts.standingQuestions,
    gateOpen: gate.open,
    turns: await turnsIn(proposalId, slug, viewer),
    acts,
    reviewers: acts.some(({ act }) => act === 'ask-for-review') ? await reviewersIn(proposalId) : [],
    holds: await holdsIn(proposalId, viewer, now),
    mayHold: undecided && can(viewer, 'place-hold', standing),
    stances: await stancesIn(proposalId, facts.present, viewer, editorial),
    editorial,
    mayMark:
      undecided && can(viewer, 'mark-editorial', standing)
        ? (await changedIn(proposalId, facts.present)).filter(
            (writeup) => !editorial.some((one) => one.revision === facts.present && one.writeup === writeup),
          )
        : [],
    mayTake: STANCE_VALUES.filter(
      (value) =>
        undecided &&
        can(viewer, value === 'nacked_by' ? 'nack' : 'take-stance', standing) &&
        stanceRefusal(value, 'words enough to say why', { isAuthor }) === null,
    ),
    signedIn: viewer !== null,
  }
}

async function becauseOf(proposalId: string): Promise<string> {
  const last = await db().event.findFirst({
    where: { proposalId, kind: 'state-changed' },
    orderBy: { id: 'desc' },
    select: { subject: true },
  })
  const subject = last?.subject
  if (typeof subject !== 'object' || subject === null || Array.isArray(subject)) return ''
  return becauseWords(String(subject.because ?? ''), String(subject.from ?? ''))
}

async function overriddenIn(proposalId: string) {
  const rows = await db().thread.findMany({
    where: { proposalId, state: 'overridden' },
    orderBy: { number: 'asc' },
    take: 100,
    select: { number: true, overrideReason: true, comments: { where: { seq: 1 }, select: { body: true } } },
  })
  return rows.map(({ number, overrideReason, comments }) => ({
    ...{ number, reason: overrideReason ?? '' },
    words: (comments[0]?.body ?? '').slice(0, WORDS_OF_OVERRIDDEN),
  }))
}

async function turnsIn(proposalId: string, slug: string, viewer: Viewer): Promise<ReviewState['turns']> {
  const rows = await db().turn.findMany({
    where: { proposalId },
    orderBy: [{ since: 'asc' }, { thread: 'asc' }],
    take: 200,
    select: {
      ...{ act: true, thread: true, about: true, since: true, personId: true },
      person: { select: { name: true } },
    },
  })
  return rows.flatMap(({ act, thread, about, since, personId, person }) =>
    isTurnAct(act)
      ? [
          {
            ...{ name: person.name, words: turnWords({ act, thread, about }) },
            ...{ href: turnHref(slug, { act, thread }), since: momentOf(since) },
            isViewer: personId === viewer?.personId,
          },
        ]
      : [],
  )
}

/** Maintainers and reviewers who are no authors. */
async function reviewersIn(proposalId: string): Promise<ReviewState['reviewers']> {
  const rows = await db().membership.findMany({
    where: {
      ...{ proposalId, role: { in: ['maintainer', 'reviewer'] } },
      person: { blockedAt: null, deletedAt: null, memberships: { none: { proposalId, role: 'author' } } },
    },
    orderBy: [{ role: 'desc' }, { person: { name: 'asc' } }],
    take: 200,
    select: { role: true, person: { select: { id: true, name: true } } },
  })
  const known = new Map<string, ReviewState['reviewers'][number]>()
  for (const { role, person } of rows) if (!known.has(person.id)) known.set(person.id, { ...person, role })
  return [...known.values()]
}

async function holdsIn(proposalId: string, viewer: Viewer, now: Date): Promise<ReviewState['holds']> {
  const rows = await db().hold.findMany({
    where: { proposalId, liftedAt: null, until: { gt: now } },
    orderBy: { placedAt: 'asc' },
    take: 100,
    select: { personId: true, reason: true, until: true, person: { select: { name: true } } },
  })
  return rows.map(({ personId, reason, until, person }) => ({
    ...{ by: person.name, reason, until: momentOf(until), isViewer: personId === viewer?.personId },
  }))
}

const MOST_STANCES = 200

async function stancesIn(
  proposalId: string,
  present: number,
  viewer: Viewer,
  editorial: readonly EditorialShown[],
): Promise<StanceShown[]> {
  const standing = standingStances(await stancesOf(db(), proposalId)).slice(-MOST_STANCES)
  if (standing.length === 0) return []
  const [textOf, people] = await Promise.all([
    writeupTexts(db(), proposalId),
    db().person.findMany({
      where: { stances: { some: { proposalId } } },
      select: { id: true, name: true },
    }),
  ])
  const names = new Map(people.map(({ id, name }) => [id, name]))
  return standing.map((row) => ({
    ...{ id: row.id, name: names.get(row.person) ?? '', value: row.value, writeups: row.writeups },
    ...{ revision: row.revision, words: row.words, trailer: row.trailer, at: momentOf(row.at) },
    byMail: row.origin === 'mail',
    stale: staleWriteups(row, present, textOf),
    edited: editedSince(row, editorial),
    isViewer: row.person === viewer?.personId,
  }))
}

/** Of who vouched for it: what changed since without making it stale. */
const editedSince = (row: StanceRow, editorial: readonly EditorialShown[]): StanceShown['edited'] =>
  vouches(row.value)
    ? editorial.flatMap(({ writeup, revision, disputed }) =>
        disputed === null &&
        revision > row.revision &&
        (row.writeups.length === 0 || row.writeups.includes(writeup))
          ? [{ writeup, revision }]
          : [],
      )
    : []

const MOST_EDITORIAL = 40

async function editorialIn(
  proposalId: string,
  viewer: Viewer,
  undecided: boolean,
  standing: Standing,
): Promise<EditorialShown[]> {
  const rows = await db().editorialChange.findMany({
    where: { revision: { proposalId } },
    orderBy: [{ revision: { number: 'desc' } }, { writeup: 'asc' }],
    take: MOST_EDITORIAL,
    select: {
      ...{ writeup: true, markedAt: true, changes: true, disputeReason: true },
      revision: { select: { number: true } },
      marker: { select: { name: true } },
      disputer: { select: { name: true } },
    },
  })
  const hasStance =
    viewer !== null &&
    rows.length > 0 &&
    (await db().stance.count({ where: { proposalId, personId: viewer.personId } })) > 0
  const mayDispute =
    undecided &&
    !standing.roles.includes('author') &&
    can(viewer, 'dispute-editorial', { ...standing, relations: hasStance ? ['writer'] : [] })
  return rows.map(({ writeup, markedAt, changes, revision, marker, disputer, disputeReason }) => ({
    ...{ writeup, revision: revision.number, by: marker.name, at: momentOf(markedAt) },
    changes: readEditorialWords(changes),
    disputed: disputer && { by: disputer.name, reason: disputeReason ?? '' },
    mayDispute: mayDispute && disputer === null,
  }))
}

/** Write-ups whose words are others than in the revision before. */
async function changedIn(proposalId: string, present: number): Promise<readonly string[]> {
  const rows = await db().$queryRaw<{ writeup: string; digest: string; number: number }[]>`
    SELECT b.writeup, r.number, md5(string_agg(b.text_sha256::text, ' ' ORDER BY b.ord)) AS digest
    FROM revision r JOIN block b ON b.revision_id = r.id
    WHERE r.proposal_id = ${proposalId}::uuid AND r.number IN (${present - 1}, ${present}) GROUP BY 1, 2`
  const digestOf = (writeup: string, number: number) =>
    rows.find((one) => one.writeup === writeup && one.number === number)?.digest
  return WRITEUPS.filter((writeup) => {
    const [before, now] = [digestOf(writeup, present - 1), digestOf(writeup, present)]
    return before !== undefined && now !== undefined && before !== now
  })
}
