import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { ProposalFacts, ProposalState } from '#lib/review/proposal/state.ts'
import {
  alikeTexts,
  type StanceRow,
  staleWriteups,
  standingStances,
  type WriteupText,
} from '#lib/review/stance/stance.ts'
import type { Side, ThreadKind, ThreadState } from '#lib/review/thread/state.ts'
import type { TurnFacts } from './turn.ts'

/**
 * What is so in a proposal, as far as it decides whose turn it is and what state follows: read in the transaction that
 * changes something, behind the change.
 */
export type ReviewFacts = Omit<TurnFacts, 'gateOpen'> & {
  readonly slug: string
  readonly present: number
  readonly presentId: string
  readonly lastCallEndsAt: number | null
  readonly standingObjections: number
  readonly standingQuestions: number
}

type HeadRow = {
  slug: string
  state: ProposalState
  present: number
  presentId: string
  lastCallEndsAt: Date | null
  fallen: number
  held: number
}
type PersonRow = {
  id: string
  able: boolean
  away: boolean
  roles: string[]
  administrator: boolean
  asked: boolean
  holds: boolean
  reviewed: boolean
}
type ThreadRow = {
  number: number
  kind: ThreadKind
  state: ThreadState
  opener: string
  waitsFor: Side | null
  isLocked: boolean
  hasWords: boolean
}

/** Null: the proposal has no revision. */
export async function reviewFacts(
  tx: Transaction,
  proposalId: string,
  now: Date,
): Promise<ReviewFacts | null> {
  const [head] = await tx.$queryRaw<HeadRow[]>`
    SELECT p.slug, p.state::text, r.number AS present, r.id::text AS "presentId", p.last_call_ends_at AS "lastCallEndsAt",
      (SELECT count(*) FROM claim c JOIN check_run k ON k.id = c.check_run_id
        WHERE c.revision_id = r.id AND c.required AND k.verdict <> c.expect)::int AS fallen,
      (SELECT count(*) FROM incoming_mail m WHERE m.proposal_id = p.id AND m.status = 'quarantined')::int AS held
    FROM proposal p JOIN revision r ON r.proposal_id = p.id AND r.number = p.current_revision
    WHERE p.id = ${proposalId}::uuid`
  if (!head) return null
  const threads = await tx.$queryRaw<ThreadRow[]>`
    SELECT number, kind::text, state::text, opened_by::text AS opener, waits_for AS "waitsFor", locked_at IS NOT NULL AS "isLocked",
      EXISTS (SELECT 1 FROM comment c WHERE c.thread_id = thread.id AND c.redacted_at IS NULL) AS "hasWords"
    FROM thread
    WHERE proposal_id = ${proposalId}::uuid AND state IN ('open', 'answered') AND kind <> 'note' ORDER BY number`
  const persons = await personsOf(tx, proposalId, head.presentId, now)
  const stale = await staleOf(tx, proposalId, head.present)
  const ids = (having: (person: PersonRow) => boolean) => persons.filter(having).map(({ id }) => id)
  const isAuthor = ({ roles }: PersonRow) => roles.includes('author')
  return {
    ...{ slug: head.slug, state: head.state, present: head.present, presentId: head.presentId },
    lastCallEndsAt: head.lastCallEndsAt?.getTime() ?? null,
    isLastCallOver: head.lastCallEndsAt !== null && head.lastCallEndsAt <= now,
    fallenClaims: head.fallen,
    heldMails: head.held,
    threads,
    standingObjections: threads.filter(({ kind }) => kind === 'objection').length,
    standingQuestions: threads.filter(({ kind }) => kind !== 'objection').length,
    authors: ids(isAuthor),
    maintainers: ids((person) => person.roles.includes('maintainer') && !isAuthor(person)),
    administrators: ids((person) => person.administrator && !isAuthor(person)),
    ownAdministrators: ids((person) => person.administrator && isAuthor(person)),
    moderators: new Set(ids(({ roles, administrator }) => administrator || roles.includes('maintainer'))),
    asked: ids((person) => person.asked && !isAuthor(person)),
    reviewed: new Set(ids(({ reviewed }) => reviewed)),
    able: new Set(ids(({ able }) => able)),
    away: new Set(ids(({ away }) => away)),
    holders: ids(({ holds }) => holds),
    stale,
  }
}

/** Everybody who is something to the proposal, in the order of when they came to be known. */
function personsOf(tx: Transaction, proposalId: string, presentId: string, now: Date): Promise<PersonRow[]> {
  return tx.$queryRaw<PersonRow[]>`
    WITH known AS (
      SELECT person_id FROM membership WHERE proposal_id = ${proposalId}::uuid
      UNION SELECT id FROM person WHERE administrator
      UNION SELECT person_id FROM review_request WHERE proposal_id = ${proposalId}::uuid
      UNION SELECT person_id FROM hold WHERE proposal_id = ${proposalId}::uuid AND lifted_at IS NULL
      UNION SELECT person_id FROM stance WHERE proposal_id = ${proposalId}::uuid
      UNION SELECT opened_by FROM thread WHERE proposal_id = ${proposalId}::uuid AND state IN ('open', 'answered') AND kind <> 'note'
    )
    SELECT p.id::text, p.administrator,
      p.blocked_at IS NULL AND p.deleted_at IS NULL
        -- As readable.server.ts says it: to whom it is hidden, it is not there.
        AND (p.administrator OR EXISTS (SELECT 1 FROM proposal seen WHERE seen.id = ${proposalId}::uuid AND seen.visibility <> 'embargoed')
          OR EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = ${proposalId}::uuid AND m.person_id = p.id))
        AND (
        EXISTS (SELECT 1 FROM auth_user u WHERE u.person_id = p.id)
        -- Mails with proof, and so can act in a mail.
        OR (EXISTS (SELECT 1 FROM person_address a WHERE a.person_id = p.id)
            AND NOT EXISTS (SELECT 1 FROM unproved_sender s WHERE s.person_id = p.id))) AS able,
      coalesce(p.away_until > ${now}, false) AS away,
      ARRAY(SELECT m.role::text FROM membership m WHERE m.proposal_id = ${proposalId}::uuid AND m.person_id = p.id) AS roles,
      EXISTS (SELECT 1 FROM review_request q WHERE q.proposal_id = ${proposalId}::uuid AND q.person_id = p.id) AS asked,
      EXISTS (SELECT 1 FROM hold h WHERE h.proposal_id = ${proposalId}::uuid AND h.person_id = p.id AND h.lifted_at IS NULL
        AND h.until > ${now}) AS holds,
      EXISTS (SELECT 1 FROM stance s WHERE s.revision_id = ${presentId}::uuid AND s.person_id = p.id)
        OR EXISTS (SELECT 1 FROM thread t WHERE t.opened_on = ${presentId}::uuid AND t.opened_by = p.id) AS reviewed
    FROM known JOIN person p ON p.id = known.person_id
    WHERE p.merged_into IS NULL
    ORDER BY p.created_at, p.id`
}

/** Of whose stances the text has changed since. */
async function staleOf(
  tx: Transaction,
  proposalId: string,
  present: number,
): Promise<{ person: string; writeups: readonly string[] }[]> {
  const rows = await stancesOf(tx, proposalId)
  const standing = standingStances(rows)
  if (!standing.some(({ revision }) => revision < present)) return []
  const textOf = await writeupTexts(tx, proposalId)
  const stale = new Map<string, Set<string>>()
  for (const row of standing) {
    const changed = staleWriteups(row, present, textOf)
    if (changed.length === 0) continue
    const all = stale.get(row.person) ?? new Set()
    for (const writeup of changed) all.add(writeup)
    stale.set(row.person, all)
  }
  return [...stale].map(([person, writeups]) => ({ person, writeups: [...writeups] }))
}

/** All that were given, oldest first. */
export function stancesOf(
  tx: Pick<Transaction, '$queryRaw'>,
  proposalId: string,
): Promise<(StanceRow & { trailer: string | null; words: string; at: Date; origin: string })[]> {
  return tx.$queryRaw`
    SELECT s.id::text, s.person_id::text AS person, s.value::text, s.writeups, r.number AS revision, s.trailer, s.words,
      s.at, s.origin, w.stance_id IS NOT NULL AS "isWithdrawn"
    FROM stance s JOIN revision r ON r.id = s.revision_id LEFT JOIN stance_withdrawal w ON w.stance_id = s.id
    WHERE s.proposal_id = ${proposalId}::uuid ORDER BY s.id`
}

/**
 * A digest of the text of each write-up, by `<revision> <writeup>`. White space and order count; keys do not. Where a revision
 * changed it in an editorial way, which nobody disputed, it counts as the text before: `alikeTexts`.
 */
export async function writeupTexts(
  tx: Pick<Transaction, '$queryRaw'>,
  proposalId: string,
): Promise<ReadonlyMap<string, string>> {
  return alikeTexts(
    await tx.$queryRaw<WriteupText[]>`
      SELECT r.number AS revision, b.writeup, md5(string_agg(b.text_sha256::text, ' ' ORDER BY b.ord)) AS digest,
        EXISTS (SELECT 1 FROM editorial_change e WHERE e.revision_id = r.id AND e.writeup = b.writeup AND e.disputed_by IS NULL) AS "isEditorial"
      FROM revision r JOIN block b ON b.revision_id = r.id
      WHERE r.proposal_id = ${proposalId}::uuid GROUP BY r.id, r.number, b.writeup ORDER BY r.number`,
  )
}

/** As the table of a proposal's states asks for them. */
export function stateFacts(facts: ReviewFacts, gatePasses: boolean): ProposalFacts {
  const { state, standingObjections, standingQuestions, holders, fallenClaims, lastCallEndsAt } = facts
  return {
    ...{ state, gatePasses, standingObjections, standingQuestions, fallenClaims, lastCallEndsAt },
    holds: holders.length,
    reviewers: facts.maintainers.length > 0 ? facts.maintainers.length : facts.administrators.length,
  }
}
