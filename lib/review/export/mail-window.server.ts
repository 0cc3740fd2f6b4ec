import 'server-only'
import { db } from '#lib/db.server.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import type { LoadedRevision } from '#lib/review/revision/revisions.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { exportDiscussion } from './export.server.ts'
import { type FindingPlace, placesOf } from './finding-place.ts'
import { openMail } from './open-mail.ts'
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

/**
 * The same as the page shows it: the words of one mail, and of what is found as much as somebody reads. A few megabytes of
 * words would otherwise be handed about for a list of subjects.
 */
export type ShownWindow = Pick<MailWindow, 'replies' | 'page' | 'isLast' | 'places'> & {
  readonly revision: Pick<LoadedRevision, 'slug' | 'number' | 'proposalId'> & {
    readonly bundle: Pick<Bundle, 'cover'> & { readonly blocks: readonly BlockPlace[] }
  }
  readonly series: Pick<RenderedSeries, 'messages' | 'notes'>
  /** How many things the linter says, those that are not shown too: in all, and of each mail by its position. */
  readonly found: number
  readonly foundIn: ReadonlyMap<number, number>
}

type BlockPlace = Pick<Bundle['blocks'][number], 'key' | 'writeup' | 'line'>

/** Of the open mail, and of all others together. */
const PLACES_SHOWN = 200

export async function exportPage(
  viewer: Viewer,
  slug: string,
  number: number | null,
  wanted: { readonly mail: string | null; readonly page: number },
): Promise<ShownWindow | null> {
  const window = await mailWindow(viewer, slug, number, wanted)
  if (!window) return null
  const { revision, series, replies, page, isLast } = window
  const { bundle, proposalId } = revision
  const open = openMail(window, wanted.mail)
  const shown = (message: Message) => (message === open?.message ? message : { ...message, body: '' })
  const foundIn = new Map<number, number>()
  for (const { mail } of window.places) if (mail !== null) foundIn.set(mail, (foundIn.get(mail) ?? 0) + 1)
  const left = { open: PLACES_SHOWN, others: PLACES_SHOWN }
  const places = window.places.filter(({ mail }) => left[mail === open?.position ? 'open' : 'others']-- > 0)
  return {
    revision: {
      ...{ slug: revision.slug, number: revision.number, proposalId },
      bundle: {
        cover: bundle.cover,
        blocks: bundle.blocks.map(({ key, writeup, line }) => ({ key, writeup, line })),
      },
    },
    series: { messages: series.messages.map(shown), notes: series.notes },
    ...{ replies: replies.map(shown), page, isLast, places, foundIn, found: window.places.length },
  }
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
  /** What the replies of the window answer and do not bring. */
  let before: readonly Message[] = []
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
    if (isWanted) {
      kept = { replies, page }
      before = [...discussion.answeredBefore()]
    }
  }
  if (!kept) {
    kept = { replies: first, page: 1 }
    isLast = page <= 1
  }
  const all = [...series.messages, ...kept.replies]
  const given = series.messages.length + before.length
  const ofReplies =
    kept.replies.length === 0
      ? []
      : lintMbox(mboxOf([...series.messages, ...before, ...kept.replies]), { kind: 'review' })
          .filter(({ message }) => message > given)
          .map(({ message, line, ...of }) => ({
            ...{ ...of, message: message - before.length, line: line - linesIn(mboxOf(before)) },
          }))
  return {
    revision,
    series,
    ...kept,
    isLast,
    places: placesOf([...series.lint, ...ofReplies], all, series.sources),
  }
}

const linesIn = (mailbox: string) => mailbox.split('\n').length - 1

/** Where the comment stands that a mail was made of; null for a part of the series. */
export async function commentOfMail(
  viewer: Viewer,
  messageId: MessageId,
): Promise<{ readonly thread: number; readonly seq: number } | null> {
  const comment = await db().comment.findUnique({
    where: { messageId, thread: { proposal: readableBy(viewer) } },
    select: { seq: true, thread: { select: { number: true } } },
  })
  return comment && { thread: comment.thread.number, seq: comment.seq }
}
