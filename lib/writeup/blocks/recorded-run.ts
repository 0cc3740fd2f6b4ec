/** A run that was recorded, as a bundle brings it (`evidence/*.json`), and how page and mail speak of it. */
import { plainNumber } from '#lib/figures.ts'

export type RunFact = { readonly name: string; readonly value: string }

export type RecordedRun = {
  readonly name: string
  readonly how: 'run' | 'read' | 'inferred'
  readonly title: string
  readonly where: string
  readonly source: string
  /** What was done, a line for each step. */
  readonly did: readonly string[]
  readonly expected: readonly RunFact[]
  readonly seen: readonly RunFact[]
  /** null: it was not run. */
  readonly runs: number | null
  /** How many of the runs were other than expected. */
  readonly differing: number
}

/** How it is known, in a few words: the same on page and in mail. */
export function knownBy({ how, runs, differing }: Pick<RecordedRun, 'how' | 'runs' | 'differing'>): string {
  if (how !== 'run' || runs === null) return `${how}, not run`
  const times = runs === 1 ? 'run once' : `run ${plainNumber(runs)} times`
  if (differing === 0) return `${times}, as expected`
  return `${times}, other than expected${differing === runs ? '' : ` in ${plainNumber(differing)}`}`
}

/** The values side by side; null: it was not expected, or not seen. */
export function comparedFacts({ expected, seen }: Pick<RecordedRun, 'expected' | 'seen'>) {
  const was = new Map(seen.map(({ name, value }) => [name, value]))
  const known = new Set(expected.map(({ name }) => name))
  return [
    ...expected.map(({ name, value }) => ({ name, expected: value, seen: was.get(name) ?? null })),
    ...seen.flatMap(({ name, value }) => (known.has(name) ? [] : [{ name, expected: null, seen: value }])),
  ]
}
