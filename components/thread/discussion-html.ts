/** The threads of a revision as pieces of HTML, each for the passage that it is about. */
import { gzipSync } from 'node:zlib'
import { elementsIn, type Html, html } from '#components/ui/html.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { Room } from '#lib/review/thread/page-plan.ts'
import type { Discussion } from '#lib/review/thread/read-threads.server.ts'
import { moreThreads, type ThreadContext, threadHtml, threadLine, threadLines } from './thread-html.ts'

export type DiscussionPieces = {
  /** Behind the passage with this key; empty where nothing is said about it. */
  readonly at: (blockKey: string) => Html
  /** Passages that threads are about, in the order of the threads. */
  readonly places: readonly string[]
}

/**
 * @param room what the page has for threads. The plan was made from guesses; here is what came of it, so whatever
 *   still does not fit becomes a line. Null: everything is shown.
 */
export function discussionPieces(
  { heads, shares, threads }: Discussion,
  { context, revision, room }: { context: ThreadContext; revision: number; room: Room | null },
): DiscussionPieces {
  const { slug } = context
  const made = new Map<number, Html>()
  for (const head of heads) {
    const thread = threads.get(head.number)
    if (!thread) continue
    try {
      made.set(head.number, threadHtml(thread, context, head.comments - thread.comments.length))
    } catch (error) {
      // Its line stands in its place, and leads to the thread by itself.
      context.broken(site.thread(slug, head.number), error)
    }
  }
  if (room) keepWithin(room, made)

  const byPlace = new Map<string, (typeof heads)[number][]>()
  for (const head of heads) {
    const here = byPlace.get(head.blockKey)
    if (here) here.push(head)
    else byPlace.set(head.blockKey, [head])
  }
  const at = (blockKey: string): Html => {
    const here = byPlace.get(blockKey) ?? []
    const lines = here.filter(({ number }) => !made.has(number) && shares.get(number) !== 'counted')
    const counted = here.filter(({ number }) => shares.get(number) === 'counted').length
    const more =
      counted > 0 ? moreThreads(counted, `${site.whole(slug, revision)}${site.blockAnchor(blockKey)}`) : null
    const whole = here.map(({ number }) => made.get(number)).filter((one) => one !== undefined)
    return html`${whole}${
      lines.length + counted > 0 &&
      threadLines(
        lines.map((line) => threadLine(line, slug)),
        more,
      )
    }`
  }
  return { at, places: [...byPlace.keys()] }
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
