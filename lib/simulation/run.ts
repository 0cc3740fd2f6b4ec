/**
 * A run: one path through a model, how far along it the reader stands, and what he followed to get there.
 *
 * A run keeps every state it went through, so going back is not computing back. It keeps the steps behind the
 * cursor too: a reader walks forward again over them, and only another choice cuts them off. When the cut-off
 * steps were those of a story (a counterexample, a recorded run), the story stays at hand and he can return.
 *
 * Pure: the shell picks random steps and keeps the clock of "play".
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import {
  applyStep,
  describeState,
  enabledSteps,
  endError,
  initialState,
  type State,
  type Step,
  type StepError,
} from '#lib/promela/machine/step.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import { type Change, changesBetween } from './changes.ts'
import { MAX_RUN_STEPS } from './max-run-steps.ts'

/** One step taken, and the state after it. */
export type Moment = {
  readonly step: Step
  readonly state: State
  readonly view: StateView
  readonly changes: readonly Change[]
  /** What the step violated; mostly empty. */
  readonly errors: readonly StepError[]
  /** Output of printf. */
  readonly printed: string
}

/** A schedule with a name: what a replay follows, and what a reader who left it can return to. */
export type Story = { readonly name: string; readonly trace: readonly number[] }

export type Run = {
  readonly program: Program
  readonly start: State
  readonly startView: StateView
  readonly moments: readonly Moment[]
  /** Steps taken at the state that is shown: 0 … moments.length. */
  readonly cursor: number
  readonly story: Story | null
}

/** Where following stopped because the next step of the old path does not exist here. */
export type Divergence = { readonly at: number; readonly reason: string }

export function startRun(program: Program): Run {
  const start = initialState(program)
  return { program, start, startView: describeState(program, start), moments: [], cursor: 0, story: null }
}

export function currentState(run: Run): State {
  return run.moments[run.cursor - 1]?.state ?? run.start
}

export function currentView(run: Run): StateView {
  return run.moments[run.cursor - 1]?.view ?? run.startView
}

/** The step that led to the state shown; `null` at the start. */
export function currentMoment(run: Run): Moment | null {
  return run.moments[run.cursor - 1] ?? null
}

/** The step, up to the state shown, that last changed a value, by its key; `null`: none did. */
export function lastChange({ moments, cursor }: Run): (key: string) => number | null {
  return (key) => {
    const changed = ({ changes }: Moment) => changes.some((one) => one.kind === 'value' && one.key === key)
    const at = moments.slice(0, cursor).findLastIndex(changed)
    return at < 0 ? null : at + 1
  }
}

/** Steps that can be taken from the state shown. */
export function choices(run: Run): readonly Step[] {
  return enabledSteps(run.program, currentState(run))
}

export function traceOf(run: Run): readonly number[] {
  return run.moments.map((moment) => moment.step.index)
}

export type Standing =
  /** Steps can be taken. `failed`: the step that led here violated something. */
  | { readonly kind: 'open'; readonly failed: readonly StepError[] }
  /** Nothing can move, and every process may end here. */
  | { readonly kind: 'over' }
  /** Nothing can move, and that is a violation. */
  | { readonly kind: 'stuck'; readonly error: StepError }

/** What kind of state is shown. */
export function standing(run: Run): Standing {
  const failed = currentMoment(run)?.errors ?? []
  if (choices(run).length > 0 || failed.length > 0) return { kind: 'open', failed }
  const error = endError(run.program, currentState(run))
  return error ? { kind: 'stuck', error } : { kind: 'over' }
}

/** False at a violation and at the end: where play has to stop. */
export function canGoOn(run: Run): boolean {
  const now = standing(run)
  return now.kind === 'open' && now.failed.length === 0 && choices(run).length > 0
}

/** Steps that are offered to a reader: none at a violation or at the end, where the run has told all it has to. */
export function offered(run: Run): readonly Step[] {
  return canGoOn(run) ? choices(run) : []
}

/**
 * Takes a step of `choices(run)`. The step that the run took here before only moves the cursor; another one
 * cuts off what came after. Unchanged when there is no such step or the run is as long as it may be.
 */
export function takeStep(run: Run, index: number): Run {
  if (run.moments[run.cursor]?.step.index === index) return { ...run, cursor: run.cursor + 1 }
  const step = choices(run)[index]
  if (!step || run.cursor >= MAX_RUN_STEPS) return run
  const kept = run.moments.slice(0, run.cursor)
  const moment = momentAfter(run.program, currentState(run), currentView(run), step)
  return { ...run, moments: [...kept, moment], cursor: run.cursor + 1 }
}

function momentAfter(program: Program, state: State, view: StateView, step: Step): Moment {
  const result = applyStep(program, state, step)
  const after = describeState(program, result.state)
  return {
    step,
    state: result.state,
    view: after,
    changes: changesBetween(view, after),
    errors: result.errors,
    printed: result.printed,
  }
}

/** Shows the state after `cursor` steps; a cursor outside the run means its nearest end. */
export function goTo(run: Run, cursor: number): Run {
  const inside = Math.max(0, Math.min(run.moments.length, Math.trunc(cursor)))
  return inside === run.cursor ? run : { ...run, cursor: inside }
}

/** Back to the initial state. A story is told from its first step again; a run of the reader's own is forgotten. */
export function reset(run: Run): Run {
  if (!run.story) return startRun(run.program)
  return tell(run.program, run.story).run
}

/** True once the reader took a step that the story did not take. */
export function leftStory(run: Run): boolean {
  if (!run.story) return false
  const { trace } = run.story
  return run.moments.some((moment, at) => moment.step.index !== trace[at])
}

export function forgetStory(run: Run): Run {
  return { ...run, story: null }
}

/** Replays a story from the initial state and shows its beginning. */
export function tell(program: Program, story: Story): { run: Run; diverged: Divergence | null } {
  const followed = follow(program, story.trace.length, (steps, at) => {
    const index = story.trace[at]
    const step = steps.find((candidate) => candidate.index === index)
    return step ?? `step ${at + 1} of the schedule is choice ${index}, and there are ${steps.length} here`
  })
  // A schedule has told all it has to once something failed; what would come after need not exist.
  const failed = followed.run.moments.at(-1)?.errors.length ?? 0
  return { run: { ...followed.run, story, cursor: 0 }, diverged: failed > 0 ? null : followed.diverged }
}

/**
 * The same path in another variant of the model, as far as it exists there. Steps are found again by process
 * and place in the text, not by index or pid: another variant has other choices and other numbers of processes,
 * and the same number would silently mean another one.
 */
export function carryRun(program: Program, old: Run): { run: Run; diverged: Divergence | null } {
  const followed = follow(program, old.moments.length, (steps, at, view) => {
    const wanted = old.moments[at]?.step
    const key = wanted && stepKey(old.moments[at - 1]?.view ?? old.startView, wanted)
    const step = steps.find((candidate) => stepKey(view, candidate) === key)
    return step ?? `${wanted?.process ?? 'the process'} cannot do “${wanted?.expanded ?? ''}”`
  })
  return {
    run: { ...followed.run, cursor: Math.min(old.cursor, followed.run.moments.length) },
    diverged: followed.diverged,
  }
}

/**
 * What stays of a step when other defines are compiled: which instance of which proctype, and the statement at its
 * place with the calls it came through. Not its expanded text, in which the values of the defines stand.
 */
function stepKey(view: StateView, { pid, text, span, origin, partner }: Step): string {
  const places = [span, ...origin.map((frame) => frame.call), ...(partner ? [partner.span] : [])]
  const where = places.map(({ file, line, column }) => `${file}:${line}:${column}`)
  const who = [instanceOf(view, pid), partner ? instanceOf(view, partner.pid) : '']
  return JSON.stringify([...who, text, ...where])
}

/** "waiter 1": the second of the waiters that are there. */
function instanceOf({ processes }: StateView, pid: number): string {
  const proctype = processes[pid]?.proctype ?? ''
  return `${proctype} ${processes.filter((other) => other.proctype === proctype && other.pid < pid).length}`
}

/** Walks from the start for up to `length` steps; `pick` chooses, or says why no step fits. */
function follow(
  program: Program,
  length: number,
  pick: (steps: readonly Step[], at: number, view: StateView) => Step | string,
): { run: Run; diverged: Divergence | null } {
  const empty = startRun(program)
  const moments: Moment[] = []
  let state = empty.start
  let view = empty.startView
  let diverged: Divergence | null = null
  for (let at = 0; at < length && !diverged; at++) {
    const picked =
      at < MAX_RUN_STEPS ? pick(enabledSteps(program, state), at, view) : 'the schedule is too long'
    if (typeof picked === 'string') {
      diverged = { at, reason: picked }
      continue
    }
    const moment = momentAfter(program, state, view, picked)
    moments.push(moment)
    state = moment.state
    view = moment.view
  }
  return { run: { ...empty, moments, cursor: moments.length }, diverged }
}
