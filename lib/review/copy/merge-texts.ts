/** What comes of the same file when two people change it. */
import { diff3Merge } from 'node-diff3'

/** What merging may cost, for as many texts as one act brings together: some tenths of a second. */
export type MergeBudget = { left: number }
const MOST_STEPS = 40_000_000
/** Of one text: more than a document that can be published has, of lines that anybody wrote. */
const MOST_LINES = 50_000
export const mergeBudget = (): MergeBudget => ({ left: MOST_STEPS })

/**
 * What comes of two texts that were made from the same one: by lines, as `diff3`. Null: both changed the same lines, or they
 * cannot be compared in a bounded time; then there are two texts, and a person decides.
 *
 * `diff3` looks at each pair of equal lines as often as there are lines in common, which is the square of a long text's lines
 * and the cube of empty ones. So the texts are parted at lines that stand once in each of them, in the same order; a part
 * that would still cost too much is not begun.
 */
export function mergeTexts(
  base: string,
  mine: string,
  theirs: string,
  budget = mergeBudget(),
): string | null {
  if (mine === theirs || theirs === base) return mine
  if (mine === base) return theirs
  const texts: ThreeTexts = [base.split('\n'), mine.split('\n'), theirs.split('\n')]
  if (texts.some(({ length }) => length > MOST_LINES)) return null
  const lines: string[] = []
  let from: Places = [0, 0, 0]
  for (const to of [...sharedLines(texts), ends(texts)]) {
    const merged = mergeParts(part(texts, from, to), budget)
    if (!merged) return null
    for (const line of merged) lines.push(line)
    const shared = texts[0][to[0]]
    if (shared !== undefined) lines.push(shared)
    from = [to[0] + 1, to[1] + 1, to[2] + 1]
  }
  return lines.join('\n')
}

/** Lines of what both began from, of mine and of theirs. */
type ThreeTexts = readonly [original: readonly string[], mine: readonly string[], theirs: readonly string[]]
/** Of a line in each of them. */
type Places = readonly [original: number, mine: number, theirs: number]

const ends = ([original, mine, theirs]: ThreeTexts): Places => [original.length, mine.length, theirs.length]
const part = (of: ThreeTexts, from: Places, to: Places): ThreeTexts => [
  of[0].slice(from[0], to[0]),
  of[1].slice(from[1], to[1]),
  of[2].slice(from[2], to[2]),
]

function mergeParts([original, mine, theirs]: ThreeTexts, budget: MergeBudget): readonly string[] | null {
  if (original.length === 0 && theirs.length === 0) return mine
  if (original.length === 0 && mine.length === 0) return theirs
  budget.left -= searchSteps(original, mine) + searchSteps(original, theirs)
  if (budget.left < 0) return null
  const lines: string[] = []
  for (const region of diff3Merge([...mine], [...original], [...theirs], { excludeFalseConflicts: true })) {
    if (!region.ok) return null
    for (const line of region.ok) lines.push(line)
  }
  return lines
}

/** At most as many as its search for what two texts have in common takes. */
function searchSteps(some: readonly string[], others: readonly string[]): number {
  const count = counted(some)
  let pairs = 0
  for (const line of others) pairs += count.get(line) ?? 0
  return pairs * Math.min(some.length, others.length)
}

function counted(lines: readonly string[]): Map<string, number> {
  const count = new Map<string, number>()
  for (const line of lines) count.set(line, (count.get(line) ?? 0) + 1)
  return count
}

/** The longest run of lines that stand once in each text, in the order of all three. */
function sharedLines([original, mine, theirs]: ThreeTexts): readonly Places[] {
  const [inMine, inTheirs] = [onlyPlaces(mine), onlyPlaces(theirs)]
  const shared: Places[] = []
  for (const [line, place] of onlyPlaces(original)) {
    const [my, their] = [inMine.get(line), inTheirs.get(line)]
    if (my !== undefined && their !== undefined) shared.push([place, my, their])
  }
  const inOrderOfMine = rising(shared, (places) => places[1])
  return rising(inOrderOfMine, (places) => places[2])
}

/** In their order. */
function onlyPlaces(lines: readonly string[]): ReadonlyMap<string, number> {
  const count = counted(lines)
  return new Map(lines.flatMap((line, place) => (count.get(line) === 1 ? [[line, place] as const] : [])))
}

/** The longest part of a list whose numbers rise: each is found by halving. */
function rising<T>(list: readonly T[], numberOf: (one: T) => number): readonly T[] {
  type Link = { readonly one: T; readonly before: Link | null }
  /** At `n` the end of a run of `n + 1` whose last number is the least. */
  const runs: Link[] = []
  for (const one of list) {
    let [low, high] = [0, runs.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const run = runs[middle]
      if (run && numberOf(run.one) < numberOf(one)) low = middle + 1
      else high = middle
    }
    runs[low] = { one, before: runs[low - 1] ?? null }
  }
  const found: T[] = []
  for (let link = runs.at(-1) ?? null; link; link = link.before) found.push(link.one)
  return found.reverse()
}
