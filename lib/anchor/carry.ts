/**
 * Where the words that somebody pointed at stand in another revision.
 *
 * Always asked from the original anchor, never from an earlier answer: five revisions later it is the same as in one step.
 * What is not certain is flagged (`approximate`, `block`), and what is gone is said to be gone: a thread beside words that
 * it is not about is worse than one at the head of its write-up.
 */

import { FULL_STEP, type RevisionMap } from './revision-map.ts'
import type { TextRange } from './selector.ts'
import { BREAK_SENTENCE, tokenAfter } from './tokens.ts'

export const PLACE_STATES = ['exact', 'moved', 'edited', 'approximate', 'block', 'orphaned'] as const
export type PlaceState = (typeof PLACE_STATES)[number]

export type Place =
  | {
      /**
       * `exact`: the words, where they were. `moved`: the words, elsewhere. `edited`: most of the words. `approximate`:
       * probably there. `block`: the words are gone, the range is the block that they stood in.
       */
      readonly state: Exclude<PlaceState, 'orphaned'>
      /** UTF-16 offsets into the new text. */
      readonly start: number
      readonly end: number
      /** Which share of the quoted tokens is there, 0 to 1. */
      readonly survival: number
    }
  | { readonly state: 'orphaned'; readonly survival: number }

/** From this share on the words are there; from the second on, probably. */
const EDITED_SHARE = 0.6
const APPROXIMATE_SHARE = 0.4
/** Tokens in a row that are no chance, or their weight. */
const NO_CHANCE = 4
const NO_CHANCE_WEIGHT = 44
/** Four signs in a row say nothing. */
const NO_CHANCE_LEAST = 30
/** Elsewhere, chance has the whole text to find a likeness in. */
const MOVED_CERTAIN = 6
/** What is left of a text's weight where most of its words are: two headings of one pattern share half of theirs. */
const EDITED_WEIGHT = 0.53
/** The words stand there so often that none of the places is theirs. */
const MANY_PLACES = 32
/** Tokens around an anchor that speak for its place. */
const CONTEXT = 8

type Cluster = {
  /** Tokens of the new text. */
  readonly first: number
  readonly last: number
  /** Tokens of the anchor that stand there, in order of the old text. */
  readonly members: readonly number[]
}

/** `range`: UTF-16 offsets into the old text, not empty. */
export function carry(revisions: RevisionMap, range: TextRange): Place {
  const { old } = revisions
  let from = tokenAfter(old.tokens, range.start)
  let to = from
  while (to < old.tokens.words.length && (old.tokens.starts[to] ?? 0) < range.end) to += 1
  // Only white space: the token before it, else the one after.
  let words = range
  if (to === from) {
    if (from > 0) from -= 1
    else to = Math.min(from + 1, old.tokens.words.length)
    if (to === from) return { state: 'orphaned', survival: 0 }
    words = { start: old.tokens.starts[from] ?? 0, end: old.tokens.ends[from] ?? 0 }
  }
  const cluster = densestCluster(revisions, from, to)
  const survival = cluster === null ? 0 : cluster.members.length / (to - from)
  if (cluster !== null && survival >= APPROXIMATE_SHARE) return placed(revisions, words, from, to, cluster)
  return (
    elsewhere(revisions, from, to) ??
    replaced(revisions, from, to, survival) ??
    blockOfNeighbours(revisions, from, to, survival) ?? { state: 'orphaned', survival }
  )
}

/** The images of from..to that stand together: the most of them, in the shortest stretch. */
function densestCluster({ map, reach }: RevisionMap, from: number, to: number): Cluster | null {
  const images: { k: number; j: number }[] = []
  for (let k = from; k < to; k++) {
    const j = map.to[k] ?? -1
    if (j >= 0) images.push({ k, j })
  }
  images.sort((x, y) => x.j - y.j)
  const width = FULL_STEP * (3 * (to - from) + 10)
  let best = { lo: 0, hi: -1, span: 0 }
  let lo = 0
  for (const [hi, { j }] of images.entries()) {
    while ((reach[j] ?? 0) - (reach[images[lo]?.j ?? 0] ?? 0) > width) lo += 1
    const span = j - (images[lo]?.j ?? 0)
    const more = hi - lo - (best.hi - best.lo)
    if (best.hi < 0 || more > 0 || (more === 0 && span < best.span)) best = { lo, hi, span }
  }
  const [first, last] = [images[best.lo], images[best.hi]]
  if (!first || !last) return null
  const members = images.slice(best.lo, best.hi + 1).map(({ k }) => k)
  return { first: first.j, last: last.j, members: members.sort((x, y) => x - y) }
}

function placed(revisions: RevisionMap, range: TextRange, from: number, to: number, cluster: Cluster): Place {
  const { old, now, map } = revisions
  const { members } = cluster
  const survival = members.length / (to - from)
  const isWhole = survival === 1 && members.every((k) => map.to[k] === cluster.first + (k - from))
  const isMoved = members.some((k) => map.moved[k] === 1)
  const isCertain = isNoChance(revisions, from, to, cluster, isMoved)
  if (isWhole) {
    // A range that begins or ends within a token does so in the new text, too.
    const before = Math.max(0, range.start - (old.tokens.starts[from] ?? 0))
    const after = Math.max(0, (old.tokens.ends[to - 1] ?? 0) - range.end)
    return {
      state: isCertain ? (isMoved ? 'moved' : 'exact') : 'approximate',
      start: (now.tokens.starts[cluster.first] ?? 0) + before,
      end: (now.tokens.ends[cluster.last] ?? 0) - after,
      survival,
    }
  }
  const { first, last } = withReplacedEdges(revisions, from, to, cluster)
  const isMostly = survival >= EDITED_SHARE && weightShare(revisions, from, to, members) >= EDITED_WEIGHT
  const isScattered =
    survival < 1 && cluster.last - cluster.first >= 2 * (to - from) && to - from < 2 * NO_CHANCE
  return {
    state: isCertain && isMostly && !isScattered ? 'edited' : 'approximate',
    start: now.tokens.starts[first] ?? 0,
    end: now.tokens.ends[last] ?? 0,
    survival,
  }
}

/** As the share of the tokens, but that a comma says less than a rare word. */
function weightShare({ map }: RevisionMap, from: number, to: number, members: readonly number[]): number {
  let all = 0
  for (let k = from; k < to; k++) all += map.weights[k] ?? 0
  let kept = 0
  for (const k of members) kept += map.weights[k] ?? 0
  return kept / Math.max(1, all)
}

/** Whether some of what survives, with its neighbours, is a run that does not stand there by chance. */
function isNoChance(
  { old, map }: RevisionMap,
  from: number,
  to: number,
  cluster: Cluster,
  isMoved: boolean,
): boolean {
  const left = Math.max(0, from - CONTEXT)
  const right = Math.min(old.tokens.words.length, to + CONTEXT)
  let length = 0
  let weight = 0
  let isOfAnchor = false
  let before = -2
  let imageBefore = -2
  for (let k = left; k < right; k++) {
    const j = map.to[k] ?? -1
    if (j < 0) continue
    const isNext = k - before <= 2 && j > imageBefore && j - imageBefore <= 2
    if (!isNext) {
      length = 0
      weight = 0
      isOfAnchor = false
    }
    length += 1
    weight += map.weights[k] ?? 0
    isOfAnchor ||= from <= k && k < to && cluster.first <= j && j <= cluster.last
    const isLong = length >= (isMoved ? MOVED_CERTAIN : NO_CHANCE)
    const least = isMoved || !isLong ? NO_CHANCE_WEIGHT : NO_CHANCE_LEAST
    if (isOfAnchor && (isLong || !isMoved) && weight >= least) return true
    before = k
    imageBefore = j
  }
  return false
}

/** Tokens at an end of the anchor that were replaced: what stands in their place belongs to it. */
function withReplacedEdges(
  { old, now, map }: RevisionMap,
  from: number,
  to: number,
  cluster: Cluster,
): { first: number; last: number } {
  let { first, last } = cluster
  const k = map.from[first] ?? from
  const gone = k - from
  // A sentence of its own that is gone is not what stands there instead.
  if (gone > 0 && (old.tokens.breaks[k] ?? 0) < BREAK_SENTENCE) {
    const before = k - gone - 1
    const image = before >= 0 ? (map.to[before] ?? -1) : -1
    const room = image >= 0 && image < first ? first - image - 1 : freeBefore(map.from, first)
    const most = image >= 0 && image < first && room <= gone + 3 ? room : Math.min(room, gone)
    const mayBreak = hasBreak(old.tokens.breaks, from + 1, k)
    for (let n = 0; n < most; n++) {
      if (!mayBreak && (now.tokens.breaks[first] ?? 0) >= BREAK_SENTENCE) break
      first -= 1
    }
  }
  const kLast = map.from[last] ?? to - 1
  const goneAfter = to - 1 - kLast
  if (goneAfter > 0 && (old.tokens.breaks[kLast + 1] ?? 0) < BREAK_SENTENCE) {
    const image = to < map.to.length ? (map.to[to] ?? -1) : -1
    const room = image > last ? image - last - 1 : freeAfter(map.from, last)
    const most = image > last && room <= goneAfter + 3 ? room : Math.min(room, goneAfter)
    const mayBreak = hasBreak(old.tokens.breaks, kLast + 1, to - 1)
    for (let n = 0; n < most; n++) {
      if (!mayBreak && (now.tokens.breaks[last + 1] ?? 0) >= BREAK_SENTENCE) break
      last += 1
    }
  }
  return { first, last }
}

function hasBreak(breaks: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at <= to; at++) if ((breaks[at] ?? 0) >= BREAK_SENTENCE) return true
  return false
}

function freeBefore(taken: Int32Array, at: number): number {
  let free = 0
  while (at - free - 1 >= 0 && taken[at - free - 1] === -1) free += 1
  return free
}

function freeAfter(taken: Int32Array, at: number): number {
  let free = 0
  while (at + free + 1 < taken.length && taken[at + free + 1] === -1) free += 1
  return free
}

/** The very words, where no other words of the old text came to stand: there alone, or clearly by their neighbours. */
function elsewhere({ old, now, map }: RevisionMap, from: number, to: number): Place | null {
  const length = to - from
  if (length < NO_CHANCE) return null
  const found: { at: number; context: number }[] = []
  let places = 0
  for (let at = 0; at + length <= now.tokens.words.length; at++) {
    if (!isQuoteAt(old.tokens.words, from, length, now.tokens.words, at)) continue
    places += 1
    if (places > MANY_PLACES) return null
    let taken = 0
    for (let k = 0; k < length; k++) if (map.from[at + k] !== -1) taken += 1
    if (taken * 2 > length) continue
    found.push({ at, context: sharedContext(old.tokens.words, from, to, now.tokens.words, at, at + length) })
  }
  found.sort((x, y) => y.context - x.context || x.at - y.at)
  const [best, second] = found
  if (!best || (second && best.context < second.context + 3)) return null
  return {
    state: 'moved',
    start: now.tokens.starts[best.at] ?? 0,
    end: now.tokens.ends[best.at + length - 1] ?? 0,
    survival: 1,
  }
}

function isQuoteAt(
  a: readonly string[],
  from: number,
  length: number,
  b: readonly string[],
  at: number,
): boolean {
  for (let k = 0; k < length; k++) if (a[from + k] !== b[at + k]) return false
  return true
}

/** Equal tokens directly before and after. */
function sharedContext(
  a: readonly string[],
  from: number,
  to: number,
  b: readonly string[],
  fromB: number,
  toB: number,
): number {
  let before = 0
  while (before < CONTEXT && from - before > 0 && a[from - before - 1] === b[fromB - before - 1]) before += 1
  let after = 0
  while (after < CONTEXT && to + after < a.length && a[to + after] === b[toB + after]) after += 1
  return before + after
}

/** Other words in place of these: what stands between the same neighbours, when it is about as long. */
function replaced({ old, now, map }: RevisionMap, from: number, to: number, survival: number): Place | null {
  const length = to - from
  const left = nearest(map.to, from, -1)
  const right = nearest(map.to, to - 1, 1)
  if (left === null || right === null) return null
  const gone = right - left - 1
  const [first, last] = [(map.to[left] ?? 0) + 1, (map.to[right] ?? 0) - 1]
  const room = last - first + 1
  if (room < 1 || gone > 2 * length + 4 || room > 2 * gone + 4) return null
  if (!isRunBeside(map.to, left, -1) || !isRunBeside(map.to, right, 1)) return null
  if (old.blockOf[left] !== old.blockOf[from] && old.blockOf[right] !== old.blockOf[from]) return null
  return {
    state: 'approximate',
    start: now.tokens.starts[first] ?? 0,
    end: now.tokens.ends[last] ?? 0,
    survival,
  }
}

function nearest(to: Int32Array, from: number, step: 1 | -1): number | null {
  for (let k = from + step; k >= 0 && k < to.length; k += step) if ((to[k] ?? -1) >= 0) return k
  return null
}

function isRunBeside(to: Int32Array, at: number, step: 1 | -1): boolean {
  for (let n = 1; n < NO_CHANCE; n++) if (to[at + n * step] !== (to[at] ?? 0) + n * step) return false
  return true
}

/** The words are gone: the block that the rest of their block is in now, or the text that stands in its place. */
function blockOfNeighbours(revisions: RevisionMap, from: number, to: number, survival: number): Place | null {
  const { old, now, map } = revisions
  const block = old.blockOf[from] ?? -1
  const votes = new Map<number, number>()
  let kept = 0
  if (block >= 0) {
    for (let k = old.firstToken[block] ?? 0; k < (old.lastToken[block] ?? 0); k++) {
      const image = map.to[k] ?? -1
      if (image < 0 || (from <= k && k < to)) continue
      const target = now.blockOf[image] ?? -1
      const weight = map.weights[k] ?? 0
      // Neighbours know best where a block that was split goes on.
      const near = k >= from - 40 && k < to + 40 ? 4 : 1
      if (target >= 0) votes.set(target, (votes.get(target) ?? 0) + near * weight)
      kept += weight
    }
  }
  const [best] = [...votes].sort(([x, left], [y, right]) => right - left || x - y)
  let target = best && kept >= NO_CHANCE_WEIGHT ? best[0] : -1
  if (target < 0) target = blockInPlace(revisions, from, to)
  const found = target >= 0 ? now.blocks[target] : undefined
  return found ? { state: 'block', start: found.start, end: found.end, survival } : null
}

/** Between the images of what stood around: a block that nothing of the old text came to. */
function blockInPlace({ old, now, map }: RevisionMap, from: number, to: number): number {
  const left = nearest(map.to, from, -1)
  const right = nearest(map.to, to - 1, 1)
  const first = left === null ? 0 : (map.to[left] ?? 0) + 1
  const last = right === null ? now.tokens.words.length - 1 : (map.to[right] ?? 0) - 1
  const gone = (right ?? old.tokens.words.length) - (left ?? -1) - 1
  const room = last - first + 1
  if (room < 3 || room * 4 < gone || room > 4 * gone + 20) return -1
  // In the same share of the new words as the anchor has of the old ones.
  const share = ((from + to) / 2 - (left ?? -1)) / (gone + 1)
  return now.blockOf[Math.min(last, first + Math.floor(share * room))] ?? -1
}
