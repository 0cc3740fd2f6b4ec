/** The checker for Node: one call from text to verdict, giving way to other work of the process in between. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Program } from '../4-lower/program.ts'
import { compileModel } from '../compile.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { createSearch, type Progress, type SearchOptions } from '../explore/search.ts'
import type { Verdict } from '../explore/verdict.ts'
import { driveSearch } from './drive.ts'
import type { CheckLimits } from './messages.ts'

export type ModelCheck = {
  readonly files: ReadonlyMap<string, string>
  readonly main: string
  readonly defines: Readonly<Record<string, string>>
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
  const search = createSearch(program, { ...check.options, ...bounds })
  const verdict = await driveSearch(search, {
    now,
    pause: async () => {
      await nextTurn()
    },
    maxMs,
    reportEveryMs: TURN_MS,
    ...(check.onProgress ? { onProgress: check.onProgress } : {}),
  })
  return { kind: 'checked', program, diagnostics, verdict, ms: now() - began }
}
