/**
 * What a key means in a state: "one step forward" and "process 2" are questions to the run, because a process
 * may have no step or several. Pure, so that every case is a line of a table in the tests.
 */
import type { Step } from '#lib/promela/machine/step.ts'
import type { Naming } from '#lib/promela/trace/naming.ts'
import { canGoOn, offered, type Run } from './run.ts'
import { endWords } from './session.ts'

export type Choice =
  | { readonly kind: 'take'; readonly index: number }
  /** Along the steps that are already there. */
  | { readonly kind: 'go'; readonly cursor: number }
  /** Several steps: their buttons get the focus. */
  | { readonly kind: 'pick'; readonly pid: number }
  | { readonly kind: 'blocked'; readonly pid: number }
  | { readonly kind: 'nothing'; readonly words: string }

/** One step of process `pid`. */
export function chooseProcess(run: Run, pid: number, naming?: Naming): Choice {
  const steps = offered(run).filter((step) => involves(step, pid))
  const only = steps[0]
  if (steps.length > 1) return { kind: 'pick', pid }
  if (only) return { kind: 'take', index: only.index }
  if (!canGoOn(run)) return { kind: 'nothing', words: endWords(run, naming) }
  return { kind: 'blocked', pid }
}

/** One step forward: along the run; else the only step there is; else one of the process chosen last. */
export function chooseForward(run: Run, lastPid: number | null, naming?: Naming): Choice {
  if (run.cursor < run.moments.length) return { kind: 'go', cursor: run.cursor + 1 }
  const steps = offered(run)
  const only = steps[0]
  if (!only) return { kind: 'nothing', words: endWords(run, naming) }
  if (steps.length === 1) return { kind: 'take', index: only.index }
  if (lastPid !== null && steps.some((step) => step.pid === lastPid))
    return chooseProcess(run, lastPid, naming)
  const able = [...new Set(steps.map((step) => step.pid))]
  if (able.length === 1 && able[0] !== undefined) return { kind: 'pick', pid: able[0] }
  return { kind: 'nothing', words: `Choose a process: ${able.map((pid) => `P${pid}`).join(', ')} can move.` }
}

/** `random` in [0, 1). */
export function chooseRandom(run: Run, random: number, naming?: Naming): Choice {
  const steps = offered(run)
  const step = steps[Math.floor(random * steps.length)]
  return step ? { kind: 'take', index: step.index } : { kind: 'nothing', words: endWords(run, naming) }
}

/** A rendezvous is a step of both sides. */
function involves(step: Step, pid: number): boolean {
  return step.pid === pid || step.partner?.pid === pid
}
