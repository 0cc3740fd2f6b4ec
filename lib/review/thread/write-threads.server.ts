import 'server-only'
import type { Selector } from '#lib/anchor/selector.ts'
import type { Transaction } from '#lib/db.server.ts'
import { invariant } from '#lib/result.ts'
import type { StepSeen } from '#lib/simulation/step-shown.ts'
import { carryNewThreads } from './carry-threads.server.ts'
import { isOpen, OPEN_STATES, type Side, type ThreadKind, type ThreadState, waitsForIn } from './state.ts'
import type { About } from './whole.ts'

/**
 * The one writer of threads, anchors and comments, for the page, for mail and for the command line: in sets, in the
 * caller's transaction, in a handful of statements, as it is the round trips that take the time. A form of the page is
 * a set of one. Who may, what is recorded and whose turn it is are the acts' to know (`lib/review/acts`).
 *
 * Locks are taken in one order by every caller: the threads that are written upon (by id), then their comments, then the
 * proposals (by id), then new threads, which nobody else can hold. A comment's trigger locks its thread, an event's the
 * proposal. A row that names a proposal (a mail, a thread) holds the proposal's key from the moment it is written, out of
 * this order: so nothing may lock that key, and an event locks all of the proposal but its key.
 *
 * Each row is written in the name of its author, as the triggers demand: `set_config` is evaluated for a row before its
 * trigger runs. The functions leave `app.actor` at the last author; a caller that writes more sets its own again.
 */
export type ThreadRow = {
  readonly id: string
  readonly proposalId: string
  readonly revisionId: string
  readonly author: string
  readonly at: Date
  readonly kind: ThreadKind
  readonly state: ThreadState
  /** What would clear an objection: ten characters or more. Null for every other kind. */
  readonly clearCondition: string | null
  /** The objection of which this is one point; null: none. */
  readonly splitFrom?: string | null
  readonly selector: Selector
  /** Left out: the passage, or words of it. */
  readonly about?: About
  /** Of a thread on a step. */
  readonly step?: StepSeen | null
}

export type CommentRow = {
  readonly id: string
  readonly threadId: string
  readonly parentId: string | null
  readonly author: string
  readonly body: string
  readonly origin: 'web' | 'mail'
  /** With angle brackets. */
  readonly messageId: string
  /** Where somebody has taken that one: an id that nobody can guess. Null: a taken id is a bug. */
  readonly otherId: string | null
  readonly at: Date
  /** It was deleted where it comes from: a tombstone from the beginning. */
  readonly isDeleted: boolean
}

/** In a thread that came closed in this way, from where it was overridden: what was said then is not known here. */
const OVERRIDDEN_ELSEWHERE = 'Overridden where this discussion comes from.'

/** The threads, which stay locked to the end of the transaction. Ids that are not there are left out. */
export async function lockThreads(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, LockedThread>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<(LockedThread & { id: string })[]>`
    SELECT id::text, number, kind::text, state::text, opened_by::text AS "openedBy", proposal_id::text AS "proposalId"
    FROM thread WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`
  return new Map(rows.map(({ id, ...thread }) => [id, thread]))
}

export type LockedThread = {
  readonly number: number
  readonly kind: ThreadKind
  readonly state: ThreadState
  readonly openedBy: string
  readonly proposalId: string
}

/** Threads with their anchors; the number of each in its proposal, by id. */
export async function insertThreads(
  tx: Transaction,
  threads: readonly ThreadRow[],
): Promise<Map<string, number>> {
  const numbers = new Map<string, number>()
  if (threads.length === 0) return numbers
  for (const proposalId of [...new Set(threads.map((thread) => thread.proposalId))].sort()) {
    const own = threads.filter((thread) => thread.proposalId === proposalId)
    // The numbers come from the proposal's own counter, never max()+1: the row lock makes them unique.
    const [counter] = await tx.$queryRaw<{ next: number }[]>`
      UPDATE proposal SET next_thread = next_thread + ${own.length} WHERE id = ${proposalId}::uuid
      RETURNING next_thread AS next`
    invariant(counter, 'the proposal of a revision is there')
    for (const [i, { id }] of own.entries()) numbers.set(id, counter.next - own.length + i)
  }
  const rows = threads.map(({ selector, about, step, ...thread }) => ({
    ...thread,
    ...{ about: about ?? 'passage', step: step ?? null },
    ...selector,
    number: numbers.get(thread.id),
    closedAt: isOpen(thread.state) ? null : thread.at,
    splitFrom: thread.splitFrom ?? null,
    waitsFor: waitsForIn(thread),
    answeredAt: thread.state === 'answered' ? thread.at : null,
    conditionAskedAt: thread.kind === 'objection' && thread.clearCondition === null ? thread.at : null,
    overrideReason: thread.state === 'overridden' ? OVERRIDDEN_ELSEWHERE : null,
  }))
  await tx.$executeRaw`
    WITH r AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
                 AS r(id uuid, "proposalId" uuid, "revisionId" uuid, author uuid, at timestamptz, number int, kind thread_kind,
                      state thread_state, "clearCondition" text, "closedAt" timestamptz, "splitFrom" uuid, "waitsFor" text,
                      "answeredAt" timestamptz, "conditionAskedAt" timestamptz, "overrideReason" text, key text, start int, "end" int,
                      exact text, prefix text, suffix text, "textVersion" int, about text, step jsonb)),
    threads AS (
      INSERT INTO thread (id, proposal_id, number, kind, state, opened_by, opened_on, opened_at, clear_condition, resolved_at, resolved_by,
                          split_from, waits_for, answered_at, answered_by, condition_asked_at, override_reason)
      SELECT id, "proposalId", number, kind, state, set_config('app.actor', author::text, true)::uuid, "revisionId", at,
             "clearCondition", "closedAt", CASE WHEN "closedAt" IS NOT NULL THEN author END, "splitFrom", "waitsFor", "answeredAt",
             CASE WHEN "answeredAt" IS NOT NULL THEN author END, "conditionAskedAt", "overrideReason" FROM r)
    INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix,
                        about, step)
    SELECT id, "revisionId", key, "textVersion", start, "end", exact, prefix, suffix, about, step FROM r`
  await carryNewThreads(
    tx,
    threads.map(({ id, revisionId, about, selector: { key, start, end } }) => ({
      ...{ thread: id, revision: revisionId, key, start, end, about: about ?? 'passage' },
    })),
  )
  return numbers
}

/** The position of each comment in its thread, by id: in the order given, a parent before its replies. */
export async function insertComments(
  tx: Transaction,
  comments: readonly CommentRow[],
): Promise<Map<string, number>> {
  if (comments.length === 0) return new Map()
  const rows = await withFreeIds(tx, comments)
  const written = await tx.$queryRaw<{ id: string; seq: number }[]>`
    INSERT INTO comment (id, thread_id, parent_id, author_id, body, origin, message_id, created_at, redacted_at, redacted_by)
    SELECT r.id, r."threadId", r."parentId", set_config('app.actor', r.author::text, true)::uuid, r.body, r.origin, r."messageId",
           r.at, CASE WHEN r."isDeleted" THEN r.at END, CASE WHEN r."isDeleted" THEN r.author END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(id uuid, "threadId" uuid, "parentId" uuid, author uuid, body text, origin text, "messageId" text, at timestamptz,
           "isDeleted" boolean)
    RETURNING id::text, seq`
  return new Map(written.map(({ id, seq }) => [id, seq]))
}

/** Somebody may have sent a mail under the id that is made for a further comment of another. */
async function withFreeIds(tx: Transaction, comments: readonly CommentRow[]): Promise<CommentRow[]> {
  const made = comments.filter(({ otherId }) => otherId !== null)
  if (made.length === 0) return [...comments]
  const ids = made.map(({ messageId }) => messageId)
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT message_id AS id FROM comment WHERE message_id = ANY (${ids}::text[])`
  const taken = new Set(rows.map(({ id }) => id))
  return comments.map((row) => {
    const messageId = row.otherId !== null && taken.has(row.messageId) ? row.otherId : row.messageId
    taken.add(messageId)
    return { ...row, messageId }
  })
}

/** What is kept of an answer beside the state: the comment whose words it is, or the revision. */
export type AnswerRow = { readonly comment: string | null; readonly revisionId: string | null }

/**
 * A thread's state, if it is still one of `from`; false when somebody was faster. Of two who close at once one writes,
 * and one event tells of it.
 */
export async function setThreadState(
  tx: Transaction,
  change: {
    readonly threadId: string
    readonly kind: ThreadKind
    readonly from: readonly ThreadState[]
    readonly to: ThreadState
    readonly by: string
    readonly at: Date
    readonly answer?: AnswerRow
    readonly overrideReason?: string
  },
): Promise<boolean> {
  const { threadId, kind, from, to, by, at, answer, overrideReason } = change
  const { count } = await tx.thread.updateMany({
    where: { id: threadId, state: { in: [...from] } },
    data: {
      state: to,
      waitsFor: waitsForIn({ kind, state: to }),
      overrideReason: overrideReason ?? null,
      lockVersion: { increment: 1 },
      ...(isOpen(to) ? { resolvedAt: null, resolvedBy: null } : { resolvedAt: at, resolvedBy: by }),
      ...(to === 'answered'
        ? {
            answeredAt: at,
            answeredBy: by,
            answerComment: answer?.comment ?? null,
            answeredIn: answer?.revisionId ?? null,
            promisedAt: null,
          }
        : {}),
    },
  })
  return count > 0
}

/** An objection becomes an issue. False: it is none, or is closed. */
export async function lessenObjection(tx: Transaction, threadId: string): Promise<boolean> {
  const { count } = await tx.thread.updateMany({
    where: { id: threadId, kind: 'objection', state: { in: [...OPEN_STATES] } },
    data: { kind: 'issue', lockVersion: { increment: 1 } },
  })
  return count > 0
}

/** What would clear an objection that was raised without it. False: it says so already. */
export async function setCondition(tx: Transaction, threadId: string, condition: string): Promise<boolean> {
  const { count } = await tx.thread.updateMany({
    where: { id: threadId, kind: 'objection', clearCondition: null },
    data: { clearCondition: condition, conditionAskedAt: null, lockVersion: { increment: 1 } },
  })
  return count > 0
}

/** That the next revision answers it; null: not any more. */
export async function setPromise(tx: Transaction, threadId: string, at: Date | null): Promise<boolean> {
  const { count } = await tx.thread.updateMany({
    where: { id: threadId, state: 'open', kind: { not: 'note' }, promisedAt: at ? null : { not: null } },
    data: { promisedAt: at },
  })
  return count > 0
}

/** False: this person has challenged it before. */
export async function insertChallenge(
  tx: Transaction,
  row: { readonly threadId: string; readonly personId: string; readonly reason: string; readonly at: Date },
): Promise<boolean> {
  const { count } = await tx.objectionChallenge.createMany({ data: [row], skipDuplicates: true })
  return count > 0
}

/**
 * Which side speaks next in threads in which something was said.
 *
 * @returns the proposals in which that is another one than before
 */
export async function setWaiting(
  tx: Transaction,
  waiting: readonly { readonly threadId: string; readonly waitsFor: Side }[],
): Promise<readonly string[]> {
  if (waiting.length === 0) return []
  const rows = await tx.$queryRaw<{ proposal: string }[]>`
    UPDATE thread SET waits_for = r."waitsFor"
    FROM jsonb_to_recordset(${JSON.stringify(waiting)}::jsonb) AS r("threadId" uuid, "waitsFor" text)
    WHERE thread.id = r."threadId" AND thread.waits_for IS NOT NULL AND thread.waits_for <> r."waitsFor"
    RETURNING thread.proposal_id::text AS proposal`
  return [...new Set(rows.map(({ proposal }) => proposal))]
}

/** Null unlocks. False: it was so before. */
export async function setThreadLock(
  tx: Transaction,
  id: string,
  lock: { readonly by: string; readonly at: Date } | null,
): Promise<boolean> {
  const { count } = await tx.thread.updateMany({
    where: { id, lockedAt: lock ? null : { not: null } },
    data: { lockedAt: lock?.at ?? null, lockedBy: lock?.by ?? null },
  })
  return count > 0
}

/** Other words, if the comment is still in the version that was seen; the database keeps what they replace. */
export async function replaceWords(
  tx: Transaction,
  comment: { readonly id: string; readonly lockVersion: number; readonly body: string },
): Promise<boolean> {
  const { count } = await tx.comment.updateMany({
    where: { id: comment.id, lockVersion: comment.lockVersion },
    data: { body: comment.body },
  })
  return count > 0
}

/** Leaves a tombstone: the words go, from the comment and from its versions; the place and the replies stay. */
export async function redactComments(
  tx: Transaction,
  ids: readonly string[],
  by: string,
  at: Date,
): Promise<number> {
  if (ids.length === 0) return 0
  return tx.$executeRaw`
    UPDATE comment SET body = '', redacted_at = ${at}, redacted_by = ${by}::uuid
    WHERE id = ANY (${ids}::uuid[]) AND redacted_at IS NULL`
}

/** Tombstones in place of all that one person wrote. @returns how many comments lost their words */
export async function redactAllOf(tx: Transaction, personId: string, at: Date): Promise<number> {
  const theirs = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT thread_id::text AS id FROM comment WHERE author_id = ${personId}::uuid AND redacted_at IS NULL`
  await lockThreads(
    tx,
    theirs.map(({ id }) => id),
  )
  return tx.$executeRaw`
    UPDATE comment SET body = '', redacted_at = ${at}, redacted_by = ${personId}::uuid
    WHERE author_id = ${personId}::uuid AND redacted_at IS NULL`
}

/** Another Message-ID for the comment that an imported mail brought under `before`: the mail could not prove that it is its. */
export async function renameMessage(
  tx: Transaction,
  mailId: string,
  before: string,
  after: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE comment SET message_id = ${after}
    WHERE message_id = ${before} AND id IN (SELECT comment_id FROM mail_comment WHERE mail_id = ${mailId}::uuid)`
}

/** All that one person wrote, opened, closed and deleted becomes another's: they were the same person all along. */
export async function giveThreads(tx: Transaction, before: string, after: string): Promise<void> {
  const theirs = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM thread WHERE opened_by = ${before}::uuid OR resolved_by = ${before}::uuid
      OR id IN (SELECT thread_id FROM comment WHERE author_id = ${before}::uuid)`
  await lockThreads(
    tx,
    theirs.map(({ id }) => id),
  )
  await tx.thread.updateMany({ where: { openedBy: before }, data: { openedBy: after } })
  await tx.thread.updateMany({ where: { resolvedBy: before }, data: { resolvedBy: after } })
  await tx.thread.updateMany({ where: { answeredBy: before }, data: { answeredBy: after } })
  await tx.$executeRaw`
    UPDATE objection_challenge c SET person_id = ${after}::uuid WHERE person_id = ${before}::uuid
      AND NOT EXISTS (SELECT 1 FROM objection_challenge o WHERE o.thread_id = c.thread_id AND o.person_id = ${after}::uuid)`
  await tx.$executeRaw`
    UPDATE comment SET author_id = ${after}::uuid,
      redacted_by = CASE WHEN redacted_by = ${before}::uuid THEN ${after}::uuid ELSE redacted_by END
    WHERE author_id = ${before}::uuid`
}
