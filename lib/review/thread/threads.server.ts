import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { makeSelector } from '#lib/anchor/selector.ts'
import { db, isUniqueViolation, type Transaction, writeAs } from '#lib/db.server.ts'
import { err, invariant, ok, type Result } from '#lib/result.ts'
import type { ThreadForMail } from '#lib/review/export/replies.ts'
import { confirmedAmong } from '#lib/review/person/confirmed.server.ts'
import {
  type Action,
  can,
  NO_STANDING,
  type Relation,
  type Role,
  type Standing,
  type Viewer,
} from '#lib/review/person/permission.ts'
import { isSlug } from '#lib/review/revision/revisions.server.ts'
import type { CommentMail, CommentShown, PersonShown, ThreadFailure, ThreadShown } from './thread.ts'

/**
 * Threads and comments: reading and writing, each with its permission. The rules that the database keeps by itself
 * (who is the actor, numbers, versions, tombstones) are in prisma/migrations; here are those that need words.
 *
 * Locks are taken in one order, thread before proposal, so that writers never wait for each other in a circle: the
 * comment's trigger locks the thread, the event's the proposal. Opening locks the proposal first, but its thread is
 * new and nobody else can hold it.
 */

/** Where something was written, for the redirect and the permalink. */
export type Place = { readonly slug: string; readonly thread: number; readonly comment: number }

// ---- standing -------------------------------------------------------------------------------------------------

async function rolesIn(tx: Transaction, proposalId: string, viewer: Viewer): Promise<Role[]> {
  if (!viewer) return []
  const rows = await tx.membership.findMany({
    where: { proposalId, personId: viewer.personId },
    select: { role: true },
  })
  return rows.map(({ role }) => role)
}

async function refuse(
  tx: Transaction,
  viewer: Viewer,
  action: Action,
  proposalId: string,
  relations: readonly Relation[] = [],
): Promise<ThreadFailure | null> {
  if (!viewer) return { kind: 'signed-out' }
  const standing: Standing = { roles: await rolesIn(tx, proposalId, viewer), relations }
  return can(viewer, action, standing) ? null : { kind: 'forbidden' }
}

// ---- writing --------------------------------------------------------------------------------------------------

/** The part of a revision's front matter that a Message-ID needs; parsed, since the column is JSON. */
const MailPlace = z.object({ mailDomain: z.string() })

function messageIdOf(commentId: string, frontMatter: unknown, now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  return `<${day}.c-${commentId}@${MailPlace.parse(frontMatter).mailDomain}>`
}

type NewComment = {
  threadId: string
  parentId: string | null
  body: string
  clientKey: string
  frontMatter: unknown
}

async function insertComment(tx: Transaction, author: string, comment: NewComment, now: Date) {
  const id = randomUUID()
  return tx.comment.create({
    data: {
      id,
      threadId: comment.threadId,
      parentId: comment.parentId,
      authorId: author,
      body: comment.body,
      clientKey: comment.clientKey,
      messageId: messageIdOf(id, comment.frontMatter, now),
    },
    select: { id: true, seq: true },
  })
}

function recordEvent(tx: Transaction, proposalId: string, actorId: string, kind: string, subject: object) {
  return tx.event.create({ data: { proposalId, actorId, kind, subject }, select: { id: true } })
}

/**
 * The comment that an earlier send of the same form made. The same words again are the same comment (a double
 * click, a retry after a lost answer); other words are not, and are kept in the form.
 */
async function sentBefore(
  viewer: NonNullable<Viewer>,
  clientKey: string,
  body: string,
): Promise<Result<Place, ThreadFailure>> {
  const before = await db().comment.findUnique({
    where: { clientKey },
    select: {
      authorId: true,
      body: true,
      seq: true,
      thread: { select: { number: true, proposal: { select: { slug: true } } } },
    },
  })
  if (!before || before.authorId !== viewer.personId) return err({ kind: 'forbidden' })
  if (before.body !== body) return err({ kind: 'key-used', seq: before.seq })
  return ok({ slug: before.thread.proposal.slug, thread: before.thread.number, comment: before.seq })
}

/** Carries an expected failure out of a transaction, which rolls back on its way. */
class Refused extends Error {
  readonly failure: ThreadFailure
  constructor(failure: ThreadFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

async function writeOnce(
  viewer: Viewer,
  clientKey: string,
  body: string,
  work: (tx: Transaction, personId: string) => Promise<Place>,
): Promise<Result<Place, ThreadFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  try {
    return ok(await writeAs(viewer.personId, (tx) => work(tx, viewer.personId)))
  } catch (error) {
    if (error instanceof Refused) return err(error.failure)
    if (isUniqueViolation(error, 'client_key')) return sentBefore(viewer, clientKey, body)
    if (error instanceof Error && error.message.includes('the comment was deleted'))
      return err({ kind: 'comment-deleted' })
    throw error
  }
}

export type NewThread = { slug: string; revision: number; blockKey: string; body: string; clientKey: string }

/** Opens a note on a whole block of a revision, with its first comment. */
export function openThread(
  viewer: Viewer,
  input: NewThread,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return writeOnce(viewer, input.clientKey, input.body, async (tx, personId) => {
    const revision = await tx.revision.findFirst({
      where: { number: input.revision, proposal: { slug: input.slug } },
      select: { id: true, proposalId: true, plainText: true, textVersion: true, frontMatter: true },
    })
    if (!revision) throw new Refused({ kind: 'no-such-revision' })
    const refused = await refuse(tx, viewer, 'open-thread', revision.proposalId)
    if (refused) throw new Refused(refused)

    const block = await tx.block.findUnique({
      where: { revisionId_key: { revisionId: revision.id, key: input.blockKey } },
      select: { key: true, textStart: true, textEnd: true },
    })
    if (!block) throw new Refused({ kind: 'block-gone', blockKey: input.blockKey })
    const pointed = makeSelector(
      {
        text: revision.plainText,
        textVersion: revision.textVersion,
        blocks: [{ key: block.key, start: block.textStart, end: block.textEnd }],
      },
      block.key,
    )
    invariant(pointed.ok, `block ${block.key} of revision ${revision.id} has text`)
    const selector = pointed.value

    // The number comes from the proposal's own counter, never max()+1: the row lock makes it unique.
    const { nextThread } = await tx.proposal.update({
      where: { id: revision.proposalId },
      data: { nextThread: { increment: 1 } },
      select: { nextThread: true },
    })
    const number = nextThread - 1
    const thread = await tx.thread.create({
      data: {
        proposalId: revision.proposalId,
        number,
        kind: 'note',
        openedBy: personId,
        openedOn: revision.id,
        anchor: {
          create: {
            revisionId: revision.id,
            blockKey: selector.key,
            textVersion: selector.textVersion,
            textStart: selector.start,
            textEnd: selector.end,
            exact: selector.exact,
            prefix: selector.prefix,
            suffix: selector.suffix,
          },
        },
      },
      select: { id: true },
    })
    const { body, clientKey } = input
    const { frontMatter } = revision
    const comment = await insertComment(
      tx,
      personId,
      { threadId: thread.id, parentId: null, body, clientKey, frontMatter },
      now,
    )
    await recordEvent(tx, revision.proposalId, personId, 'thread-opened', {
      thread: number,
      comment: comment.id,
    })
    return { slug: input.slug, thread: number, comment: comment.seq }
  })
}

export type NewReply = { commentId: string; body: string; clientKey: string }

export function reply(
  viewer: Viewer,
  input: NewReply,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return writeOnce(viewer, input.clientKey, input.body, async (tx, personId) => {
    const parent = await tx.comment.findUnique({
      where: { id: input.commentId },
      select: {
        redactedAt: true,
        thread: {
          select: {
            id: true,
            number: true,
            proposalId: true,
            proposal: { select: { slug: true } },
            revision: { select: { frontMatter: true } },
          },
        },
      },
    })
    if (!parent) throw new Refused({ kind: 'no-such-comment' })
    const { thread } = parent
    const refused = await refuse(tx, viewer, 'reply', thread.proposalId)
    if (refused) throw new Refused(refused)
    if (parent.redactedAt) throw new Refused({ kind: 'comment-deleted' })
    const { body, clientKey } = input
    const { frontMatter } = thread.revision
    const comment = await insertComment(
      tx,
      personId,
      { threadId: thread.id, parentId: input.commentId, body, clientKey, frontMatter },
      now,
    )
    await recordEvent(tx, thread.proposalId, personId, 'comment-added', {
      thread: thread.number,
      comment: comment.id,
    })
    return { slug: thread.proposal.slug, thread: thread.number, comment: comment.seq }
  })
}

/** A comment with what the rules need to know of it; by id, within a write transaction. */
async function commentForChange(tx: Transaction, id: string) {
  const comment = await tx.comment.findUnique({
    where: { id },
    select: {
      authorId: true,
      seq: true,
      body: true,
      lockVersion: true,
      redactedAt: true,
      thread: { select: { number: true, proposalId: true, proposal: { select: { slug: true } } } },
    },
  })
  if (!comment) throw new Refused({ kind: 'no-such-comment' })
  return comment
}

export function editComment(
  viewer: Viewer,
  input: { commentId: string; body: string; lockVersion: number },
): Promise<Result<Place, ThreadFailure>> {
  return writeOnce(viewer, '', input.body, async (tx, personId) => {
    const comment = await commentForChange(tx, input.commentId)
    const { thread } = comment
    const relations: Relation[] = comment.authorId === personId ? ['writer'] : []
    const refused = await refuse(tx, viewer, 'edit-comment', thread.proposalId, relations)
    if (refused) throw new Refused(refused)
    if (comment.redactedAt) throw new Refused({ kind: 'comment-deleted' })
    const place = { slug: thread.proposal.slug, thread: thread.number, comment: comment.seq }
    if (comment.body === input.body) return place
    const { count } = await tx.comment.updateMany({
      where: { id: input.commentId, lockVersion: input.lockVersion },
      data: { body: input.body },
    })
    if (count === 0) {
      // Read again: what was read above may be older than the edit that won.
      const now = await commentForChange(tx, input.commentId)
      throw new Refused({ kind: 'edited-meanwhile', theirs: now.body, lockVersion: now.lockVersion })
    }
    await recordEvent(tx, thread.proposalId, personId, 'comment-edited', {
      thread: thread.number,
      comment: input.commentId,
    })
    return place
  })
}

/** Leaves a tombstone: the words go (from the comment and from its versions' view), the place and the replies stay. */
export function deleteComment(
  viewer: Viewer,
  commentId: string,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return writeOnce(viewer, '', '', async (tx, personId) => {
    const comment = await commentForChange(tx, commentId)
    const { thread } = comment
    const relations: Relation[] = comment.authorId === personId ? ['writer'] : []
    const refused = await refuse(tx, viewer, 'delete-comment', thread.proposalId, relations)
    if (refused) throw new Refused(refused)
    const place = { slug: thread.proposal.slug, thread: thread.number, comment: comment.seq }
    if (comment.redactedAt) return place
    await tx.comment.update({
      where: { id: commentId },
      data: { body: '', redactedAt: now, redactedBy: personId },
      select: { id: true },
    })
    await recordEvent(tx, thread.proposalId, personId, 'comment-deleted', {
      thread: thread.number,
      comment: commentId,
    })
    return place
  })
}

/** Resolves a note, or opens it again. Doing twice what is done already changes nothing. */
export function setNoteResolved(
  viewer: Viewer,
  threadId: string,
  resolved: boolean,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return writeOnce(viewer, '', '', async (tx, personId) => {
    const thread = await tx.thread.findUnique({
      where: { id: threadId },
      select: {
        number: true,
        kind: true,
        state: true,
        openedBy: true,
        proposalId: true,
        proposal: { select: { slug: true } },
      },
    })
    if (!thread) throw new Refused({ kind: 'no-such-thread' })
    const relations: Relation[] = thread.openedBy === personId ? ['opener'] : []
    const refused = await refuse(
      tx,
      viewer,
      resolved ? 'resolve-note' : 'reopen-note',
      thread.proposalId,
      relations,
    )
    if (refused) throw new Refused(refused)
    if (thread.kind !== 'note') throw new Refused({ kind: 'not-a-note' })
    const place = { slug: thread.proposal.slug, thread: thread.number, comment: 1 }
    // Conditional on the old state: of two who resolve at once, one writes and one event tells of it.
    const { count } = await tx.thread.updateMany({
      where: { id: threadId, state: resolved ? 'open' : 'resolved' },
      data: resolved
        ? { state: 'resolved', resolvedAt: now, resolvedBy: personId }
        : { state: 'open', resolvedAt: null, resolvedBy: null },
    })
    if (count > 0) {
      const kind = resolved ? 'thread-resolved' : 'thread-reopened'
      await recordEvent(tx, thread.proposalId, personId, kind, { thread: thread.number })
    }
    return place
  })
}

// ---- reading --------------------------------------------------------------------------------------------------

const THREAD_COLUMNS = {
  id: true,
  number: true,
  kind: true,
  state: true,
  openedBy: true,
  resolvedAt: true,
  opener: { select: { id: true, name: true } },
  resolver: { select: { name: true } },
  revision: { select: { number: true } },
  proposal: { select: { title: true } },
  anchor: { select: { blockKey: true, exact: true, prefix: true, suffix: true } },
  comments: {
    orderBy: { seq: 'asc' },
    select: {
      id: true,
      seq: true,
      parentId: true,
      body: true,
      createdAt: true,
      editedAt: true,
      lockVersion: true,
      redactedAt: true,
      redactor: { select: { name: true } },
      author: { select: { id: true, name: true } },
      mail: {
        select: {
          flags: true,
          ord: true,
          piece: true,
          mail: {
            select: {
              messageId: true,
              authorAddress: true,
              proof: true,
              trailers: { orderBy: { ord: 'asc' }, select: { line: true, isOwn: true, address: true } },
              _count: { select: { comments: true } },
            },
          },
        },
      },
    },
  },
} as const

type MailRow = {
  flags: string[]
  ord: number
  piece: number
  mail: {
    messageId: string
    authorAddress: string | null
    proof: string
    trailers: { line: string; isOwn: boolean; address: string }[]
    _count: { comments: number }
  }
}

/** Trailers stand below a mail's words: with its last comment, or the last piece of that. */
function mailShown({ flags, ord, piece, mail }: MailRow, confirmed: ReadonlySet<string>): CommentMail {
  const isLast = ord + piece === mail._count.comments - 1
  return {
    messageId: mail.messageId,
    address: mail.authorAddress ?? '',
    proof: mail.proof === 'sender' ? 'sender' : mail.proof === 'list' ? 'list' : 'none',
    flags,
    trailers: (isLast ? mail.trailers : []).map(({ line, isOwn, address }) => ({
      line,
      counts: isOwn && confirmed.has(address),
    })),
  }
}

async function showThreads(viewer: Viewer, proposalId: string, where: object): Promise<ThreadShown[]> {
  const [rows, memberships] = await Promise.all([
    db().thread.findMany({
      where: { proposalId, ...where },
      orderBy: { number: 'asc' },
      select: THREAD_COLUMNS,
    }),
    db().membership.findMany({ where: { proposalId }, select: { personId: true, role: true } }),
  ])
  const roles = new Map<string, Role[]>()
  for (const { personId, role } of memberships) roles.set(personId, [...(roles.get(personId) ?? []), role])
  const viewerRoles = viewer ? (roles.get(viewer.personId) ?? []) : []
  const person = ({ id, name }: { id: string; name: string }): PersonShown => ({
    id,
    name,
    roles: roles.get(id) ?? [],
  })

  const trailers = rows.flatMap((row) => row.comments.flatMap(({ mail }) => mail?.mail.trailers ?? []))
  const confirmed = await confirmedAmong(trailers.map(({ address }) => address))
  return rows.map((row): ThreadShown => {
    const relations: Relation[] = viewer && row.openedBy === viewer.personId ? ['opener'] : []
    const standing = { roles: viewerRoles, relations }
    const comments = row.comments.map((comment): CommentShown => {
      const writer: Standing = {
        roles: viewerRoles,
        relations: viewer && comment.author.id === viewer.personId ? ['writer'] : [],
      }
      const kept = comment.redactedAt === null
      return {
        id: comment.id,
        seq: comment.seq,
        parentId: comment.parentId,
        author: person(comment.author),
        body: comment.body,
        at: comment.createdAt.toISOString(),
        editedAt: comment.editedAt?.toISOString() ?? null,
        versions: comment.lockVersion,
        lockVersion: comment.lockVersion,
        deleted: comment.redactedAt
          ? { by: comment.redactor?.name ?? '', at: comment.redactedAt.toISOString() }
          : null,
        mail: comment.mail ? mailShown(comment.mail, confirmed) : null,
        mayEdit: kept && can(viewer, 'edit-comment', writer),
        mayDelete: kept && can(viewer, 'delete-comment', writer),
      }
    })
    const note = row.kind === 'note'
    return {
      id: row.id,
      proposalTitle: row.proposal.title,
      number: row.number,
      kind: row.kind,
      state: row.state,
      openedBy: person(row.opener),
      resolved: row.resolvedAt ? { by: row.resolver?.name ?? '', at: row.resolvedAt.toISOString() } : null,
      anchor: {
        revision: row.revision.number,
        blockKey: row.anchor?.blockKey ?? '',
        exact: row.anchor?.exact ?? '',
        prefix: row.anchor?.prefix ?? '',
        suffix: row.anchor?.suffix ?? '',
      },
      comments,
      mayResolve: note && row.state === 'open' && can(viewer, 'resolve-note', standing),
      mayReopen: note && row.state === 'resolved' && can(viewer, 'reopen-note', standing),
    }
  })
}

/** The threads opened on this revision, in the order of their numbers. */
export async function threadsOfRevision(
  viewer: Viewer,
  revision: { proposalId: string; revisionId: string },
): Promise<ThreadShown[]> {
  if (!can(viewer, 'read', NO_STANDING)) return []
  return showThreads(viewer, revision.proposalId, { openedOn: revision.revisionId })
}

export async function findThread(viewer: Viewer, slug: string, number: number): Promise<ThreadShown | null> {
  if (!can(viewer, 'read', NO_STANDING) || !isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({ where: { slug }, select: { id: true } })
  if (!proposal) return null
  const [thread] = await showThreads(viewer, proposal.id, { number })
  return thread ?? null
}

/**
 * The threads opened on this revision as their mails need them, in the order of their numbers: at most `take` of those
 * behind the thread `after` (0 for the first). In pieces, so that a long discussion is never in memory as a whole.
 */
export async function threadsForMail(
  viewer: Viewer,
  revisionId: string,
  { after, take }: { after: number; take: number },
): Promise<ThreadForMail[]> {
  if (!can(viewer, 'read', NO_STANDING)) return []
  const rows = await db().thread.findMany({
    where: { openedOn: revisionId, number: { gt: after } },
    orderBy: { number: 'asc' },
    take,
    select: {
      number: true,
      kind: true,
      state: true,
      anchor: { select: { blockKey: true, textStart: true, textEnd: true } },
      comments: {
        orderBy: { seq: 'asc' },
        select: {
          id: true,
          seq: true,
          parentId: true,
          messageId: true,
          body: true,
          createdAt: true,
          redactedAt: true,
          origin: true,
          author: {
            select: {
              id: true,
              name: true,
              unprovedSender: { select: { address: true } },
              account: { select: { id: true } },
              addresses: { orderBy: { address: 'asc' }, select: { address: true, confirmedAt: true } },
            },
          },
        },
      },
    },
  })
  return rows.map(({ number, kind, state, anchor, comments }) => ({
    number,
    kind,
    state,
    anchor: {
      blockKey: anchor?.blockKey ?? '',
      start: anchor?.textStart ?? 0,
      end: anchor?.textEnd ?? 0,
    },
    comments: comments.map(
      ({ id, seq, parentId, messageId, body, createdAt, redactedAt, origin, author }) => ({
        id,
        seq,
        parentId,
        messageId: messageId.replace(/^<|>$/g, ''),
        author: {
          id: author.id,
          name: author.name,
          publicAddress: publicAddressOf(author) ?? author.unprovedSender?.address ?? null,
        },
        body,
        writtenAt: Math.floor(createdAt.getTime() / 1000),
        isDeleted: redactedAt !== null,
        isLiteral: origin === 'mail',
      }),
    ),
  }))
}

/**
 * The address of an account is its owner's business until he confirmed it as his. Whoever has no account wrote a mail
 * or a cover, and his address stands there.
 */
export function publicAddressOf(person: {
  account: { id: string } | null
  addresses: readonly { address: string; confirmedAt: Date | null }[]
}): string | null {
  const confirmed = person.addresses.find(({ confirmedAt }) => confirmedAt !== null)
  return (confirmed ?? (person.account ? undefined : person.addresses[0]))?.address ?? null
}

/** What an edit replaced, oldest first; none for a deleted comment. */
export async function commentVersions(
  viewer: Viewer,
  commentId: string,
): Promise<readonly { version: number; body: string; at: string }[]> {
  if (!can(viewer, 'read', NO_STANDING)) return []
  const rows = await db().commentVersion.findMany({
    where: { commentId, comment: { redactedAt: null } },
    orderBy: { version: 'asc' },
    select: { version: true, body: true, editedAt: true },
  })
  return rows.map(({ version, body, editedAt }) => ({ version, body, at: editedAt.toISOString() }))
}
