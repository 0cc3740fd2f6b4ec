/**
 * The mutation check: every mutant of a model against every claim that holds of it.
 *
 * The text is parsed once; each mutant is lowered anew, which costs a millisecond, and searched until its first
 * error. Mutants whose program is that of the model or of an earlier mutant are not searched at all.
 *
 * What no claim notices has *survived*. One case is told apart: a swap, a guard or an indivisibility whose loss leaves
 * the number of states, matches and transitions as it was is by all appearance *equivalent*, the same system written
 * otherwise. (Counts can agree by chance, so such mutants are listed, too.) What leaves a statement out is never
 * called equivalent for its counts: without `cqe_posted++` the graph looks the same, and that nobody asks for the
 * completion is exactly what the author should hear.
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import { type CompileInput, compileParsed, parseModel } from '#lib/promela/compile.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { Counts, Verdict } from '#lib/promela/machine/verdict.ts'
import { fingerprint } from '#lib/promela/mutate/fingerprint.ts'
import { listMutants, type Mutant } from '#lib/promela/mutate/mutants.ts'
import { createPropertySearch } from '#lib/promela/search/check-property.ts'
import { type Property, parseProperty } from '#lib/promela/search/property.ts'
import type { Search, SearchOptions } from '#lib/promela/search/search.ts'
import { err, invariant, type Result } from '#lib/result.ts'
import { type Answer, answerOf, mutantBound } from './answer.ts'

/** Words of `search/property.ts`: `safety`, the name of an ltl block, `claim`, `progress`, `accept`. */
export type PropertyName = string

export type MutantResult = {
  readonly mutant: Mutant
  readonly status: 'noticed' | 'survived' | 'equivalent' | 'unfinished' | 'stillborn'
  /** In the order of `MutationReport.properties`; empty when stillborn. */
  readonly answers: readonly Answer[]
  /** Id of an earlier mutant that is the same program; its answers are repeated here. `model`: the model itself. */
  readonly sameAs: string | null
  /** Why it is no model. */
  readonly stillborn: string | null
}

export type MutationReport = {
  /** The claims that hold of the model itself: only they can notice anything. */
  readonly properties: readonly PropertyName[]
  /** Claims that were asked for and do not hold of the model, with what was found. */
  readonly excluded: readonly { readonly property: PropertyName; readonly verdict: Verdict }[]
  /** Why what was asked for is no claim of this model. */
  readonly unknown: readonly string[]
  /** Of the model, by property. */
  readonly base: ReadonlyMap<PropertyName, Counts>
  readonly mutants: readonly MutantResult[]
  /** Stopped on request: the mutants that are missing were not looked at. */
  readonly cancelled: boolean
  readonly total: number
}

export type MutationOptions = {
  /** Default: safety, every ltl block, and the never claim. */
  readonly properties?: readonly PropertyName[]
  /** Also `lossy` and the like. `maxStates` bounds the model; a mutant may have twenty times its states at most. */
  readonly search?: SearchOptions
  readonly fair?: boolean
  /** What makes a search; default the interpreter. Engines that emit code are of the shell. */
  readonly open?: (program: Program, property: Property, options: SearchOptions) => Result<Search, string>
  /** Runs a search to its end or to a bound of its own: time is up to whoever has a clock. `null`: the model itself. */
  readonly run: (search: Search, mutant: Mutant | null) => Promise<Verdict>
  readonly onProgress?: (progress: MutationProgress) => void
  readonly cancelled?: () => boolean
}

export type MutationProgress = {
  readonly done: number
  readonly total: number
  /** `null` while the model itself is checked. */
  readonly mutant: Mutant | null
}

/** `null`: the text is no model (its diagnostics are those of `compileModel`). */
export async function checkMutants(
  input: CompileInput,
  options: MutationOptions,
): Promise<MutationReport | null> {
  const parsed = parseModel(input)
  if (parsed.diagnostics.some(({ severity }) => severity === 'error')) return null
  const { program } = compileParsed(parsed, input)
  if (!program) return null
  const mutants = listMutants(parsed.model, parsed.files)
  const wanted = options.properties ?? [
    'safety',
    ...program.claims.map(({ name }) => name),
    ...(program.never === null ? [] : ['claim']),
  ]
  const unknown: string[] = []
  const base = new Map<PropertyName, Counts>()
  const excluded: { property: PropertyName; verdict: Verdict }[] = []
  for (const property of wanted) {
    options.onProgress?.({ done: 0, total: mutants.length, mutant: null })
    const search = openSearch(program, property, options, null)
    if (!search.ok) {
      unknown.push(search.error)
      continue
    }
    const verdict = await options.run(search.value, null)
    if (verdict.kind === 'holds') base.set(property, verdict.counts)
    else excluded.push({ property, verdict })
  }
  const properties = [...base.keys()]
  const results: MutantResult[] = []
  const known = new Map<string, Pick<MutantResult, 'status' | 'answers'> & { readonly id: string }>()
  known.set(fingerprint(program), {
    id: 'model',
    status: 'equivalent',
    answers: properties.map((name) => ({ kind: 'equivalent', states: base.get(name)?.states ?? 0 })),
  })
  let stopped = properties.length === 0
  for (const mutant of stopped ? [] : mutants) {
    options.onProgress?.({ done: results.length, total: mutants.length, mutant })
    stopped = options.cancelled?.() ?? false
    if (stopped) break
    const compiled = compileParsed(parsed, { ...input, mutant: mutant.id })
    if (!compiled.program) {
      const stillborn = complaint(compiled.diagnostics)
      results.push({ mutant, status: 'stillborn', answers: [], sameAs: null, stillborn })
      continue
    }
    const key = fingerprint(compiled.program)
    const twin = known.get(key)
    if (twin) {
      const { status, answers } = twin
      results.push({ mutant, status, answers, sameAs: twin.id, stillborn: null })
      continue
    }
    const answers: Answer[] = []
    for (const [property, counts] of base) {
      const search = openSearch(compiled.program, property, options, counts)
      invariant(search.ok, 'a mutant has the claims of its model')
      answers.push(answerOf(await options.run(search.value, mutant), counts, mutant.kind))
    }
    const status = statusOf(answers)
    // What was cut short by Ctrl-C is no result.
    stopped = options.cancelled?.() ?? false
    if (stopped) break
    known.set(key, { id: mutant.id, status, answers })
    results.push({ mutant, status, answers, sameAs: null, stillborn: null })
  }
  const cancelled = stopped && properties.length > 0
  return { properties, excluded, unknown, base, mutants: results, cancelled, total: mutants.length }
}

function openSearch(
  program: Program,
  name: PropertyName,
  { search = {}, fair = false, open = createPropertySearch }: MutationOptions,
  base: Counts | null,
): Result<Search, string> {
  const property = parseProperty(fair && name !== 'safety' ? `fair ${name}` : name)
  if (!property) return err(`${name} is no property`)
  const bounds = base ? { maxStates: mutantBound(base) } : {}
  return open(program, property, { ...search, ...bounds, allErrors: false })
}

function statusOf(answers: readonly Answer[]): MutantResult['status'] {
  for (const status of ['noticed', 'unfinished', 'survived'] as const)
    if (answers.some(({ kind }) => kind === status)) return status
  return 'equivalent'
}

function complaint(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'it does not compile'
}
