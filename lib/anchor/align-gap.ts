/**
 * Which tokens of a short stretch stay, when what stands on both sides of it is known.
 *
 * The longest common subsequence alone scatters: of a rewritten sentence it keeps each *the* and each comma, and of two
 * equal words it keeps either one. So matches have weights (rare words weigh most), a match beside the one before it weighs
 * more, and a gap begins rather where a sentence or a block does. All weights are whole numbers: the same on every machine.
 */

export type Stretch = {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export type GapInput = {
  /** Numbers of the tokens: equal numbers are equal words, a number below 0 is equal to nothing. */
  readonly a: Int32Array
  readonly b: Int32Array
  readonly old: Stretch
  readonly now: Stretch
  /** By number of the token. */
  readonly weights: Int32Array
  readonly breaksA: Uint8Array
  readonly breaksB: Uint8Array
  /** Whether the tokens just before both stretches belong together. */
  readonly isLeftTied: boolean
  /** Whether those just after them do. */
  readonly isRightTied: boolean
}

const BESIDE = 10
/** By how the text breaks before the first token of a gap. */
const AT_BREAK = [0, 1, 4, 6]
const NEVER = -0x40000000

const MATCH_AFTER_MATCH = 1
const GAP_SKIPS_OLD = 2
const GAP_AFTER_MATCH = 4

/** Calls `pair(i, j)` for each token that stays, from the last to the first. Takes |old| × |now| steps and bytes. */
export function alignGap(input: GapInput, pair: (i: number, j: number) => void): void {
  const { a, b, old, now, weights, breaksA, breaksB } = input
  const n = old.to - old.from
  const m = now.to - now.from
  if (n === 0 || m === 0) return
  const width = m + 1
  const ways = new Uint8Array((n + 1) * width)
  // Best with the last token of both matched, and best with a gap last, for the row before and the present one.
  let matched = new Int32Array(width).fill(NEVER)
  let gapped = new Int32Array(width).fill(NEVER)
  let nextMatched = new Int32Array(width)
  let nextGapped = new Int32Array(width)
  for (let i = 0; i <= n; i++) {
    const word = i === 0 ? -1 : (a[old.from + i - 1] ?? -1)
    const breakA = AT_BREAK[breaksA[old.from + i] ?? 0] ?? 0
    const breakBefore = i === 0 ? 0 : (AT_BREAK[breaksA[old.from + i - 1] ?? 0] ?? 0)
    for (let j = 0; j <= m; j++) {
      let way = 0
      let match = NEVER
      let gap = NEVER
      if (i === 0 && j === 0) {
        if (input.isLeftTied) match = 0
        else gap = 0
      } else {
        if (i > 0 && j > 0 && word >= 0 && word === b[now.from + j - 1]) {
          const beside = (matched[j - 1] ?? NEVER) + BESIDE
          const apart = gapped[j - 1] ?? NEVER
          match = (weights[word] ?? 0) + Math.max(beside, apart)
          if (beside >= apart) way |= MATCH_AFTER_MATCH
        }
        // A gap that opens here begins with token i of the old or token j of the new: both may start a sentence.
        if (i > 0) {
          const opened = (matched[j] ?? NEVER) + breakBefore + (AT_BREAK[breaksB[now.from + j] ?? 0] ?? 0)
          const longer = gapped[j] ?? NEVER
          gap = Math.max(opened, longer)
          way |= GAP_SKIPS_OLD
          if (opened > longer) way |= GAP_AFTER_MATCH
        }
        if (j > 0) {
          const opened =
            (nextMatched[j - 1] ?? NEVER) + breakA + (AT_BREAK[breaksB[now.from + j - 1] ?? 0] ?? 0)
          const longer = nextGapped[j - 1] ?? NEVER
          if (Math.max(opened, longer) > gap) {
            gap = Math.max(opened, longer)
            way &= ~(GAP_SKIPS_OLD | GAP_AFTER_MATCH)
            if (opened > longer) way |= GAP_AFTER_MATCH
          }
        }
      }
      nextMatched[j] = match
      nextGapped[j] = gap
      ways[i * width + j] = way
    }
    ;[matched, nextMatched] = [nextMatched, matched]
    ;[gapped, nextGapped] = [nextGapped, gapped]
  }
  let i = n
  let j = m
  let isMatch = (matched[m] ?? NEVER) + (input.isRightTied ? BESIDE : 0) >= (gapped[m] ?? NEVER)
  while (i > 0 || j > 0) {
    const way = ways[i * width + j] ?? 0
    if (isMatch) {
      pair(old.from + i - 1, now.from + j - 1)
      isMatch = (way & MATCH_AFTER_MATCH) !== 0
      i -= 1
      j -= 1
    } else {
      isMatch = (way & GAP_AFTER_MATCH) !== 0
      if ((way & GAP_SKIPS_OLD) !== 0) i -= 1
      else j -= 1
    }
  }
}
