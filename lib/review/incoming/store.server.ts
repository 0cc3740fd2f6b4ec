import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { invariant } from '#lib/result.ts'
import type { PlannedThread } from './plan.ts'

/**
 * What some mails become, as rows, in the caller's transaction: all or nothing, in a handful of statements, as it is the
 * round trips that take the time.
 *
 * Locks in one order, as every writer takes them: the threads that are answered (by id), then the proposals (by id),
 * then new threads, which nobody else can hold. Each row is written in the name of its author, as the triggers
 * demand: `set_config` is evaluated for a row before its trigger runs. Who brought a mail stands with the mail.
 */
export type MailRow = {
  readonly id: string
  readonly messageId: string
  readonly isConflict: boolean
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly sha256: Uint8Array<ArrayBuffer>
  readonly source: string
  readonly broughtBy: string | null
  readonly tokenId: string | null
  readonly status: string
  readonly flags: string[]
  readonly proof: string
  readonly proofDetail: string
  readonly authorName: string
  readonly authorAddress: string | null
  readonly authorId: string | null
  readonly subject: string
  readonly sentAt: Date | null
  readonly textSha256: Uint8Array<ArrayBuffer>
  readonly answers: string[]
  readonly parentMessageId: string | null
  readonly proposalId: string | null
  readonly revisionId: string | null
  readonly part: number | null
  readonly waitUntil: Date | null
}

export type ThreadRow = PlannedThread & {
  readonly id: string
  readonly proposalId: string
  readonly revisionId: string
  readonly author: string
  readonly at: Date
}

export type CommentRow = {
  readonly id: string
  readonly mailId: string
  readonly proposalId: string
  readonly threadId: string
  readonly parentId: string | null
  readonly author: string
  readonly body: string
  /** With angle brackets. */
  readonly messageId: string
  /** Where somebody has taken that one. */
  readonly otherId: string
  readonly at: Date
  readonly isDeleted: boolean
  readonly ord: number
  readonly piece: number
  readonly flags: readonly string[]
  /** Opens its thread. */
  readonly isFirst: boolean
  /** The mail's Message-ID, for the log. */
  readonly mail: string
}

export type TrailerRow = {
  readonly mailId: string
  readonly ord: number
  readonly tag: string
  readonly name: string
  readonly address: string
  readonly line: string
  readonly isOwn: boolean
}

export type Writes = {
  readonly mails: MailRow[]
  readonly threads: ThreadRow[]
  readonly comments: CommentRow[]
  readonly trailers: TrailerRow[]
}

/** Number of the thread and position in it, by comment. */
export type Written = ReadonlyMap<string, { readonly thread: number; readonly seq: number }>

export async function storeWrites(tx: Transaction, writes: Writes, actor: string): Promise<Written> {
  const { mails, threads, comments, trailers } = writes
  if (mails.length > 0) await tx.incomingMail.createMany({ data: mails })
  if (trailers.length > 0) await tx.mailTrailer.createMany({ data: trailers })
  if (comments.length === 0) return new Map()
  const opened = new Set(threads.map(({ id }) => id))
  const answered = [...new Set(comments.map(({ threadId }) => threadId))].filter((id) => !opened.has(id))
  const numbers = await lockThreads(tx, answered)
  for (const [id, number] of await openThreads(tx, threads)) numbers.set(id, number)
  const named = await withFreeIds(tx, comments)
  const seqs = await insertComments(tx, named)
  await linkComments(tx, named, numbers)
  await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true)`
  return new Map(
    named.map(({ id, threadId }) => [id, { thread: numbers.get(threadId) ?? 0, seq: seqs.get(id) ?? 0 }]),
  )
}

async function lockThreads(tx: Transaction, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; number: number }[]>`
    SELECT id::text, number FROM thread WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`
  return new Map(rows.map(({ id, number }) => [id, number]))
}

const CLOSED: readonly string[] = ['resolved', 'dropped', 'superseded', 'overridden']
/** An objection names what would clear it; the mail's header has no room for that. */
const CONDITION_UNKNOWN = 'The mail did not say what would clear it.'

async function openThreads(tx: Transaction, threads: readonly ThreadRow[]): Promise<Map<string, number>> {
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
  const rows = threads.map(({ selector, threadKind, state, ...thread }) => ({
    ...thread,
    ...selector,
    number: numbers.get(thread.id),
    kind: threadKind,
    state,
    condition: threadKind === 'objection' ? CONDITION_UNKNOWN : null,
    closedAt: CLOSED.includes(state) ? thread.at : null,
  }))
  await tx.$executeRaw`
    WITH r AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
                 AS r(id uuid, "proposalId" uuid, "revisionId" uuid, author uuid, at timestamptz, number int, kind thread_kind,
                      state thread_state, condition text, "closedAt" timestamptz, key text, start int, "end" int,
                      exact text, prefix text, suffix text, "textVersion" int)),
    threads AS (
      INSERT INTO thread (id, proposal_id, number, kind, state, opened_by, opened_on, opened_at, clear_condition, resolved_at, resolved_by)
      SELECT id, "proposalId", number, kind, state, set_config('app.actor', author::text, true)::uuid, "revisionId", at,
             condition, "closedAt", CASE WHEN "closedAt" IS NOT NULL THEN author END FROM r)
    INSERT INTO anchor (thread_id, revision_id, block_key, text_version, text_start, text_end, quote_exact, quote_prefix, quote_suffix)
    SELECT id, "revisionId", key, "textVersion", start, "end", exact, prefix, suffix FROM r`
  return numbers
}

/** Somebody may have sent a mail under the id that is made for a further comment of another. */
async function withFreeIds(tx: Transaction, comments: readonly CommentRow[]): Promise<CommentRow[]> {
  const made = comments.filter(({ messageId, mail }) => messageId !== `<${mail}>`)
  if (made.length === 0) return [...comments]
  const rows = await tx.comment.findMany({
    where: { messageId: { in: made.map(({ messageId }) => messageId) } },
    select: { messageId: true },
  })
  const taken = new Set(rows.map(({ messageId }) => messageId))
  return comments.map((row) => {
    const messageId = taken.has(row.messageId) ? row.otherId : row.messageId
    taken.add(messageId)
    return { ...row, messageId }
  })
}

async function insertComments(tx: Transaction, rows: readonly CommentRow[]): Promise<Map<string, number>> {
  const written = await tx.$queryRaw<{ id: string; seq: number }[]>`
    INSERT INTO comment (id, thread_id, parent_id, author_id, body_md, origin, message_id, client_key, created_at, redacted_at, redacted_by)
    SELECT r.id, r."threadId", r."parentId", set_config('app.actor', r.author::text, true)::uuid, r.body, 'mail', r."messageId",
           gen_random_uuid(), r.at, CASE WHEN r."isDeleted" THEN r.at END, CASE WHEN r."isDeleted" THEN r.author END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(id uuid, "threadId" uuid, "parentId" uuid, author uuid, body text, "messageId" text, at timestamptz, "isDeleted" boolean)
    RETURNING id::text, seq`
  return new Map(written.map(({ id, seq }) => [id, seq]))
}

async function linkComments(
  tx: Transaction,
  comments: readonly CommentRow[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = comments.map(
    ({ id, mailId, proposalId, threadId, author, ord, piece, flags, isFirst, mail }, order) => ({
      ...{ id, mailId, proposalId, author, ord, piece, flags, order },
      kind: isFirst ? 'thread-opened' : 'comment-added',
      subject: { thread: numbers.get(threadId) ?? 0, comment: id, mail },
    }),
  )
  await tx.$executeRaw`
    WITH r AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
                 AS r(id uuid, "mailId" uuid, "proposalId" uuid, author uuid, ord int, piece int, flags text[], "order" int,
                      kind text, subject jsonb)),
    links AS (INSERT INTO mail_comment (mail_id, ord, piece, comment_id, flags) SELECT "mailId", ord, piece, id, flags FROM r)
    INSERT INTO event (proposal_id, actor_id, kind, subject)
    SELECT "proposalId", set_config('app.actor', author::text, true)::uuid, kind, subject
    FROM (SELECT * FROM r ORDER BY "proposalId", "order") sorted`
}
