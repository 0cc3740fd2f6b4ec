/**
 * "Explore all", as the page sees it: one search at a time, driven by messages of the worker.
 *
 * Each message carries the number of its job. An answer to a job that the reader has cancelled or replaced
 * changes nothing, so a late verdict can never stand under the wrong variant.
 */
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { EngineName } from '#lib/promela/engine-name.ts'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import type { Property } from '#lib/promela/search/property.ts'
import type { Progress } from '#lib/promela/search/search.ts'
import type { FromWorker } from '#lib/promela/shell/messages.ts'
import { unreachable } from '#lib/result.ts'

export type Check =
  | {
      readonly kind: 'running'
      readonly job: number
      /** Of what is searched (`settingKey`), and its words for the reader. */
      readonly key: string
      readonly variant: string
      readonly property: Property
      /** `null` until the worker first reports. */
      readonly progress: Progress | null
      readonly elapsedMs: number
      /** The reader has asked it to stop. */
      readonly stopping: boolean
    }
  | {
      readonly kind: 'done'
      readonly job: number
      readonly key: string
      readonly variant: string
      readonly property: Property
      readonly verdict: Verdict
      readonly engine: EngineName
      readonly elapsedMs: number
    }
  | {
      readonly kind: 'rejected'
      readonly job: number
      readonly key: string
      readonly variant: string
      readonly diagnostics: readonly Diagnostic[]
    }
  | {
      readonly kind: 'failed'
      readonly job: number
      readonly key: string
      readonly variant: string
      readonly message: string
    }

/** The last check of each setting by its key, so that going back to one does not lose its result. */
export type Checks = { readonly [key: string]: Check }

export type CheckAction =
  | {
      readonly kind: 'started'
      readonly job: number
      readonly key: string
      readonly variant: string
      readonly property: Property
    }
  | { readonly kind: 'stopping'; readonly job: number }
  | { readonly kind: 'heard'; readonly message: FromWorker }

export function reduceChecks(checks: Checks, action: CheckAction): Checks {
  switch (action.kind) {
    case 'started': {
      const { job, key, variant, property } = action
      const others = Object.fromEntries(
        Object.entries(checks).filter(([, check]) => check.kind !== 'running'),
      )
      const started: Check = {
        kind: 'running',
        job,
        key,
        variant,
        property,
        progress: null,
        elapsedMs: 0,
        stopping: false,
      }
      return { ...others, [key]: started }
    }
    case 'stopping': {
      const running = runningCheck(checks)
      if (running?.job !== action.job) return checks
      return { ...checks, [running.key]: { ...running, stopping: true } }
    }
    case 'heard':
      return heard(checks, action.message)
    default:
      return unreachable(action)
  }
}

/** At most one runs. */
export function runningCheck(checks: Checks): Extract<Check, { kind: 'running' }> | null {
  for (const check of Object.values(checks)) if (check.kind === 'running') return check
  return null
}

function heard(checks: Checks, message: FromWorker): Checks {
  const running = runningCheck(checks)
  if (running?.job !== message.job) return checks
  const { job, key, variant } = running
  const put = (check: Check): Checks => ({ ...checks, [key]: check })
  switch (message.kind) {
    case 'progress':
      return put({ ...running, progress: message.progress, elapsedMs: message.elapsedMs })
    case 'verdict':
      return put({
        kind: 'done',
        job,
        key,
        variant,
        property: running.property,
        verdict: message.verdict,
        engine: message.engine ?? 'interpreter',
        elapsedMs: message.elapsedMs,
      })
    case 'rejected':
      return put({ kind: 'rejected', job, key, variant, diagnostics: message.diagnostics })
    case 'failed':
      return put({ kind: 'failed', job, key, variant, message: message.message })
    default:
      return unreachable(message)
  }
}
