import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { makeSelector } from '#lib/anchor/selector.ts'
import { db, isUniqueViolation, type Transaction, writeAs } from '#lib/db.server.ts'
import { err, invariant, ok, type Result } from '#lib/result.ts'
import {
  type Action,
  can,
  type Relation,
  type Role,
  type Standing,
  type Viewer,
} from '#lib/review/person/permission.ts'
import type { ThreadFailure } from './thread.ts'

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
