/** What a page hands to a simulation: plain data only, because it crosses from the server into the island. */
import type { Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import type { StoryFilter } from './story-filter.ts'

/** One named set of `-D` defines of a model. The first one of a model is its default. */
export type ModelVariant = {
  readonly name: string
  /** `-D`: an empty string defines the name alone. */
  readonly defines: Readonly<Record<string, string>>
}

/** What the checker found when the revision was published. It belongs to the revision and never changes. */
export type RecordedVerdict = {
  readonly variant: string
  readonly property: string
  readonly verdict: 'holds' | 'violated' | 'unfinished' | 'stale'
  /** For a reader: "assertion violated: !wake_returned". Empty when the verdict says it all. */
  readonly summary: string
  readonly states: number
  /** In moves; an atomic is one. */
  readonly depth: number
  readonly checkerVersion: string
  /** What the text claims; absent when no claim is about this variant. */
  readonly expect?: 'holds' | 'violated'
  /** Step indices from the initial state. */
  readonly trace?: readonly number[]
  /** Of a run without end: how many steps of `trace` come before the part that repeats for ever. */
  readonly cycleStart?: number
}

/** A claim of the text about this model; its verdict is the one recorded for the variant and property. */
export type ClaimAbout = {
  readonly id: string
  readonly variant: string
  readonly property: string
  readonly expect: 'holds' | 'violated'
  /** Without markup, and cut where it is very long. */
  readonly sentence: string
}

export type SimulationData = {
  /** Of the component in the text: names the permalinks `#sim-<id>=…`. */
  readonly id: string
  readonly slug: string
  readonly revision: number
  readonly model: string
  /** The variant that is shown first. */
  readonly variant: string
  readonly variants: readonly ModelVariant[]
  /** The include closure, by path in the bundle; `main` is one of them. */
  readonly files: readonly (readonly [path: string, text: string])[]
  readonly main: string
  readonly recorded: readonly RecordedVerdict[]
  /** The words of the domain; absent: the model's own names. */
  readonly vocabulary?: Vocabulary
  /** Of those claims the one that the reader comes from, by its id. */
  readonly claim?: string
  /** A few of them, that one first; absent: none. */
  readonly claims?: readonly ClaimAbout[]
  /** A schedule of `variant` to open with. */
  readonly initialTrace?: readonly number[]
  /** What of the story the address asks for; absent: all of it. */
  readonly filter?: StoryFilter
}

export type SimulationLayout = 'inline' | 'full'

/** `null` when the variant is not one of the model's. */
export function variantNamed(data: Pick<SimulationData, 'variants'>, name: string): ModelVariant | null {
  return data.variants.find((variant) => variant.name === name) ?? null
}

/** The claims about what is shown, the one that the reader comes from first. */
export function claimsAbout(
  { claims = [] }: Pick<SimulationData, 'claims'>,
  variant: string,
  property: string,
): readonly ClaimAbout[] {
  return claims.filter((claim) => claim.variant === variant && claim.property === property)
}

/** "WAITERS=3, INC_AFTER_READ": what a verdict is about, in words. */
export function parameterWords(defines: Readonly<Record<string, string>>): string {
  const words = Object.entries(defines).map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return words.length > 0 ? words.join(', ') : 'the defaults of the model'
}

/** The id of a line of the source listing; lines count from 1. Other files than the main one carry their place. */
export function lineId(simulationId: string, fileIndex: number, line: number): string {
  return fileIndex === 0 ? `sim-${simulationId}-L${line}` : `sim-${simulationId}-F${fileIndex}-L${line}`
}
