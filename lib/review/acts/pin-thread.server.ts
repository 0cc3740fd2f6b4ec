import 'server-only'
import { makeSelector } from '#lib/anchor/selector.ts'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Relation, Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { pinPort } from '#lib/review/thread/carry-threads.server.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { lockThreads } from '#lib/review/thread/write-threads.server.ts'
import { act, mustBeAllowed, mustBeOpenTo, type Place, Refused } from './act.server.ts'

export type PinnedPlace = {
  readonly threadId: string
  /** The newest, as whoever points at it knows. */
  readonly revision: number
  readonly blockKey: string
  /** UTF-16 offsets in the block's text; none: the whole block, or where its words `exact` stand in it. */
  readonly start?: number | undefined
  readonly end?: number | undefined
  readonly exact?: string | undefined
}

/**
 * Says by hand where a thread stands in the newest revision. What it was opened about stays; later revisions are carried from
 * here. Twice is once.
 */
export function pinThread(
  viewer: Viewer,
  place: PinnedPlace,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return act(viewer, null, async (tx, actor) => {
    await lockThreads(tx, [place.threadId])
    const thread = await tx.thread.findUnique({
      where: { id: place.threadId, proposal: readableBy(viewer) },
      select: {
        ...{ number: true, openedBy: true, openedOn: true, proposalId: true, lockedAt: true },
        ...{ proposal: { select: { slug: true } }, anchor: { select: { about: true } } },
      },
    })
    if (!thread) throw new Refused({ kind: 'no-such-thread' })
    const { proposalId, number } = thread
    const relations: Relation[] = thread.openedBy === actor ? ['opener'] : []
    await mustBeAllowed(tx, viewer, 'pin-thread', proposalId, relations)
    await mustBeOpenTo(tx, viewer, thread)
    if (thread.anchor?.about === 'whole') throw new Refused({ kind: 'stands-at-the-whole' })
    // As who publishes does: the newest revision stays it until this is written.
    await tx.$queryRaw`SELECT id FROM proposal WHERE id = ${proposalId}::uuid FOR NO KEY UPDATE`
    const newest = await tx.revision.findFirstOrThrow({
      where: { proposalId },
      orderBy: { number: 'desc' },
      select: { id: true, number: true, plainText: true, textVersion: true },
    })
    if (newest.number !== place.revision) throw new Refused({ kind: 'newer-revision', newest: newest.number })
    if (newest.id === thread.openedOn) throw new Refused({ kind: 'opened-here' })
    const { start, end, isWhole } = await rangeIn(tx, newest, place)
    const pin = {
      threadId: place.threadId,
      revisionId: newest.id,
      blockKey: place.blockKey,
      start,
      end,
      isWhole,
    }
    if (await pinPort(tx, { ...pin, by: actor, at: now })) {
      const where = { revision: newest.number, block: place.blockKey, ...(isWhole ? {} : { start, end }) }
      await recordEvents(tx, [
        { proposalId, actor, kind: 'thread-pinned', subject: { thread: number, ...where } },
      ])
    }
    return { slug: thread.proposal.slug, thread: number, comment: 1 }
  })
}

type Text = { readonly id: string; readonly plainText: string; readonly textVersion: number }

async function rangeIn(tx: Transaction, revision: Text, { blockKey, start, end, exact = '' }: PinnedPlace) {
  const block = await tx.block.findUnique({
    where: { revisionId_key: { revisionId: revision.id, key: blockKey } },
    select: { textStart: true, textEnd: true },
  })
  if (!block) throw new Refused({ kind: 'block-gone', blockKey })
  const text = revision.plainText.slice(block.textStart, block.textEnd)
  const isRange = start !== undefined || end !== undefined
  const words = exact.trim()
  if (!isRange && words === '') return { start: 0, end: text.length, isWhole: true }
  const found = isRange ? { start: start ?? 0, end: end ?? 0 } : onlyPlaceOf(text, words)
  const pointed = makeSelector(
    {
      text: revision.plainText,
      textVersion: revision.textVersion,
      blocks: [{ key: blockKey, start: block.textStart, end: block.textEnd }],
    },
    blockKey,
    found,
  )
  if (!pointed.ok) throw new Refused({ kind: 'quote-outside' })
  if (isRange && exact !== '' && pointed.value.exact !== exact)
    throw new Refused({ kind: 'quote-differs', there: pointed.value.exact.slice(0, 200) })
  return { ...found, isWhole: found.start === 0 && found.end === text.length }
}

/** Words that somebody typed, who has no way to select them. */
function onlyPlaceOf(text: string, words: string) {
  const [first, last] = [text.indexOf(words), text.lastIndexOf(words)]
  if (first < 0 || first !== last) throw new Refused({ kind: 'words-not-once', isThere: first >= 0 })
  return { start: first, end: first + words.length }
}
