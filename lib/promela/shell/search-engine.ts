/**
 * Which engine searches: the interpreter, or code that is made for the model.
 *
 * Making code takes about as long as interpreting ten thousand steps, so a search begins in the interpreter and a small
 * one ends there. A larger one starts again in code, which comes past the same point at once. All engines give the same
 * counts, verdicts and traces, so who is asked for an answer does not care; the report names the engine that gave it.
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import { createEmittedSearch } from '#lib/promela/emit/engine.ts'
import type { EngineHost } from '#lib/promela/emit/host.ts'
import type { EngineChoice, EngineName } from '#lib/promela/engine-name.ts'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import { createPropertySearch } from '#lib/promela/search/check-property.ts'
import type { Property } from '#lib/promela/search/property.ts'
import type { Progress, Search, SearchOptions } from '#lib/promela/search/search.ts'
import { ok, type Result } from '#lib/result.ts'
import { javaScriptHost, wasmHost } from './instantiate.ts'

export type EngineSearch = Search & {
  /** Who searches now. Another than the one that was asked for when it could not. */
  readonly engine: EngineName
}

/** Steps that the interpreter takes before code is made. */
const INTERPRETED_STEPS = 8_000

/** The error says, for a reader, which claim the model does not have. */
export function createEngineSearch(
  program: Program,
  property: Property,
  options: SearchOptions,
  choice: EngineChoice,
  /** In order of preference: those that may be tried. A page's policy allows WebAssembly and no other code. */
  hosts: readonly EngineHost[] = [wasmHost, javaScriptHost],
): Result<EngineSearch, string> {
  const interpreted = createPropertySearch(program, property, options)
  if (!interpreted.ok) return interpreted
  const allowed = choice === 'auto' ? hosts : hosts.filter(({ engine }) => engine === choice)
  // Code is made for states; cycles are found on edges. Who listens to faults would hear the first ones twice.
  const isTried = property === 'safety' && !(choice === 'auto' && options.onFault)
  const tried = isTried ? allowed : []
  const steps = choice === 'auto' ? INTERPRETED_STEPS : 0
  return ok(new ChangingSearch(program, options, interpreted.value, tried, steps))
}

class ChangingSearch implements EngineSearch {
  readonly #program: Program
  readonly #options: SearchOptions
  readonly #hosts: readonly EngineHost[]
  #search: Search
  /** Steps until the change; `null` when it was made, or will not be. */
  #stepsLeft: number | null
  engine: EngineName = 'interpreter'

  constructor(
    program: Program,
    options: SearchOptions,
    search: Search,
    hosts: readonly EngineHost[],
    steps: number,
  ) {
    this.#program = program
    this.#options = options
    this.#search = search
    this.#hosts = hosts
    this.#stepsLeft = hosts.length > 0 ? steps : null
  }

  step(budget: number): Progress {
    if (this.#stepsLeft === null || budget <= 0) return this.#search.step(budget)
    if (this.#stepsLeft > 0) {
      const progress = this.#search.step(Math.min(budget, this.#stepsLeft))
      this.#stepsLeft -= budget
      if (progress.done || this.#stepsLeft > 0) return progress
    }
    const before = this.#search.step(0).states
    this.#change()
    // What was found stays found: nobody is told of fewer states than before.
    let progress = this.#search.step(budget)
    while (!progress.done && progress.states < before) progress = this.#search.step(budget)
    return progress
  }

  verdict(): Verdict | null {
    return this.#search.verdict()
  }

  stop(bound: 'time' | 'cancelled'): Verdict {
    return this.#search.stop(bound)
  }

  #change(): void {
    this.#stepsLeft = null
    for (const host of this.#hosts) {
      const emitted = createEmittedSearch(this.#program, this.#options, host)
      if (!emitted.ok) continue
      this.#search = emitted.value
      this.engine = host.engine
      return
    }
  }
}
