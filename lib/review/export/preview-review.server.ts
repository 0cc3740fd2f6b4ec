import 'server-only'
import { randomUUID } from 'node:crypto'
import { db } from '#lib/db.server.ts'
import { trailerOf } from '#lib/review/acts/take-stance.server.ts'
import { type StoredDraft, storedDrafts } from '#lib/review/batch/read-drafts.server.ts'
import { reviewMessageId } from '#lib/review/comment/message-id.ts'
import { epochSecondsOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { type LoadedRevision, loadRevision } from '#lib/review/revision/revisions.server.ts'
import { answeredOf, placeIn, sentRevisions } from './answered-series.server.ts'
import { type MailPreview, mailPreview } from './comment-preview.ts'
import { seriesAsSent, writerOf } from './export.server.ts'
import { commentOf, previewComment } from './preview-comment.server.ts'
import type {
  AnsweredForMail,
  CommentForMail,
  MailOfSeveral,
  StanceForMail,
  ThreadForMail,
} from './thread-for-mail.ts'
import { placeOf } from './threads-for-mail.server.ts'

/**
 * The drafts of the viewer's review as the mail that they become, one for each revision whose threads they speak in: by the
 * function that writes the mail which leaves. Nothing is written. Null: no such proposal.
 */
export async function previewReview(
  viewer: Viewer,
  slug: string,
  wish: (Omit<StanceForMail, 'trailer'> & { readonly revision: number }) | null,
  now = new Date(),
): Promise<readonly MailPreview[] | null> {
  if (!viewer || !isSlug(slug)) return null
  const proposal = await findReadable(viewer, slug)
  if (!proposal) return null
  const stance = wish && { ...wish, trailer: await trailerOf(db(), viewer.personId, wish.value) }
  const drafts = await storedDrafts(db(), proposal.id, viewer.personId)
  const groups = new Map<number, StoredDraft[]>()
  const threads = await threadsAnswered(drafts)
  for (const draft of drafts) {
    const number = draft.revision?.number ?? threads.get(draft.answered?.thread.id ?? '')?.revision ?? 0
    groups.set(number, [...(groups.get(number) ?? []), draft])
  }
  const home = stance && groups.has(stance.revision) ? stance.revision : [...groups.keys()].at(-1)
  const sent = await sentRevisions(proposal.id)
  const mails: MailPreview[] = []
  for (const [number, group] of groups) {
    const own = stance !== null && number === home ? stance : null
    const answered = answeredOf(sent, number)
    const mail = await mailOf(viewer, { slug, number: answered, group, threads, stance: own, now })
    if (mail) mails.push(mail)
  }
  return mails
}

/** A thread that is answered, where it was opened. */
type Answered = {
  readonly revision: number
  readonly revisionId: string
  readonly writeup: string
  readonly anchor: ThreadForMail['anchor']
}

async function threadsAnswered(drafts: readonly StoredDraft[]): Promise<ReadonlyMap<string, Answered>> {
  const ids = [...new Set(drafts.flatMap(({ answered }) => answered?.thread.id ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await db().thread.findMany({
    where: { id: { in: ids } },
    select: {
      id: true,
      anchor: {
        select: {
          ...{ blockKey: true, textStart: true, textEnd: true, about: true, step: true },
          block: { select: { writeup: true } },
        },
      },
      revision: { select: { id: true, number: true } },
    },
  })
  return new Map(
    rows.map(({ id, anchor, revision }) => [
      id,
      {
        ...{ revision: revision.number, revisionId: revision.id, writeup: anchor?.block.writeup ?? '' },
        anchor: placeOf(anchor, anchor?.block.writeup ?? null, anchor),
      },
    ]),
  )
}

async function mailOf(
  viewer: NonNullable<Viewer>,
  {
    slug,
    number,
    group,
    threads,
    stance,
    now,
  }: {
    slug: string
    number: number
    group: readonly StoredDraft[]
    threads: ReadonlyMap<string, Answered>
    stance: StanceForMail | null
    now: Date
  },
): Promise<MailPreview | null> {
  const [only] = group
  if (!only) return null
  // One answer leaves as every other.
  if (group.length === 1 && only.answers !== null && !stance) {
    const preview = await previewComment(viewer, { kind: 'reply', commentId: only.answers }, only.body, now)
    return preview.ok ? preview.value.mail : null
  }
  const revision = await loadRevision(viewer, slug, number)
  if (!revision) return null
  const ports = await portsIn(revision.revisionId, group)
  const placed: { draft: StoredDraft; at: Pick<ThreadForMail, 'anchor' | 'carried'> }[] = []
  for (const draft of group) placed.push({ draft, at: await draftPlace(draft, revision, threads, ports) })
  const said: MailOfSeveral['comments'] = placed.map(({ draft, at }) => ({
    ...{ id: draft.id, body: draft.body, isDeleted: false, mailedBefore: null },
    anchor: draft.answered ? null : at.anchor,
    answers: draft.answered && answersOf(draft.answered, at.anchor.blockKey),
  }))
  const messageId = reviewMessageId(randomUUID(), { mailDomain: 'preview.invalid' }, now)
  const isOne = group.length === 1 && !stance
  const comment: CommentForMail = {
    ...(await commentOf(viewer.personId, only.body, now)),
    id: only.id,
    cameBy: isOne ? null : { messageId, parent: null, comments: said, review: { stance } },
  }
  const { nextThread } = await db().proposal.findUniqueOrThrow({
    where: { id: revision.proposalId },
    select: { nextThread: true },
  })
  const [first] = placed
  const thread = {
    ...{ number: nextThread, kind: only.kind ?? 'note', state: 'open' as const, comments: [comment] },
    ...(first?.at ?? { anchor: { blockKey: '', start: 0, end: 0 } }),
  }
  const { series } = await seriesAsSent(viewer, revision)
  const [message] = writerOf(revision, series).thread(thread)
  return message ? mailPreview(message) : null
}

type Ports = ReadonlyMap<string, ThreadForMail['anchor']>

/** Where the threads that drafts answer were carried to; what somebody said by hand of it is among that. */
async function portsIn(revisionId: string, group: readonly StoredDraft[]): Promise<Ports> {
  const threads = group.flatMap(({ answered }) => answered?.thread.id ?? [])
  const rows = await db().anchorPort.findMany({
    where: {
      ...{ revisionId, threadId: { in: threads }, blockKey: { not: null } },
      // What is on a whole is there without being looked for.
      thread: { anchor: { about: { not: 'whole' } } },
    },
    select: { threadId: true, blockKey: true, textStart: true, textEnd: true },
  })
  return new Map(
    rows.map(({ threadId, blockKey, textStart, textEnd }) => [
      threadId,
      { blockKey: blockKey ?? '', start: textStart ?? 0, end: textEnd ?? 0 },
    ]),
  )
}

async function draftPlace(
  draft: StoredDraft,
  revision: LoadedRevision,
  threads: ReadonlyMap<string, Answered>,
  ports: Ports,
): Promise<Pick<ThreadForMail, 'anchor' | 'carried'>> {
  const thread = threads.get(draft.answered?.thread.id ?? '')
  if (thread) {
    const port = ports.get(draft.answered?.thread.id ?? '')
    if (port) return { anchor: port }
    return placeIn(revision, { ...thread, number: thread.revision }, thread.anchor)
  }
  const anchor = placeOf(draft, draft.writeup, draft)
  const from = { revisionId: draft.revisionId ?? revision.revisionId, number: draft.revision?.number ?? 0 }
  return placeIn(revision, { ...from, writeup: draft.writeup }, anchor)
}

function answersOf(answered: NonNullable<StoredDraft['answered']>, blockKey: string): AnsweredForMail {
  const { seq, body, author, origin, messageId, redactedAt, createdAt, thread } = answered
  return {
    ...{ seq, body, author, origin, messageId, blockKey, isDeleted: redactedAt !== null },
    ...{ writtenAt: epochSecondsOf(createdAt), thread: thread.number },
  }
}
