/**
 * Which token of an older text is which of a newer one: the one map that carries threads and shows what changed.
 *
 * From what is certain to what is likely: (1) runs around groups of eight tokens that stand once in each text; the heaviest
 * set of them that keeps its order is what stayed in place. (2) Between those the same with groups of eight and four that
 * stand once in that stretch, and what is then left is aligned token by token. (3) A match that is small beside the gaps
 * around it is chance, and taken back. (4) Runs of (1) that are not in order moved, unless most of their words were found in
 * order: a sentence that was edited where it stood did not move to its copy. What moved grows to the ends of its block.
 * (5) So did what is left on both sides and equal: runs of eight tokens, and whole blocks.
 *
 * No clock and no random number: a bound on the work is a count of steps, so two machines give the same bytes.
 */
import { diffArrays } from 'diff'
import { alignGap, type Stretch } from './align-gap.ts'
import { BREAK_BLOCK, isWord, type Tokens } from './tokens.ts'

/** What is kept beside a place that this made. Any change of a result is a new one. */
export const ALGORITHM = 'tokens-4'

export type TokenMap = {
  /** By token of the old text: its token in the new one, or -1. */
  readonly to: Int32Array
  /** The other way. */
  readonly from: Int32Array
  /** By token of the old text: 1 where it stands in the new one, but not in its order. */
  readonly moved: Uint8Array
  /** By token of the old text: how much a match of it says, from 4 (a comma) to 24 (a rare word). */
  readonly weights: Int32Array
}

/** Tokens in a row that have to be equal to be taken as moved. */
const MOVED_RUN = 8
/** Tokens that a neighbouring run gives back, so that a gap may begin where its sentence does. */
const GIVEN_BACK = 6
/** Tokens at an end of what moved that are looked at beyond its last equal run. */
const MOVED_EDGE = 200
/** A gap inside of what moved. */
const MOVED_GAP = 120
/** Steps of one alignment of a gap; beyond them Myers' difference. */
const GAP_STEPS = 1 << 20
/** Steps of all of them. */
const ALL_STEPS = 24e6
/** Edits that Myers' difference looks for in one gap, and the sum of their squares in all. */
const GAP_EDITS = 2000
const ALL_EDITS = 6e6

type Run = { i: number; j: number; length: number }

export function mapTokens(old: Tokens, now: Tokens): TokenMap {
  return new Mapper(old, now).map()
}

class Mapper {
  readonly #old: Tokens
  readonly #now: Tokens
  /** Numbers of the words; below 0 once what moved has taken them. */
  readonly #a: Int32Array
  readonly #b: Int32Array
  readonly #weights: Int32Array
  readonly #to: Int32Array
  readonly #from: Int32Array
  readonly #moved: Uint8Array
  /** By size of a group: which group begins at a token. */
  readonly #groups = new Map<number, readonly [Int32Array, Int32Array]>()
  #steps = ALL_STEPS
  #edits = ALL_EDITS

  constructor(old: Tokens, now: Tokens) {
    this.#old = old
    this.#now = now
    const numbers = new Map<string, number>()
    const numbered = ({ words }: Tokens) =>
      Int32Array.from(words, (word) => {
        const known = numbers.get(word)
        if (known !== undefined) return known
        numbers.set(word, numbers.size)
        return numbers.size - 1
      })
    this.#a = numbered(old)
    this.#b = numbered(now)
    this.#weights = weightsOf([...numbers.keys()], this.#a, this.#b)
    this.#to = new Int32Array(old.words.length).fill(-1)
    this.#from = new Int32Array(now.words.length).fill(-1)
    this.#moved = new Uint8Array(old.words.length)
    let [left, right] = [this.#a, this.#b]
    for (const size of [2, 4, 8]) {
      ;[left, right] = pairsOf(left, right, size / 2)
      this.#groups.set(size, [left, right])
    }
  }

  map(): TokenMap {
    const whole = { from: 0, to: this.#a.length }
    const wholeNow = { from: 0, to: this.#b.length }
    const runs = this.#runsOnce(MOVED_RUN, whole, wholeNow)
    const chain = heaviestChain(runs)
    for (const run of chain) this.#set(run, false)
    this.#fill(whole, wholeNow, chain, [8, 4])
    this.#dropChance()
    this.#growMoved(this.#takeMoved(runs))
    this.#moveRest()
    this.#dropChance()
    return {
      to: this.#to,
      from: this.#from,
      moved: this.#moved,
      weights: this.#a.map((number) => this.#weights[number] ?? 0),
    }
  }

  #pair(i: number, j: number, isMoved: boolean): void {
    this.#to[i] = j
    this.#from[j] = i
    this.#moved[i] = isMoved ? 1 : 0
  }

  #unpair(i: number): void {
    const j = this.#to[i] ?? -1
    if (j < 0) return
    this.#to[i] = -1
    this.#from[j] = -1
    this.#moved[i] = 0
  }

  #set({ i, j, length }: Run, isMoved: boolean): void {
    for (let k = 0; k < length; k++) this.#pair(i + k, j + k, isMoved)
  }

  #isFree(i: number): boolean {
    return this.#to[i] === -1
  }

  #isFreeNow(j: number): boolean {
    return this.#from[j] === -1
  }

  /** Runs of equal tokens around the groups of `size` that stand once in each stretch, by their place in the old text. */
  #runsOnce(size: number, old: Stretch, now: Stretch): Run[] {
    const [groupsA, groupsB] = this.#groups.get(size) ?? [new Int32Array(), new Int32Array()]
    const inOld = placesOnce(groupsA, old.from, old.to - size, (i) => this.#areFree(this.#to, i, size))
    const inNow = placesOnce(groupsB, now.from, now.to - size, (j) => this.#areFree(this.#from, j, size))
    const runs: Run[] = []
    /** By diagonal: where the last run on it ends. */
    const ends = new Map<number, number>()
    for (const [group, i] of inOld) {
      const j = inNow.get(group)
      if (i < 0 || j === undefined || j < 0 || i < (ends.get(j - i) ?? 0)) continue
      const run = this.#grown({ i, j, length: size }, old, now)
      ends.set(j - i, run.i + run.length)
      runs.push(run)
    }
    return runs
  }

  #areFree(taken: Int32Array, at: number, size: number): boolean {
    for (let k = at; k < at + size; k++) if (taken[k] !== -1) return false
    return true
  }

  #grown(run: Run, old: Stretch, now: Stretch): Run {
    let { i, j, length } = run
    const isSame = (x: number, y: number) =>
      this.#a[x] === this.#b[y] && this.#isFree(x) && this.#isFreeNow(y)
    while (i > old.from && j > now.from && isSame(i - 1, j - 1)) {
      i -= 1
      j -= 1
      length += 1
    }
    while (i + length < old.to && j + length < now.to && isSame(i + length, j + length)) length += 1
    return { i, j, length }
  }

  /** Of the runs that are not in order, the longest first: where both sides are free, or hold little. */
  #takeMoved(runs: readonly Run[]): Run[] {
    const longest = [...runs].sort((x, y) => y.length - x.length || x.i - y.i)
    const moved: Run[] = []
    for (const run of longest) {
      this.#freeScattered(run)
      let { i, j, length } = run
      while (length > 0 && !(this.#isFree(i) && this.#isFreeNow(j))) {
        i += 1
        j += 1
        length -= 1
      }
      let free = 0
      while (free < length && this.#isFree(i + free) && this.#isFreeNow(j + free)) free += 1
      const taken = this.#withoutNeighbours({ i, j, length: free })
      if (taken.length < MOVED_RUN) continue
      this.#set(taken, true)
      moved.push(taken)
    }
    return moved.sort((x, y) => x.i - y.i)
  }

  /** Without the last words of the block before, and the first of the one after: they only look alike. */
  #withoutNeighbours(run: Run): Run {
    const { breaks } = this.#old
    let { i, j, length } = run
    for (let k = 1; breaks[run.i] !== BREAK_BLOCK && k < Math.min(MOVED_RUN, length); k++) {
      if (breaks[run.i + k] !== BREAK_BLOCK) continue
      i += k
      j += k
      length -= k
      break
    }
    const end = i + length
    for (
      let k = 1;
      end < breaks.length && breaks[end] !== BREAK_BLOCK && k < Math.min(MOVED_RUN, length);
      k++
    ) {
      if (breaks[end - k] !== BREAK_BLOCK) continue
      length -= k
      break
    }
    return { i, j, length }
  }

  /** Takes back the matches of a run's tokens where they are less than half of it on both sides: it rather moved. */
  #freeScattered({ i, j, length }: Run): void {
    let kept = 0
    let taken = 0
    for (let k = 0; k < length; k++) {
      const other = this.#from[j + k] ?? -1
      // What moved already was longer, and what is paired so is right.
      if (this.#moved[i + k] === 1 || (other >= 0 && (this.#moved[other] === 1 || other === i + k))) return
      if (!this.#isFree(i + k)) kept += 1
      if (!this.#isFreeNow(j + k)) taken += 1
    }
    if (kept + taken === 0 || kept * 2 >= length || taken * 2 >= length) return
    for (let k = 0; k < length; k++) {
      this.#unpair(i + k)
      const other = this.#from[j + k] ?? -1
      if (other >= 0) this.#unpair(other)
    }
  }

  /** What moved was edited, too: the gaps between its runs, and its ends up to the ends of its block. */
  #growMoved(moved: readonly Run[]): void {
    let before: Run | undefined
    for (const run of moved) {
      const isNext =
        before !== undefined &&
        run.j >= before.j + before.length &&
        run.i - (before.i + before.length) <= MOVED_GAP &&
        run.j - (before.j + before.length) <= MOVED_GAP &&
        this.#areFree(this.#to, before.i + before.length, run.i - (before.i + before.length)) &&
        this.#areFree(this.#from, before.j + before.length, run.j - (before.j + before.length))
      if (before && isNext) {
        this.#align(
          { from: before.i + before.length, to: run.i },
          { from: before.j + before.length, to: run.j },
          true,
          true,
          true,
        )
      } else {
        if (before) this.#growRight(before)
        this.#growLeft(run)
      }
      before = run
    }
    if (before) this.#growRight(before)
  }

  #growLeft({ i, j }: Run): void {
    const from = blockBefore(this.#old.breaks, i, (at) => this.#isFree(at))
    const fromNow = blockBefore(this.#now.breaks, j, (at) => this.#isFreeNow(at))
    this.#align({ from, to: i }, { from: fromNow, to: j }, false, true, true)
  }

  #growRight({ i, j, length }: Run): void {
    const to = blockAfter(this.#old.breaks, i + length, (at) => this.#isFree(at))
    const toNow = blockAfter(this.#now.breaks, j + length, (at) => this.#isFreeNow(at))
    this.#align({ from: i + length, to }, { from: j + length, to: toNow }, true, false, true)
  }

  /** The gaps between the runs of a chain, which lie in order in both stretches. */
  #fill(old: Stretch, now: Stretch, chain: readonly Run[], sizes: readonly number[]): void {
    let i = old.from
    let j = now.from
    for (const run of chain) {
      this.#gap({ from: i, to: run.i }, { from: j, to: run.j }, sizes)
      i = run.i + run.length
      j = run.j + run.length
    }
    this.#gap({ from: i, to: old.to }, { from: j, to: now.to }, sizes)
  }

  #gap(old: Stretch, now: Stretch, sizes: readonly number[]): void {
    if (old.from === old.to && now.from === now.to) return
    const [size, ...smaller] = sizes
    const cells = (old.to - old.from) * (now.to - now.from)
    if (size === undefined || cells === 0) {
      this.#align(old, now, true, true, false)
      return
    }
    const chain = heaviestChain(this.#runsOnce(size, old, now))
    for (const run of chain) this.#set(run, false)
    // Groups of two say little; where token by token would take too long they are better than nothing.
    const next = smaller.length === 0 && size > 2 && cells > GAP_STEPS ? [2] : smaller
    this.#fill(old, now, chain, next)
  }

  #align(old: Stretch, now: Stretch, isLeftTied: boolean, isRightTied: boolean, isMoved: boolean): void {
    const wide = isMoved ? { old, now } : this.#givenBack(old, now)
    const n = wide.old.to - wide.old.from
    const m = wide.now.to - wide.now.from
    if (n === 0 || m === 0) return
    const steps = (n + 1) * (m + 1)
    if (steps > GAP_STEPS || steps > this.#steps) {
      if (!isMoved) this.#alignLong(old, now)
      return
    }
    this.#steps -= steps
    for (let i = wide.old.from; i < wide.old.to; i++) if (!isMoved && this.#moved[i] === 0) this.#unpair(i)
    const hideTaken = (numbers: Int32Array, stretch: Stretch, taken: Int32Array) => {
      const part = numbers.slice(stretch.from, stretch.to)
      for (let k = 0; k < part.length; k++) if (taken[stretch.from + k] !== -1) part[k] = -1
      return part
    }
    const a = hideTaken(this.#a, wide.old, this.#to)
    const b = hideTaken(this.#b, wide.now, this.#from)
    alignGap(
      {
        a,
        b,
        weights: this.#weights,
        breaksA: this.#old.breaks.subarray(wide.old.from, wide.old.to + 1),
        breaksB: this.#now.breaks.subarray(wide.now.from, wide.now.to + 1),
        isLeftTied,
        isRightTied,
        old: { from: 0, to: n },
        now: { from: 0, to: m },
      },
      (i, j) => this.#pair(wide.old.from + i, wide.now.from + j, isMoved),
    )
  }

  /** A gap with some of the equal tokens on both sides of it, so that it may slide. */
  #givenBack(old: Stretch, now: Stretch): { old: Stretch; now: Stretch } {
    const isRun = (i: number, j: number) => this.#to[i] === j && this.#moved[i] === 0
    let left = 0
    while (left < 2 * GIVEN_BACK && isRun(old.from - left - 1, now.from - left - 1)) left += 1
    let right = 0
    while (right < 2 * GIVEN_BACK && isRun(old.to + right, now.to + right)) right += 1
    left = left >> 1
    right = right >> 1
    return {
      old: { from: old.from - left, to: old.to + right },
      now: { from: now.from - left, to: now.to + right },
    }
  }

  /** Myers' difference, between equal ends; nothing beyond the bound on its edits. */
  #alignLong(old: Stretch, now: Stretch): void {
    let { from: i, to: iEnd } = old
    let { from: j, to: jEnd } = now
    const isSame = (x: number, y: number) =>
      this.#a[x] === this.#b[y] && this.#isFree(x) && this.#isFreeNow(y)
    while (i < iEnd && j < jEnd && isSame(i, j)) this.#pair(i++, j++, false)
    while (i < iEnd && j < jEnd && isSame(iEnd - 1, jEnd - 1)) this.#pair(--iEnd, --jEnd, false)
    const left: number[] = []
    for (let at = i; at < iEnd; at++) left.push(this.#isFree(at) ? (this.#a[at] ?? -1) : -1)
    const right: number[] = []
    for (let at = j; at < jEnd; at++) right.push(this.#isFreeNow(at) ? (this.#b[at] ?? -1) : -2)
    const maxEditLength = Math.min(GAP_EDITS, Math.floor(Math.sqrt(this.#edits)))
    const parts = diffArrays(left, right, { maxEditLength })
    if (parts === undefined) {
      this.#edits -= maxEditLength * maxEditLength
      return
    }
    let edits = 0
    for (const { added, removed, count } of parts) {
      if (added) j += count
      else if (removed) i += count
      else for (let k = 0; k < count; k++) this.#pair(i++, j++, false)
      if (added || removed) edits += count
    }
    this.#edits -= edits * edits
  }

  /** What is left on both sides and stands there once: runs, and whole blocks however short. */
  #moveRest(): void {
    const whole = { from: 0, to: this.#a.length }
    const wholeNow = { from: 0, to: this.#b.length }
    const moved = this.#takeMoved(this.#runsOnce(MOVED_RUN, whole, wholeNow))
    this.#growMoved(moved)
    const weight = (number: number) => this.#weights[number] ?? 0
    const blocks = freeBlocks(this.#a, this.#old.breaks, this.#to, weight)
    const blocksNow = freeBlocks(this.#b, this.#now.breaks, this.#from, weight)
    for (const [text, { at, length }] of blocks) {
      const there = blocksNow.get(text)
      if (at < 0 || !there || there.at < 0) continue
      for (let k = 0; k < length; k++) {
        this.#unpair(at + k)
        const other = this.#from[there.at + k] ?? -1
        if (other >= 0) this.#unpair(other)
      }
      this.#set({ i: at, j: there.at, length }, true)
    }
  }

  /** A run of little weight between large gaps: the words of a rewritten passage that every passage has. */
  #dropChance(): void {
    const n = this.#a.length
    let gapBefore = { old: 0, now: 0, isLarge: false }
    let i = 0
    let lastEnd = { i: 0, j: 0 }
    while (i < n) {
      if (this.#isFree(i)) {
        i += 1
        continue
      }
      const start = i
      const startNow = this.#to[i] ?? 0
      let weight = 0
      while (i < n && this.#to[i] === startNow + (i - start) && this.#moved[i] === this.#moved[start]) {
        weight += this.#weights[this.#a[i] ?? 0] ?? 0
        i += 1
      }
      const size = i - start
      gapBefore = gapOf(start - lastEnd.i, startNow - lastEnd.j)
      let next = i
      while (next < n && this.#isFree(next)) next += 1
      const nextNow = next < n ? (this.#to[next] ?? 0) : this.#b.length
      const gapAfter = gapOf(next - i, nextNow - (startNow + size))
      const smaller = Math.min(gapBefore.old + gapBefore.now, gapAfter.old + gapAfter.now)
      if (gapBefore.isLarge && gapAfter.isLarge && weight * 5 < Math.min(smaller, 30) * 4 && size < 4) {
        for (let k = start; k < i; k++) this.#unpair(k)
      } else {
        lastEnd = { i, j: startNow + size }
      }
    }
  }
}

/** Both sides of a gap between two runs; a jump elsewhere is no gap. */
function gapOf(old: number, now: number): { old: number; now: number; isLarge: boolean } {
  const inserted = now < 0 || now > 400 ? 20 : now
  return { old, now: inserted, isLarge: old + inserted >= 6 }
}

/** Numbers of groups twice as long as those given: equal numbers are equal groups. */
function pairsOf(left: Int32Array, right: Int32Array, half: number): [Int32Array, Int32Array] {
  const numbers = new Map<number, number>()
  const paired = (groups: Int32Array) => {
    const result = new Int32Array(Math.max(0, groups.length - half))
    for (let at = 0; at < result.length; at++) {
      // Both are below 2^26: the product is exact.
      const key = (groups[at] ?? 0) * 0x4000000 + (groups[at + half] ?? 0)
      let number = numbers.get(key)
      if (number === undefined) {
        number = numbers.size
        numbers.set(key, number)
      }
      result[at] = number
    }
    return result
  }
  return [paired(left), paired(right)]
}

/** Where each group stands, in order of place; -1 of one that stands there twice. `last` is inclusive. */
function placesOnce(
  groups: Int32Array,
  from: number,
  last: number,
  isFree: (at: number) => boolean,
): Map<number, number> {
  const places = new Map<number, number>()
  for (let at = from; at <= last && at < groups.length; at++) {
    if (!isFree(at)) continue
    const group = groups[at] ?? 0
    places.set(group, places.has(group) ? -1 : at)
  }
  return places
}

/** Rare words weigh most: what a word says of its place is that it stands nowhere else. */
function weightsOf(words: readonly string[], a: Int32Array, b: Int32Array): Int32Array {
  const counts = new Int32Array(words.length)
  for (const number of a) counts[number] = (counts[number] ?? 0) + 1
  for (const number of b) counts[number] = (counts[number] ?? 0) + 1
  return Int32Array.from(words, (word, number) => {
    if (!isWord(word)) return 4
    const count = counts[number] ?? 0
    const rarity = count <= 4 ? 24 : count <= 20 ? 18 : count <= 100 ? 12 : 8
    return word.length <= 3 ? Math.min(rarity, 10) : rarity
  })
}

/** The runs of most weight that keep their order in both texts, cut where two share tokens. `runs` in order of the old text. */
function heaviestChain(runs: readonly Run[]): Run[] {
  if (runs.length === 0) return []
  const sorted = [...runs].sort((x, y) => x.i - y.i || x.j - y.j)
  const ranks = [...new Set(sorted.map(({ j }) => j))].sort((x, y) => x - y)
  const rankOf = new Map(ranks.map((j, rank) => [j, rank + 1]))
  // A Fenwick tree over places in the new text: the heaviest chain that ends before one.
  const best = new Float64Array(ranks.length + 1)
  const bestAt = new Int32Array(ranks.length + 1).fill(-1)
  const weights = new Float64Array(sorted.length)
  const previous = new Int32Array(sorted.length).fill(-1)
  let last = -1
  for (const [at, run] of sorted.entries()) {
    const rank = rankOf.get(run.j) ?? 1
    let weight = 0
    for (let k = rank - 1; k > 0; k -= k & -k) {
      if ((best[k] ?? 0) > weight) {
        weight = best[k] ?? 0
        previous[at] = bestAt[k] ?? -1
      }
    }
    weights[at] = weight + run.length
    if (last < 0 || (weights[at] ?? 0) > (weights[last] ?? 0)) last = at
    for (let k = rank; k < best.length; k += k & -k) {
      if ((weights[at] ?? 0) > (best[k] ?? 0)) {
        best[k] = weights[at] ?? 0
        bestAt[k] = at
      }
    }
  }
  const chain: Run[] = []
  for (let at = last; at >= 0; at = previous[at] ?? -1) {
    const run = sorted[at]
    if (run) chain.push(run)
  }
  chain.reverse()
  const cut: Run[] = []
  let i = 0
  let j = 0
  for (const run of chain) {
    const shared = Math.max(0, i - run.i, j - run.j)
    if (shared >= run.length) continue
    cut.push({ i: run.i + shared, j: run.j + shared, length: run.length - shared })
    i = run.i + run.length
    j = run.j + run.length
  }
  return cut
}

/** The first token of the block that ends before `at`, as far as its tokens are free. */
function blockBefore(breaks: Uint8Array, at: number, isFree: (at: number) => boolean): number {
  let from = at
  while (from > 0 && at - from < MOVED_EDGE && breaks[from] !== BREAK_BLOCK && isFree(from - 1)) from -= 1
  return from
}

function blockAfter(breaks: Uint8Array, at: number, isFree: (at: number) => boolean): number {
  let to = at
  while (to < breaks.length && to - at < MOVED_EDGE && breaks[to] !== BREAK_BLOCK && isFree(to)) to += 1
  return to
}

/**
 * By their words: blocks of three tokens or more of which next to nothing is taken; `at` is -1 of one that is there twice.
 * A mark of a heading or a list finds its like in any gap.
 */
function freeBlocks(
  numbers: Int32Array,
  breaks: Uint8Array,
  taken: Int32Array,
  weightOf: (number: number) => number,
): Map<string, { at: number; length: number }> {
  const blocks = new Map<string, { at: number; length: number }>()
  let from = 0
  while (from < numbers.length) {
    let to = from
    let weight = 0
    let weightTaken = 0
    do {
      const own = weightOf(numbers[to] ?? 0)
      weight += own
      if (taken[to] !== -1) weightTaken += own
      to += 1
    } while (to < numbers.length && breaks[to] !== BREAK_BLOCK)
    if (weightTaken * 3 < weight && to - from >= 3) {
      const text = numbers.subarray(from, to).join(' ')
      blocks.set(text, { at: blocks.has(text) ? -1 : from, length: to - from })
    }
    from = to
  }
  return blocks
}
