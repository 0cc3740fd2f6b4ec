/** The threads of a revision as pieces of HTML, each for the passage that it is about. */
import { gzipSync } from 'node:zlib'
import { elementsIn, type Html, html } from '#components/ui/html.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { Room } from '#lib/review/thread/page-plan.ts'
import type { Discussion } from '#lib/review/thread/read-threads.server.ts'
import { foldedThreads, HEADS_AT_A_PLACE, moreHeads, passageHeads } from './passage-html.ts'
import {
  moreThreads,
  type ThreadContext,
  threadHead,
  threadHtml,
  threadLine,
  threadLines,
} from './thread-html.ts'

const HEAD_ELEMENTS = 2

export type DiscussionPieces = {
  /** Beside the passages with these keys (one, or the rows of a table): heads of threads; null where nothing is said. */
  readonly heads: (blockKeys: readonly string[]) => Html | null
  /** Behind the passage with this key: its threads, each folded to a line; empty where nothing is said about it. */
  readonly at: (blockKey: string) => Html
  /** Passages that threads are about, in the order of the threads. */
  readonly places: readonly string[]
}

/** Letters of HTML that are made in one go: some milliseconds. */
const LETTERS_AT_ONCE = 100_000

/**
 * @param turn waited for between two pieces of what is large, so that other readers go first
 * @param room what the page has for threads. The plan was made from guesses; here is what came of it, so whatever
 *   still does not fit becomes a line. Null: everything is shown.
 */
export async function discussionPieces(
  { heads, shares, threads }: Discussion,
  {
    context,
    revision,
    room,
    turn,
  }: { context: ThreadContext; revision: number; room: Room | null; turn: () => Promise<void> },
): Promise<DiscussionPieces> {
  const { slug } = context
  const made = new Map<number, Html>()
  let letters = 0
  for (const head of heads) {
    if (letters > LETTERS_AT_ONCE) {
      letters = 0
      await turn()
    }
    const thread = threads.get(head.number)
    if (!thread) continue
    try {
      const whole = threadHtml(
        thread,
        { ...context, carried: head.carried, unread: head.unread },
        head.comments - thread.comments.length,
      )
      letters += whole.text.length
      made.set(head.number, whole)
    } catch (error) {
      // Its line stands in its place, and leads to the thread by itself.
      context.broken(site.thread(slug, head.number), error)
    }
  }
  // Heads and lines have their part of it.
  if (room) keepWithin({ ...room, elements: room.elements - HEAD_ELEMENTS * heads.length }, made)

  type Head = (typeof heads)[number]
  const byPlace = new Map<string, Head[]>()
  for (const head of heads) {
    const here = byPlace.get(head.blockKey)
    if (here) here.push(head)
    else byPlace.set(head.blockKey, [head])
  }
  // What is open first, in the order of the numbers: three of them have a head, the others are counted.
  const inOrder = (blockKeys: readonly string[]) =>
    blockKeys
      .flatMap((key) => byPlace.get(key) ?? [])
      .filter(({ number }) => made.has(number) || shares.get(number) !== 'counted')
      .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || a.number - b.number)
  const restId = (blockKey: string) => `more-${blockKey}`

  const at = (blockKey: string): Html => {
    const shown = inOrder([blockKey])
    const counted = (byPlace.get(blockKey)?.length ?? 0) - shown.length
    const of = (some: readonly Head[]) => ({
      threads: some.flatMap(({ number }) => made.get(number) ?? []),
      lines: some.filter(({ number }) => !made.has(number)).map((line) => threadLine(line, slug)),
    })
    const [first, rest] = [of(shown.slice(0, HEADS_AT_A_PLACE)), of(shown.slice(HEADS_AT_A_PLACE))]
    const more =
      counted > 0
        ? moreThreads(
            counted,
            `${site.whole(slug, revision)}${site.blockAnchor(blockKey)}`,
            site.threadLines(slug, revision, blockKey),
            shown.length === 0,
          )
        : null
    const folded = shown.length - HEADS_AT_A_PLACE + counted
    return html`${first.threads}${first.lines.length > 0 && threadLines(first.lines, null)}${
      shown.length > HEADS_AT_A_PLACE || more
        ? foldedThreads(
            restId(blockKey),
            Math.max(folded, counted),
            rest.threads,
            rest.lines,
            more,
            shown.length === 0,
          )
        : null
    }`
  }
  const headsOf = (blockKeys: readonly string[]): Html | null => {
    const shown = inOrder(blockKeys)
    const all = blockKeys.reduce((sum, key) => sum + (byPlace.get(key)?.length ?? 0), 0)
    const first = shown.slice(0, HEADS_AT_A_PLACE)
    const left = all - first.length
    const fullest = blockKeys.find((key) => (byPlace.get(key)?.length ?? 0) > HEADS_AT_A_PLACE)
    const place = fullest ?? blockKeys.find((key) => byPlace.has(key))
    return passageHeads(
      first.map(threadHead),
      left > 0 && place !== undefined ? moreHeads(restId(place), left, first.length === 0) : null,
    )
  }
  return { heads: headsOf, at, places: [...byPlace.keys()] }
}

/** Takes away what is largest until the rest fits. */
function keepWithin(room: Room, made: Map<number, Html>): void {
  const sizes = [...made].map(([number, piece]) => ({
    number,
    elements: elementsIn(piece),
    bytes: Buffer.byteLength(piece.text),
  }))
  const largestFirst = sizes.sort((a, b) => b.elements + b.bytes / 40 - (a.elements + a.bytes / 40))
  let elements = sizes.reduce((total, size) => total + size.elements, 0)
  while (elements > room.elements || wireBytes(made) > room.bytes) {
    // A tenth at a time: to weigh is a matter of milliseconds, and this is for discussions that mean to be large.
    const away = largestFirst.splice(0, Math.ceil(largestFirst.length / 10))
    if (away.length === 0) return
    for (const { number, elements: less } of away) {
      made.delete(number)
      elements -= less
    }
  }
}

function wireBytes(made: ReadonlyMap<number, Html>): number {
  const all = [...made.values()].map(({ text }) => text).join('')
  // What cannot be too large is not weighed.
  return all.length < 20_000 ? all.length : gzipSync(all, { level: 1 }).length
}
