/** Reads the folders in samples/: `<case>/model.pml` with what spin says about each of its variants. For tests. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Counts are those of the whole unreduced graph: spin's "stored" and "matched" with -c0. */
export type Expected = {
  readonly defines: Readonly<Record<string, string>>
  readonly verdict: 'holds' | 'violated'
  /** The first complaint of a breadth-first search, by kind. */
  readonly error?: string
  readonly states: number
  readonly matched: number
}

export type Sample = {
  readonly name: string
  readonly file: string
  readonly text: string
  readonly variants: readonly Expected[]
}

const folder = path.join(import.meta.dirname, '../../samples')

export function readSamples(): readonly Sample[] {
  // Tests loop over them: none at all would be a test that cannot fail.
  return some(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => {
        const file = path.join(folder, name, 'model.pml')
        const expected = JSON.parse(readFileSync(path.join(folder, name, 'expected.json'), 'utf8'))
        return { name, file, text: readFileSync(file, 'utf8'), variants: expected.variants }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  )
}

export type SemanticsCase = {
  readonly id: string
  readonly feature: string
  readonly rule: string
  readonly mode: 'safety' | 'ltl' | 'np' | 'acc'
  readonly model: string
  readonly files?: Readonly<Record<string, string>>
  readonly spinFlags?: readonly string[]
  readonly panFlags?: readonly string[]
  /** `ok`, `rejected`, or what pan complained about. */
  readonly verdict: string
  readonly normative: { readonly verdict: boolean; readonly states: boolean }
  readonly outOfScope?: boolean
  readonly stored?: number
  readonly matched?: number
}

/** Small models, one rule each, with the answers of the real spin. */
export function readSemanticsCases(): readonly SemanticsCase[] {
  return ['semantics.json', 'rules.json'].flatMap(readCases)
}

/** How people write who model queues, locks and protocols: pieces of real models, written anew and small. */
export function readIdioms(): readonly SemanticsCase[] {
  return readCases('idioms.json')
}

/** Many more, for who has the time: found by trying one rule after the other from both sides. */
export function readMoreSemanticsCases(): readonly SemanticsCase[] {
  return readCases('more-semantics.json')
}

function readCases(name: string): SemanticsCase[] {
  return [...some<SemanticsCase>(JSON.parse(readFileSync(path.join(folder, name), 'utf8')).cases)]
}

function some<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length === 0) throw new Error(`nothing to compare in ${folder}`)
  return items
}

/** Cases through which spin's simulator walks as its verifier does, whom we follow. */
export function walkableCases(): readonly SemanticsCase[] {
  // Where the two differ: arrays of bits are cut, and `timeout` is always true when a trail is followed.
  const simulatorsOwn = new Set(['da8', 'da9', 'el9'])
  // Flags change what a walk may do; and where spin itself dies there is nothing to compare.
  return readSemanticsCases().filter(
    (item) =>
      !simulatorsOwn.has(item.id) &&
      item.mode === 'safety' &&
      !item.files &&
      !item.spinFlags &&
      item.verdict !== 'rejected' &&
      item.verdict !== 'crash' &&
      !item.outOfScope,
  )
}
