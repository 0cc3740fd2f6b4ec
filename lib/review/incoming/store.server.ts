import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import type { Transaction } from '../../db.server.ts'
import type { ImportedMail } from '../../mail/import/imported-mail.ts'
import type { MessageId } from '../../mail/message.ts'
import { invariant } from '../../result.ts'
import { identityHash, type StoredMessage } from './known.server.ts'
import type { CommentPlace } from './outcome.ts'
import type { PlannedComment, PlannedPlace } from './plan.ts'
import type { LoadedForImport } from './series.server.ts'

/**
 * The comments of one mail as rows, in the caller's transaction: all or nothing.
 *
 * Locks in one order, as every writer takes them: the threads that are answered (by id), then the proposal for new
 * numbers, then new threads, which nobody else can hold. Everything is written in the name of the mail's author, as
 * the triggers demand; who brought the mail stands with the mail.
 */
export type MailToStore = {
  readonly mailId: string
  readonly mail: ImportedMail
  readonly revision: LoadedForImport
  readonly authorId: string
  readonly plan: readonly PlannedComment[]
  readonly known: ReadonlyMap<MessageId, StoredMessage>
  /** Another mail has its Message-ID: no comment may take it. */
  readonly isConflict: boolean
  /** When it was written, as it says; else when it came. */
  readonly at: Date
}

type ThreadRow = { readonly id: string; readonly number: number }
type CommentRow = {
  id: string
  threadId: string
  parentId: string | null
  body: string
  messageId: string
  isDeleted: boolean
  ord: number
  piece: number
  flags: readonly string[]
  isFirst: boolean
}

const CLOSED: readonly string[] = ['resolved', 'dropped', 'superseded', 'overridden']
/** An objection names what would clear it; the mail's header has no room for that. */
const CONDITION_UNKNOWN = 'The mail did not say what would clear it.'

export async function storeComments(tx: Transaction, input: MailToStore): Promise<CommentPlace[]> {
  const { plan, revision, authorId, at } = input
  await tx.$executeRaw`SELECT set_config('app.actor', ${authorId}, true)`
  if (plan.length === 0) return []
  const answered = plan.map(({ place }) => (place.kind === 'reply' ? answeredComment(place, input) : null))
  const threads = [...new Set(answered.flatMap((one) => (one ? [one.threadId] : [])))].sort()
  const numbers = new Map<string, number>()
  if (threads.length > 0) {
    const locked = await tx.$queryRaw<{ id: string; number: number }[]>`
      SELECT id::text, number FROM thread WHERE id = ANY (${threads}::uuid[]) ORDER BY id FOR UPDATE`
    for (const { id, number } of locked) numbers.set(id, number)
  }
  const opened = await openThreads(tx, input)
  for (const { id, number } of opened) numbers.set(id, number)

  const rows: CommentRow[] = []
  let nextOpened = 0
  for (const [ord, { pieces, flags }] of plan.entries()) {
    const to = answered[ord]
    const threadId = to ? to.threadId : (opened[nextOpened++]?.id ?? '')
    let parentId: string | null = to ? to.id : null
    const texts = pieces.length > 0 ? pieces : ['']
    for (const [piece, body] of texts.entries()) {
      const id = randomUUID()
      const isDeleted = pieces.length === 0
      const isFirst = !to && piece === 0
      rows.push({ id, threadId, parentId, body, messageId: '', isDeleted, ord, piece, flags, isFirst })
      parentId = id
    }
  }
  await nameRows(tx, rows, input)
  const written = await tx.comment.createManyAndReturn({
    data: rows.map(({ id, threadId, parentId, body, messageId, isDeleted }) => ({
      id,
      threadId,
      parentId,
      body,
      messageId,
      authorId,
      origin: 'mail',
      clientKey: randomUUID(),
      createdAt: at,
      ...(isDeleted ? { redactedAt: at, redactedBy: authorId } : {}),
    })),
    select: { id: true, seq: true },
  })
  await tx.mailComment.createMany({
    data: rows.map(({ id, ord, piece, flags }) => ({
      mailId: input.mailId,
      ord,
      piece,
      commentId: id,
      flags: [...flags],
    })),
  })
  await tx.event.createMany({
    data: rows.map(({ id, threadId, isFirst }) => ({
      proposalId: revision.revision.proposalId,
      actorId: authorId,
      kind: isFirst ? 'thread-opened' : 'comment-added',
      subject: { thread: numbers.get(threadId) ?? 0, comment: id, mail: input.mail.messageId },
    })),
  })
  const seqs = new Map(written.map(({ id, seq }) => [id, seq]))
  return rows
    .filter(({ piece }) => piece === 0)
    .map(({ id, threadId }) => ({
      slug: revision.revision.slug,
      thread: numbers.get(threadId) ?? 0,
      comment: seqs.get(id) ?? 0,
    }))
}

function answeredComment(place: PlannedPlace & { kind: 'reply' }, { known }: MailToStore) {
  const { messageId, comment } = place.to
  const stored = known.get(messageId)?.stored[comment]
  invariant(stored, 'a planned reply answers a comment that is known')
  return stored
}

async function openThreads(
  tx: Transaction,
  { plan, revision: { revision }, authorId, at }: MailToStore,
): Promise<ThreadRow[]> {
  const places = plan.flatMap(({ place }) => (place.kind === 'thread' ? [place] : []))
  if (places.length === 0) return []
  // The numbers come from the proposal's own counter, never max()+1: the row lock makes them unique.
  const { nextThread } = await tx.proposal.update({
    where: { id: revision.proposalId },
    data: { nextThread: { increment: places.length } },
    select: { nextThread: true },
  })
  const rows = places.map((place, i) => ({
    place,
    id: randomUUID() as string,
    number: nextThread - places.length + i,
  }))
  await tx.thread.createMany({
    data: rows.map(({ id, number, place: { threadKind, state } }) => ({
      id,
      number,
      proposalId: revision.proposalId,
      kind: threadKind,
      state,
      openedBy: authorId,
      openedOn: revision.id,
      openedAt: at,
      ...(threadKind === 'objection' ? { clearCondition: CONDITION_UNKNOWN } : {}),
      ...(CLOSED.includes(state) ? { resolvedAt: at, resolvedBy: authorId } : {}),
    })),
  })
  await tx.anchor.createMany({
    data: rows.map(({ id, place: { selector } }) => ({
      threadId: id,
      revisionId: revision.id,
      blockKey: selector.key,
      textVersion: selector.textVersion,
      textStart: selector.start,
      textEnd: selector.end,
      exact: selector.exact,
      prefix: selector.prefix,
      suffix: selector.suffix,
    })),
  })
  return rows
}

/**
 * The first comment bears the mail's own Message-ID, so that who answers the mail answers it. The others get one made
 * from that, the same in every instance; where somebody has taken it, one that nobody can guess.
 */
async function nameRows(
  tx: Transaction,
  rows: CommentRow[],
  { mail, isConflict, revision: { revision } }: MailToStore,
): Promise<void> {
  const hash = createHash('sha256').update(mail.messageId).digest('hex').slice(0, 24)
  for (const [i, row] of rows.entries()) {
    const isOwn = i === 0 && !isConflict
    row.messageId = isOwn
      ? `<${mail.messageId}>`
      : `<m${row.ord}-${row.piece}.${hash}@${revision.mailDomain}>`
  }
  const derived = rows.filter((row, i) => i > 0 || row.messageId !== `<${mail.messageId}>`)
  if (derived.length === 0) return
  const taken = await tx.comment.findMany({
    where: { messageId: { in: derived.map(({ messageId }) => messageId) } },
    select: { messageId: true },
  })
  for (const row of derived) {
    if (taken.some(({ messageId }) => messageId === row.messageId))
      row.messageId = `<c-${row.id}@${revision.mailDomain}>`
  }
}

/** Trailers, whoever they name. `isOwn`: of the sender himself, who is proved. */
export async function storeTrailers(tx: Transaction, mailId: string, mail: ImportedMail): Promise<void> {
  if (mail.trailers.length === 0) return
  await tx.mailTrailer.createMany({
    data: mail.trailers.map(({ tag, name, email, line, match }, ord) => ({
      mailId,
      ord,
      tag,
      name,
      address: email.toLowerCase(),
      line,
      isOwn: match,
    })),
  })
}

export const textHash = (mail: ImportedMail) =>
  mail.textIdentity === '' ? null : identityHash(mail.textIdentity)
