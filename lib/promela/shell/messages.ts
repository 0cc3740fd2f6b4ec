/**
 * What page and checker worker say to each other. A worker does one job at a time; a new `check` replaces the
 * old one. Every answer carries the `job` it belongs to, so late ones can be dropped.
 */
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { EngineName } from '#lib/promela/engine-name.ts'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import type { Property } from '#lib/promela/search/property.ts'
import type { Progress } from '#lib/promela/search/search.ts'

export type CheckLimits = {
  readonly maxStates?: number
  readonly maxMemoryBytes?: number
  /** Wall clock; the verdict is then `unfinished` with bound `time`. */
  readonly maxMs?: number
}

export type ToWorker =
  | {
      readonly kind: 'check'
      readonly job: number
      /** By path; a plain array of pairs, so that the message is plain data. */
      readonly files: readonly (readonly [path: string, text: string])[]
      readonly main: string
      readonly defines: Readonly<Record<string, string>>
      /** As in `CompileInput`: the model with one thing broken, and under x86-TSO. */
      readonly mutant?: string
      readonly storeBuffers?: number
      readonly property: Property
      readonly order?: 'bfs' | 'dfs'
      readonly limits?: CheckLimits
    }
  | { readonly kind: 'cancel'; readonly job: number }

export type FromWorker =
  /** The text is not a model: nothing was searched. */
  | { readonly kind: 'rejected'; readonly job: number; readonly diagnostics: readonly Diagnostic[] }
  /** At least every 100 ms while the search runs. */
  | {
      readonly kind: 'progress'
      readonly job: number
      readonly progress: Progress
      readonly elapsedMs: number
    }
  | {
      readonly kind: 'verdict'
      readonly job: number
      readonly verdict: Verdict
      /** The one that gave it. */
      readonly engine?: EngineName
      readonly diagnostics: readonly Diagnostic[]
      readonly elapsedMs: number
    }
  /** A bug in the checker, never the model's fault. */
  | { readonly kind: 'failed'; readonly job: number; readonly message: string }
