/**
 * One model, once with each of our engines and once with the installed spin: do verdict and counts agree?
 *
 * What is compared is the unreduced graph, all of it (`allErrors`, `pan -c0`). Of properties other than safety only the
 * verdict is: Spin looks for cycles on a graph of its own. Where Spin is known to be wrong the caller says so, and
 * then what semantics asks for is what ours must say.
 */
import { compileModel } from '#lib/promela/compile.ts'
import { type EngineName, engineNames } from '#lib/promela/engine-name.ts'
import { type Property, parseProperty } from '#lib/promela/search/property.ts'
import { createEngineSearch } from '#lib/promela/shell/search-engine.ts'
import { runSpin } from '#lib/promela/shell/spin.ts'
import { readExamples } from './examples.ts'
import { randomModel, seededRandom } from './random-model.ts'
import { readIdioms, readSamples, readSemanticsCases, type SemanticsCase } from './samples.ts'

export type ModelBesideSpin = {
  readonly name: string
  readonly text: string
  /** By path; `text` is `m.pml`. */
  readonly included?: ReadonlyMap<string, string>
  readonly defines?: Readonly<Record<string, string>>
  readonly property?: Property
  readonly spinFlags?: readonly string[]
  readonly panFlags?: readonly string[]
  readonly gccFlags?: readonly string[]
  /** Where Spin is wrong, or says nothing in these words: what must be said. */
  readonly wanted?: 'holds' | 'violated' | 'rejected'
  /** Counts say nothing: Spin stops at a fault of this kind, or another graph is searched. */
  readonly uncounted?: boolean
  /** Put together without asking what Spin refuses: then there is nothing to compare. */
  readonly random?: boolean
}

export type Answer =
  | { readonly kind: 'holds' | 'violated'; readonly states: number; readonly matched: number }
  | { readonly kind: 'rejected' | 'unfinished' | 'failed'; readonly why: string }

export type Compared = {
  readonly name: string
  readonly ours: readonly { readonly engine: EngineName; readonly answer: Answer }[]
  readonly theirs: Answer
  /** `skipped`: one of the two did not come to an end, so there is nothing to compare. */
  readonly outcome: 'same' | 'different' | 'skipped'
}

/** More states than this are not waited for. */
const MAX_STATES = 1_500_000
const MAX_MS = 30_000

/** The engines that a property can be searched with. */
export function enginesFor(property: Property): readonly EngineName[] {
  return property === 'safety' ? engineNames : ['interpreter']
}

export async function compareWithSpin(model: ModelBesideSpin): Promise<Compared> {
  const property = model.property ?? 'safety'
  const ours = enginesFor(property).map((engine) => ({ engine, answer: ask(model, property, engine) }))
  const theirs = model.wanted
    ? ({ kind: 'rejected', why: 'not asked' } as const)
    : await askSpin(model, property)
  const outcomes = ours.map(({ answer }) => outcomeOf(model, property, answer, theirs))
  const outcome = outcomes.includes('different') ? 'different' : (outcomes[0] ?? 'skipped')
  return { name: model.name, ours, theirs, outcome }
}

function ask(model: ModelBesideSpin, property: Property, engine: EngineName): Answer {
  const { text, included, defines = {}, spinFlags = [], panFlags = [] } = model
  const { program, diagnostics } = compileModel({
    files: new Map([...(included ?? []), ['m.pml', text]]),
    main: 'm.pml',
    defines,
    unless: panFlags.includes('-J') ? 'inner-first' : 'outer-first',
  })
  if (!program) return { kind: 'rejected', why: diagnostics[0]?.message ?? '' }
  const search = createEngineSearch(
    program,
    property,
    {
      allErrors: true,
      lossy: spinFlags.includes('-m'),
      channelsEmpty: panFlags.includes('-q'),
      maxStates: MAX_STATES,
    },
    engine,
  )
  if (!search.ok) return { kind: 'rejected', why: search.error }
  const began = performance.now()
  while (!search.value.step(50_000).done) {
    if (performance.now() - began > MAX_MS) search.value.stop('time')
  }
  const verdict = search.value.verdict()
  if (!verdict || verdict.kind === 'unfinished')
    return { kind: 'unfinished', why: verdict?.kind === 'unfinished' ? verdict.message : '' }
  // The bound may be hit after a violation: then the counts are those of a part.
  if (verdict.counts.states >= MAX_STATES) return { kind: 'unfinished', why: 'too many states' }
  return { kind: verdict.kind, states: verdict.counts.states, matched: verdict.counts.matched }
}

/** Faults at which pan stops, whatever it was told. */
const FATAL =
  /block in d_step|blocking sel|wrong nr of msg|rv-attempt in d_step|uninitialized chan|aborting|bad queue/

async function askSpin(model: ModelBesideSpin, property: Property): Promise<Answer> {
  const { text, included, defines = {}, spinFlags, panFlags = [], gccFlags = [] } = model
  const gcc = property === 'safety' ? gccFlags : ['-USAFETY', ...gccFlags]
  try {
    const spin = await runSpin({ text, ...(included ? { included } : {}) }, defines, {
      spin: (spinFlags ?? []).filter((flag) => flag !== '-J' && !flag.startsWith('-D')),
      pan: panFlags,
      gcc,
    })
    if (Number.isNaN(spin.errors)) return { kind: 'failed', why: 'pan came to no end' }
    if (spin.outOfMemory || (spin.truncated && property === 'safety'))
      return { kind: 'unfinished', why: 'pan left something out' }
    if (spin.complaint !== null && FATAL.test(spin.complaint))
      return { kind: 'violated', states: Number.NaN, matched: Number.NaN }
    return { kind: spin.errors > 0 ? 'violated' : 'holds', states: spin.states, matched: spin.matched }
  } catch (error) {
    return {
      kind: 'rejected',
      why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    }
  }
}

function outcomeOf(
  model: ModelBesideSpin,
  property: Property,
  ours: Answer,
  theirs: Answer,
): Compared['outcome'] {
  if (model.wanted) return ours.kind === model.wanted ? 'same' : 'different'
  if (ours.kind === 'unfinished' || theirs.kind === 'unfinished' || theirs.kind === 'failed') return 'skipped'
  if (model.random && theirs.kind === 'rejected') return 'skipped'
  if (ours.kind !== theirs.kind) return 'different'
  if (!('states' in ours) || !('states' in theirs)) return 'same'
  if (property !== 'safety' || model.uncounted || Number.isNaN(theirs.states)) return 'same'
  return ours.states === theirs.states && ours.matched === theirs.matched ? 'same' : 'different'
}

// --- What there is to compare -------------------------------------------------------------------------------

/** Spin's verdict is wrong here (nimble-code/Spin#38), or it ran what we never run, or it was ended by the fault. */
const wanted: Readonly<Record<string, ModelBesideSpin['wanted']>> = {
  'fair-terminated-38': 'violated',
  'c-code': 'rejected',
  // Spin says that the range is empty, writes its verifier all the same, and ends with an error code.
  'for-empty': 'holds',
  'data-div-zero': 'violated',
  // Refused by the spin of December 2019, right since March 2020 (nimble-code/Spin#21).
  td10: 'holds',
}

export function casesBesideSpin(): readonly ModelBesideSpin[] {
  return [...readSemanticsCases(), ...readIdioms()].map((item) => {
    const answer = wanted[item.id]
    const defines = (item.spinFlags ?? []).flatMap((flag) => {
      const [, name, value = ''] = /^-D(\w+)(?:=(.*))?$/.exec(flag) ?? []
      return name === undefined ? [] : [[name, value] as const]
    })
    return {
      name: item.id,
      text: item.model,
      defines: Object.fromEntries(defines),
      property: propertyOf(item),
      uncounted: !item.normative.states,
      ...(item.files ? { included: new Map(Object.entries(item.files)) } : {}),
      ...(item.spinFlags ? { spinFlags: item.spinFlags } : {}),
      ...(item.panFlags ? { panFlags: item.panFlags } : {}),
      ...(item.mode === 'np' ? { gccFlags: ['-DNP'] } : {}),
      ...(answer ? { wanted: answer } : {}),
    }
  })
}

/** The property that a recorded command line of pan asked for. */
export function propertyOf({ mode, panFlags = [] }: SemanticsCase): Property {
  if (mode === 'safety') return 'safety'
  const name = panFlags.includes('-N') ? panFlags[panFlags.indexOf('-N') + 1] : 'claim'
  const words = mode === 'np' ? 'progress' : mode === 'acc' ? 'accept' : name
  return parseProperty(`${panFlags.includes('-f') ? 'fair ' : ''}${words}`) ?? 'safety'
}

export function samplesBesideSpin(): readonly ModelBesideSpin[] {
  return readSamples().flatMap(({ name, text, variants }) =>
    variants.map(({ defines }) => ({
      name: [
        name,
        ...Object.entries(defines).map(([key, value]) => (value === '' ? key : `${key}=${value}`)),
      ].join(' '),
      text,
      defines,
      gccFlags: ['-DNOCLAIM'],
    })),
  )
}

/** Models that Debian packages with spin; none when it is not installed. */
export function examplesBesideSpin(): readonly ModelBesideSpin[] {
  return readExamples().map(({ name, text, included }) => ({
    name,
    text,
    included,
    gccFlags: ['-DNOCLAIM', '-DVECTORSZ=4096'],
  }))
}

export function randomBesideSpin(count: number, first: number): readonly ModelBesideSpin[] {
  return Array.from({ length: count }, (_, at) => {
    const seed = first + at
    const escapes = seed % 4 === 0
    const inner = seed % 8 === 0
    return {
      name: `random ${seed}`,
      text: randomModel(seededRandom(seed), escapes ? 'unless' : 'mixed'),
      random: true,
      ...(inner ? { panFlags: ['-J'] } : {}),
    }
  })
}
