/** The search for a property: of states for safety, of cycles for all others. */

import type { Program } from '#lib/promela/4-lower/program.ts'
import { type Diagnostic, DiagnosticList } from '#lib/promela/diagnostic.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { createCycleSearch, type Goal } from './product.ts'
import type { Property } from './property.ts'
import { createSearch, type Search, type SearchOptions } from './search.ts'

/** The error says, for a reader, which claim the model does not have. */
export function createPropertySearch(
  program: Program,
  property: Property,
  options: SearchOptions = {},
): Result<Search, string> {
  if (property === 'safety') return ok(createSearch(program, options))
  const goal = goalOf(program, property)
  if (!goal.ok) return goal
  const { maxStates, maxMemoryBytes, lossy } = options
  return ok(
    createCycleSearch(program, goal.value, {
      fair: property.fair,
      ...(maxStates === undefined ? {} : { maxStates }),
      ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
      ...(lossy === undefined ? {} : { lossy }),
    }),
  )
}

/** The same complaint as a diagnostic of the model, for who shows those. */
export function claimDiagnostics({ main }: Program, message: string): readonly Diagnostic[] {
  const list = new DiagnosticList()
  list.report('unknown-claim', message, { file: main, line: 1, column: 1, endLine: 1, endColumn: 1 })
  return list.items
}

/** Spin takes several, each with a name (pan's -N); the first one is that of `claim`. */
function neverClaims({ proctypes }: Program): readonly { readonly name: string; readonly index: number }[] {
  return proctypes.filter(({ kind }) => kind === 'never')
}

/** Safety, then each claim of the model in its order; those of runs are asked of fair ones where that is said. */
export function everyProperty(program: Program, fair: boolean): readonly Property[] {
  const names = [...program.claims, ...neverClaims(program)].map(({ name }) => name)
  return ['safety', ...names.map((name) => ({ kind: 'ltl', name, fair }) as const)]
}

/** The claims of a model that a search for `property` does not look at, in words. */
export function unaskedClaims(program: Program, property: Property): readonly string[] {
  const nevers = neverClaims(program)
  const goal = property === 'safety' ? null : goalOf(program, property)
  const asked = goal?.ok ? goal.value : null
  return [
    ...nevers
      .filter(({ index }) => !(asked?.kind === 'never' && asked.proctype === index))
      .map(({ name }) => (name === 'never' ? 'the never claim' : `the never claim ${name}`)),
    ...program.claims
      .filter((claim) => !(asked?.kind === 'formula' && asked.claim === claim))
      .map(({ name }) => `ltl ${name}`),
  ]
}

export function goalOf(program: Program, property: Exclude<Property, 'safety'>): Result<Goal, string> {
  switch (property.kind) {
    case 'progress':
    case 'accept':
      return ok({ kind: property.kind })
    case 'claim': {
      if (program.never !== null) return ok({ kind: 'never', proctype: program.never })
      const [claim] = program.claims
      return claim
        ? ok({ kind: 'formula', claim })
        : err('the model has neither a never claim nor an ltl block')
    }
    case 'ltl': {
      const claim = program.claims.find(({ name }) => name === property.name)
      if (claim) return ok({ kind: 'formula', claim })
      const never = neverClaims(program).find(({ name }) => name === property.name)
      if (never) return ok({ kind: 'never', proctype: never.index })
      const names = [...program.claims, ...neverClaims(program)].map(({ name }) => name).join(', ')
      return err(`the model has no ltl block ${property.name}${names ? `; it has ${names}` : ''}`)
    }
  }
}
