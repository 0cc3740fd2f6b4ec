import 'server-only'
import { db } from '#lib/db.server.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { can, NO_STANDING, type Viewer } from '#lib/review/person/permission.ts'
import type { LoadedRevision } from '#lib/review/revision/revisions.server.ts'
import { exportDiscussion } from './export.server.ts'
import { type FindingPlace, placesOf } from './finding-place.ts'
import { mboxOf, type RenderedSeries } from './series.ts'

/**
 * A part of the thread that a page can show: the series, and a hundred review threads of the discussion as replies.
 * Threads are never cut, so every mail is there with those that it answers.
 */
export type MailWindow = {
  readonly revision: LoadedRevision
  readonly series: RenderedSeries
  readonly replies: readonly Message[]
  /** Which hundred threads, from 1. */
  readonly page: number
  readonly isLast: boolean
  /** What the linter says, of the series and of these replies. */
  readonly places: readonly FindingPlace[]
}

/** `mail`: the window that holds it wins over `page`; where no window does, the first one is given. */
export async function mailWindow(
  viewer: Viewer,
  slug: string,
  number: number | null,
  wanted: { readonly mail: string | null; readonly page: number },
): Promise<MailWindow | null> {
  const discussion = await exportDiscussion(viewer, slug, number)
  if (!discussion) return null
  const { revision, series } = discussion
  const isReply = wanted.mail !== null && !series.messages.some(({ messageId }) => messageId === wanted.mail)
  let page = 0
  let kept: { replies: readonly Message[]; page: number } | null = null
  let first: readonly Message[] = []
  let isLast = true
  for await (const replies of discussion.replies) {
    page++
    if (kept) {
      isLast = false
      break
    }
    if (page === 1) first = replies
    const isWanted = isReply
      ? replies.some(({ messageId }) => messageId === wanted.mail)
      : page === wanted.page
    if (isWanted) kept = { replies, page }
  }
  if (!kept) {
    kept = { replies: first, page: 1 }
    isLast = page <= 1
  }
  const all = [...series.messages, ...kept.replies]
  const ofReplies =
    kept.replies.length === 0
      ? []
      : lintMbox(mboxOf(all), { kind: 'review' }).filter(({ message }) => message > series.messages.length)
  return {
    revision,
    series,
    ...kept,
    isLast,
    places: placesOf([...series.lint, ...ofReplies], all, series.sources),
  }
}

/** Where the comment stands that a mail was made of; null for a part of the series. */
export async function commentOfMail(
  viewer: Viewer,
  messageId: MessageId,
): Promise<{ readonly thread: number; readonly seq: number } | null> {
  if (!can(viewer, 'read', NO_STANDING)) return null
  const comment = await db().comment.findUnique({
    where: { messageId },
    select: { seq: true, thread: { select: { number: true } } },
  })
  return comment && { thread: comment.thread.number, seq: comment.seq }
}
