/** The checker for Node: one call from text to verdict, giving way to other work of the process in between. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { EngineChoice, EngineName } from '#lib/promela/engine-name.ts'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import { claimDiagnostics } from '#lib/promela/search/check-property.ts'
import type { Property } from '#lib/promela/search/property.ts'
import type { Progress, SearchOptions } from '#lib/promela/search/search.ts'
import { driveSearch } from './drive.ts'
import type { CheckLimits } from './messages.ts'
import { createEngineSearch } from './search-engine.ts'

export type ModelCheck = {
  readonly files: ReadonlyMap<string, string>
  readonly main: string
  readonly defines: Readonly<Record<string, string>>
  /** Default `safety`. */
  readonly property?: Property
  /** Default `auto`. */
  readonly engine?: EngineChoice
  readonly options?: Omit<SearchOptions, 'maxStates' | 'maxMemoryBytes'>
  readonly limits?: CheckLimits
  readonly onProgress?: (progress: Progress, elapsedMs: number) => void
  /** Milliseconds from anywhere. Default `performance.now`. */
  readonly now?: () => number
}

export type CheckedModel =
  | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'checked'
      readonly program: Program
      readonly diagnostics: readonly Diagnostic[]
      readonly verdict: Verdict
      /** The one that gave the verdict. */
      readonly engine: EngineName
      readonly ms: number
    }

/** The event loop is never held longer than about this. */
const TURN_MS = 15

export async function checkModel(check: ModelCheck): Promise<CheckedModel> {
  const now = check.now ?? (() => performance.now())
  const began = now()
  const { program, diagnostics } = compileModel(check)
  if (!program) return { kind: 'rejected', diagnostics }
  const { maxMs, ...bounds } = check.limits ?? {}
  const search = createEngineSearch(
    program,
    check.property ?? 'safety',
    { ...check.options, ...bounds },
    check.engine ?? 'auto',
  )
  if (!search.ok) return { kind: 'rejected', diagnostics: claimDiagnostics(program, search.error) }
  const verdict = await driveSearch(search.value, {
    now,
    pause: async () => {
      await nextTurn()
    },
    maxMs,
    reportEveryMs: TURN_MS,
    ...(check.onProgress ? { onProgress: check.onProgress } : {}),
  })
  return { kind: 'checked', program, diagnostics, verdict, engine: search.value.engine, ms: now() - began }
}
