/**
 * What is compiled and searched: a variant of the published model, or what the reader made of it to see whether the
 * claim notices. One value, so that a verdict can never stand beside another text than the one that was searched.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { type CompileInput, parseModel } from '#lib/promela/compile.ts'
import { annotatedNames } from '#lib/promela/memory-order/words.ts'
import { listMutants, type Mutant } from '#lib/promela/mutate/mutants.ts'
import { type Property, parseProperty } from '#lib/promela/search/property.ts'
import { sourceFile } from '#lib/promela/source.ts'
import { type SimulationData, variantNamed } from './simulation-data.ts'

export type Setting = {
  readonly variant: string
  /** What is asked, in the words of `search/property.ts`: `safety`, the name of an ltl block, `progress` … */
  readonly property: string
  /** Entries of the store buffers of x86-TSO; `null`: sequential consistency. */
  readonly storeBuffers: number | null
  /** What is broken on purpose. */
  readonly mutant: Mutant | null
  /** The files as the reader changed them. They never leave the page. */
  readonly edited: SimulationData['files'] | null
}

export const SAFETY = 'safety'

/** A page offers one length: one entry finds most, two find what one cannot, more are for the command line. */
export const PAGE_STORE_BUFFERS = 2

export function publishedSetting(variant: string, property = SAFETY): Setting {
  return { variant, property, storeBuffers: null, mutant: null, edited: null }
}

/** The text is that of the revision. (Under which memory order is another question.) */
export function isPublished({ mutant, edited }: Setting): boolean {
  return mutant === null && edited === null
}

/** Equal for equal settings; the name of the variant alone when nothing else was chosen. */
export function settingKey({ variant, property, storeBuffers, mutant, edited }: Setting): string {
  if (property === SAFETY && storeBuffers === null && mutant === null && edited === null) return variant
  return JSON.stringify([variant, property, storeBuffers, mutant?.id ?? null, edited])
}

/** "three-waiters, x86-TSO, without smp_mb() in line 42" */
export function settingWords({ variant, property, storeBuffers, mutant, edited }: Setting): string {
  const words = [variant]
  if (property !== SAFETY) words.push(property)
  if (storeBuffers !== null) words.push('x86-TSO')
  if (edited) words.push('with your changes')
  if (mutant) words.push(mutantWords(mutant))
  return words.join(', ')
}

export function mutantWords({ description, span, inline }: Mutant): string {
  return `${description} in line ${span.line}${inline === null ? '' : ` (in each ${inline})`}`
}

/** The data as they are in this setting: with the reader's files, if he changed them. */
export function dataIn(data: SimulationData, { edited }: Setting): SimulationData {
  return edited ? { ...data, files: edited } : data
}

export function definesIn(data: SimulationData, { variant }: Setting): Readonly<Record<string, string>> {
  return variantNamed(data, variant)?.defines ?? {}
}

export function inputIn(data: SimulationData, setting: Setting): CompileInput {
  return {
    files: new Map(dataIn(data, setting).files),
    main: data.main,
    defines: definesIn(data, setting),
    ...(setting.storeBuffers === null ? {} : { storeBuffers: setting.storeBuffers }),
    ...(setting.mutant === null ? {} : { mutant: setting.mutant.id }),
  }
}

/** The variables that the model annotates for store buffers; mostly none. */
export function annotatedIn(data: SimulationData): readonly string[] {
  return annotatedNames(data.files.map(([path, text]) => sourceFile(path, text)))
}

/** What is asked, as the search takes it. Words that are no property cannot be chosen, and mean safety. */
export function propertyOf({ property }: Setting): Property {
  return parseProperty(property) ?? SAFETY
}

/** What can be asked of a program, in words; of runs that may be unfair, and of fair ones only. */
export function propertiesIn({ claims, never, proctypes }: Program): readonly string[] {
  const states = proctypes.flatMap((proctype) => proctype.states)
  const endless = [
    ...claims.map(({ name }) => name),
    ...(never === null ? [] : ['claim']),
    ...(states.some((state) => state.progress) ? ['progress'] : []),
    ...(states.some((state) => state.accept) ? ['accept'] : []),
  ]
  return [SAFETY, ...endless.flatMap((name) => [name, `fair ${name}`])]
}

/** The property that was recorded for a variant, safety before all others. */
export function recordedProperty(data: SimulationData, variant: string): string {
  const recorded = data.recorded.filter((item) => item.variant === variant).map((item) => item.property)
  return recorded.includes(SAFETY) ? SAFETY : (recorded[0] ?? SAFETY)
}

/** What can be broken; nothing in a text that does not parse. */
export function mutantsIn(data: SimulationData, setting: Setting): readonly Mutant[] {
  const { model, files, diagnostics } = parseModel(inputIn(data, { ...setting, mutant: null }))
  return diagnostics.some(({ severity }) => severity === 'error') ? [] : listMutants(model, files)
}
