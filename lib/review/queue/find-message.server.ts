import 'server-only'
import { db } from '#lib/db.server.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { commentOfStandIn } from '#lib/review/comment/message-id.ts'
import type { CommentPlace } from '#lib/review/incoming/outcome.ts'
import { firstOfPart } from '#lib/review/incoming/plan.ts'
import { knownRevisions, loadIfReadable } from '#lib/review/incoming/series.server.ts'
import { confirmedAmong } from '#lib/review/person/confirmed.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { isReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { findQueued, toQueued, wordsOf } from './queue.server.ts'
import type { ShownMail } from './queue.ts'

/** What a Message-ID is here. Its page says so, or leads there. */
export type FoundMessage =
  | {
      readonly kind: 'part'
      readonly slug: string
      readonly revision: number
      /** Null: the revision cannot be shown any more, and its page says why. */
      readonly blockKey: string | null
    }
  | { readonly kind: 'comment'; readonly place: CommentPlace; readonly isMail: boolean }
  | {
      readonly kind: 'mail'
      readonly mail: ShownMail
      readonly places: readonly CommentPlace[]
      /** One of its comments was deleted: its words are not shown any more. */
      readonly isRedacted: boolean
      readonly trailers: readonly ShownTrailer[]
      /** What its lines did, or why they did nothing. */
      readonly acts: readonly ShownAct[]
      /** The viewer may drop it, with the comments that it became. */
      readonly mayDrop: boolean
    }

export type ShownAct = { readonly line: string; readonly did: boolean; readonly says: string }

export type ShownTrailer = { readonly line: string; readonly counts: boolean }

/** Parts and comments first; an imported mail is public as its comments are, a held one is for who may handle it. */
export async function findMessage(viewer: Viewer, id: string): Promise<FoundMessage | null> {
  if (id.length > 998 || /[\s\0]/.test(id)) return null
  const revision = (await knownRevisions(null)).find(({ messageIds }) => messageIds.includes(id as MessageId))
  // Of one that the viewer may not read it is as good as unknown, wherever else it stands.
  if (revision) {
    if (!(await isReadable(viewer, revision.proposalId))) return null
    const part = revision.messageIds.indexOf(id as MessageId)
    const loaded = await loadIfReadable(revision)
    const blockKey = loaded && firstOfPart(part, loaded).key
    return { kind: 'part', slug: revision.slug, revision: revision.number, blockKey }
  }
  const [comment, mails] = await Promise.all([
    findComment(viewer, id),
    db().incomingMail.findMany({
      where: { messageId: id, OR: [{ proposalId: null }, { proposal: readableBy(viewer) }] },
      orderBy: { receivedAt: 'asc' },
      select: { id: true, status: true, isConflict: true, _count: { select: { comments: true } } },
    }),
  ])
  const imported = mails.find(({ status, isConflict }) => status === 'imported' && !isConflict)
  if (comment && (imported?._count.comments ?? 1) === 1) {
    const { number, proposal } = comment.thread
    const place = { slug: proposal.slug, thread: number, comment: comment.seq }
    return { kind: 'comment', place, isMail: imported !== undefined }
  }
  return findMail(viewer, id)
}

/** By its own Message-ID, or by that under which it leaves where its own cannot. */
async function findComment(viewer: Viewer, messageId: string) {
  const where = { thread: { proposal: readableBy(viewer) } }
  const select = { seq: true, thread: { select: { number: true, proposal: { select: { slug: true } } } } }
  const own =
    (await db().comment.findUnique({ where: { messageId, ...where }, select })) ??
    // A review leads to the first comment that it says.
    (await db().comment.findFirst({
      where: { ...where, review: { ord: 0, mail: { messageId } } },
      select,
    }))
  const id = own === null ? commentOfStandIn(messageId) : null
  return own ?? (id === null ? null : db().comment.findUnique({ where: { id, ...where }, select }))
}

/** The mail itself, not the place where it is. */
export async function findMail(viewer: Viewer, id: string): Promise<FoundMessage | null> {
  if (id.length > 998 || /[\s\0]/.test(id)) return null
  const row = await db().incomingMail.findFirst({
    where: { messageId: id, status: 'imported', proposal: readableBy(viewer) },
    orderBy: { isConflict: 'asc' },
    select: {
      ...{
        id: true,
        status: true,
        messageId: true,
        source: true,
        flags: true,
        proof: true,
        proofDetail: true,
      },
      ...{
        authorName: true,
        authorAddress: true,
        subject: true,
        sentAt: true,
        sentZone: true,
        receivedAt: true,
        decision: true,
      },
      bytes: true,
      proposal: { select: { id: true, slug: true, title: true } },
      revision: { select: { number: true } },
      bringer: { select: { name: true } },
      decider: { select: { name: true } },
      trailers: { orderBy: { ord: 'asc' }, select: { line: true, isOwn: true, address: true } },
      acts: { orderBy: { ord: 'asc' }, select: { line: true, did: true, says: true } },
      comments: {
        where: { piece: 0 },
        orderBy: { ord: 'asc' },
        select: {
          comment: {
            select: {
              seq: true,
              redactedAt: true,
              thread: { select: { number: true, proposal: { select: { slug: true } } } },
            },
          },
        },
      },
    },
  })
  if (!row) {
    const held = await db().incomingMail.findFirst({ where: { messageId: id }, select: { id: true } })
    const mail = held && (await findQueued(viewer, held.id))
    return (
      mail && { kind: 'mail', mail, places: [], isRedacted: false, trailers: [], acts: [], mayDrop: false }
    )
  }
  const isRedacted = row.comments.some(({ comment }) => comment.redactedAt !== null)
  const words = isRedacted ? { text: '', raw: '', attachments: [] } : await wordsOf(row.bytes)
  const confirmed = await confirmedAmong(row.trailers.map(({ address }) => address))
  return {
    kind: 'mail',
    mail: { ...toQueued(row), ...words },
    places: row.comments.map(({ comment: { seq, thread } }) => ({
      slug: thread.proposal.slug,
      thread: thread.number,
      comment: seq,
    })),
    isRedacted,
    trailers: row.trailers.map(({ line, isOwn, address }) => ({
      line,
      counts: isOwn && confirmed.has(address),
    })),
    // They may repeat words of the comment.
    acts: isRedacted ? [] : row.acts,
    mayDrop: row.proposal !== null && (await mayInProposal(viewer, 'drop-imported-mail', row.proposal.id)),
  }
}
