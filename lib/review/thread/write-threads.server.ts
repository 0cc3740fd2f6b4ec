import 'server-only'
import type { Selector } from '#lib/anchor/selector.ts'
import type { Transaction } from '#lib/db.server.ts'
import { invariant } from '#lib/result.ts'
import { isOpen, type ThreadKind, type ThreadState } from './state.ts'

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
  readonly selector: Selector
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

/** Numbers of the threads, which stay locked to the end of the transaction. Ids that are not there are left out. */
export async function lockThreads(tx: Transaction, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; number: number }[]>`
    SELECT id::text, number FROM thread WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`
  return new Map(rows.map(({ id, number }) => [id, number]))
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
  const rows = threads.map(({ selector, ...thread }) => ({
    ...thread,
    ...selector,
    number: numbers.get(thread.id),
    closedAt: isOpen(thread.state) ? null : thread.at,
  }))
  await tx.$executeRaw`
    WITH r AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
                 AS r(id uuid, "proposalId" uuid, "revisionId" uuid, author uuid, at timestamptz, number int, kind thread_kind,
                      state thread_state, "clearCondition" text, "closedAt" timestamptz, key text, start int, "end" int,
                      exact text, prefix text, suffix text, "textVersion" int)),
    threads AS (
      INSERT INTO thread (id, proposal_id, number, kind, state, opened_by, opened_on, opened_at, clear_condition, resolved_at, resolved_by)
      SELECT id, "proposalId", number, kind, state, set_config('app.actor', author::text, true)::uuid, "revisionId", at,
             "clearCondition", "closedAt", CASE WHEN "closedAt" IS NOT NULL THEN author END FROM r)
    INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix)
    SELECT id, "revisionId", key, "textVersion", start, "end", exact, prefix, suffix FROM r`
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

/**
 * A thread's state, if it is still one of `from`; false when somebody was faster. Of two who close at once one writes,
 * and one event tells of it.
 */
export async function setThreadState(
  tx: Transaction,
  change: {
    readonly threadId: string
    readonly from: readonly ThreadState[]
    readonly to: ThreadState
    readonly by: string
    readonly at: Date
  },
): Promise<boolean> {
  const { threadId, from, to, by, at } = change
  const { count } = await tx.thread.updateMany({
    where: { id: threadId, state: { in: [...from] } },
    data: isOpen(to)
      ? { state: to, resolvedAt: null, resolvedBy: null }
      : { state: to, resolvedAt: at, resolvedBy: by },
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
  await tx.$executeRaw`
    UPDATE comment SET author_id = ${after}::uuid,
      redacted_by = CASE WHEN redacted_by = ${before}::uuid THEN ${after}::uuid ELSE redacted_by END
    WHERE author_id = ${before}::uuid`
}
