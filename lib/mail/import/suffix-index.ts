/**
 * Where do the last words of a quote stand in a text? For every position of the quote at once, in one pass.
 *
 * A suffix automaton (Blumer et al., 1985) of the text: a machine that accepts exactly its substrings. Feeding it a
 * quote tells, at each position, the longest end of what was read so far that occurs in the text, and where it
 * first ends there. Building is linear in the text and done once for each mailed part; asking is linear in the
 * quote. Searching for ever shorter ends with `indexOf` would be quadratic in what a stranger sends.
 *
 * Transitions are in one open hash table of numbers, and again in a list for each state, because a state that is
 * split copies its own. At most 3 n of them for a text of n units, so the tables never grow.
 */
import { invariant } from '#lib/result.ts'

export type SuffixIndex = {
  readonly text: string
  /** The state after reading `unit` in `state`, or -1. */
  readonly step: (state: number, unit: number) => number
  /** Length of the longest substring that leads to a state. */
  readonly lengthOf: Int32Array
  /** The state of its longest end that occurs elsewhere too. */
  readonly link: Int32Array
  /** Where the substrings of a state first end in the text, exclusive. */
  readonly firstEnd: Int32Array
}

export function buildSuffixIndex(text: string): SuffixIndex {
  const n = text.length
  const maxStates = 2 * n + 2
  const maxEdges = 3 * n + 4
  const lengthOf = new Int32Array(maxStates)
  const link = new Int32Array(maxStates).fill(-1)
  const firstEnd = new Int32Array(maxStates)
  const head = new Int32Array(maxStates).fill(-1)
  const edgeUnit = new Uint16Array(maxEdges)
  const edgeTo = new Int32Array(maxEdges)
  const edgeNext = new Int32Array(maxEdges)
  let edges = 0
  let size = 16
  while (size < maxEdges * 1.5) size *= 2
  const mask = size - 1
  /** Edge number + 1; 0 is empty. */
  const slots = new Int32Array(size)
  const edgeFrom = new Int32Array(maxEdges)

  const slotOf = (state: number, unit: number) => {
    let slot = (Math.imul(state, 0x9e3779b1) ^ Math.imul(unit + 1, 0x85ebca6b)) & mask
    for (;;) {
      const edge = (slots[slot] ?? 0) - 1
      if (edge < 0 || (edgeFrom[edge] === state && edgeUnit[edge] === unit)) return slot
      slot = (slot + 1) & mask
    }
  }
  const step = (state: number, unit: number) => {
    const edge = (slots[slotOf(state, unit)] ?? 0) - 1
    return edge < 0 ? -1 : (edgeTo[edge] ?? -1)
  }
  const setEdge = (state: number, unit: number, to: number) => {
    const slot = slotOf(state, unit)
    const known = (slots[slot] ?? 0) - 1
    if (known >= 0) {
      edgeTo[known] = to
      return
    }
    invariant(edges < maxEdges, 'a suffix automaton has at most 3 n transitions')
    edgeFrom[edges] = state
    edgeUnit[edges] = unit
    edgeTo[edges] = to
    edgeNext[edges] = head[state] ?? -1
    head[state] = edges
    edges++
    slots[slot] = edges
  }

  let states = 1
  let last = 0
  for (let i = 0; i < n; i++) {
    const unit = text.charCodeAt(i)
    const current = states++
    lengthOf[current] = i + 1
    firstEnd[current] = i + 1
    let p = last
    while (p >= 0 && step(p, unit) < 0) {
      setEdge(p, unit, current)
      p = link[p] ?? -1
    }
    if (p < 0) link[current] = 0
    else {
      const q = step(p, unit)
      if ((lengthOf[p] ?? 0) + 1 === lengthOf[q]) link[current] = q
      else {
        const clone = states++
        lengthOf[clone] = (lengthOf[p] ?? 0) + 1
        link[clone] = link[q] ?? -1
        firstEnd[clone] = firstEnd[q] ?? 0
        for (let e = head[q] ?? -1; e >= 0; e = edgeNext[e] ?? -1) {
          setEdge(clone, edgeUnit[e] ?? 0, edgeTo[e] ?? 0)
        }
        while (p >= 0 && step(p, unit) === q) {
          setEdge(p, unit, clone)
          p = link[p] ?? -1
        }
        link[q] = clone
        link[current] = clone
      }
    }
    last = current
  }
  return { text, step, lengthOf, link, firstEnd }
}

export type SuffixMatches = {
  /** For each unit of the quote: how many units that end with it stand together in the text. */
  readonly lengths: Int32Array
  /** Where they first end in the text, exclusive. */
  readonly ends: Int32Array
}

export function matchSuffixes(index: SuffixIndex, quote: string): SuffixMatches {
  const lengths = new Int32Array(quote.length)
  const ends = new Int32Array(quote.length)
  let state = 0
  let length = 0
  for (let i = 0; i < quote.length; i++) {
    const unit = quote.charCodeAt(i)
    let next = index.step(state, unit)
    while (next < 0 && state !== 0) {
      state = index.link[state] ?? 0
      length = index.lengthOf[state] ?? 0
      next = index.step(state, unit)
    }
    if (next >= 0) {
      state = next
      length++
    }
    lengths[i] = length
    ends[i] = length > 0 ? (index.firstEnd[state] ?? 0) : 0
  }
  return { lengths, ends }
}

/** Whether `part` stands in the text, in one pass. The empty text does. */
export function isSubstring(index: SuffixIndex, part: string): boolean {
  let state = 0
  for (let i = 0; i < part.length; i++) {
    state = index.step(state, part.charCodeAt(i))
    if (state < 0) return false
  }
  return true
}
