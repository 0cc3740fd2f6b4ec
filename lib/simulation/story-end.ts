/** How a run ends, in one sentence: what broke, or that nothing did. */
import { blockedReason, enabledSteps, endError } from '#lib/promela/machine/step.ts'
import type { ClaimEnd, Fault } from '#lib/promela/machine/verdict.ts'
import type { Span } from '#lib/promela/source.ts'
import type { Naming } from '#lib/promela/trace/naming.ts'
import { blockedWords, isWorthTelling } from './blocked-words.ts'
import type { RecordedVerdict } from './simulation-data.ts'
import type { StoryOptions, Told } from './told-run.ts'

/** Who waits for what when nothing can move. */
export type Waiting = { readonly pid: number; readonly process: string; readonly words: string }

export type StoryEnd =
  /** Steps can be taken after it, and nothing failed. */
  | { readonly kind: 'open' }
  /** Nothing can move, and every process may end here. */
  | { readonly kind: 'over'; readonly sentence: string }
  | {
      readonly kind: 'broken'
      /** "Step 13, ring request: this does not hold: nobody queues behind a wake that has returned." */
      readonly sentence: string
      /** The assertion, or the statement that the first stuck process cannot pass; `null`: a claim about the whole run. */
      readonly span: Span | null
      readonly pid: number | null
      readonly waiting: readonly Waiting[]
      /** Steps from here on repeat for ever, from 1; one behind the last: nothing moves any more. `null`: it ends. */
      readonly loopFrom: number | null
    }

/** @param since the step that last changed a value, by its key */
export function endOfStory(
  run: Told,
  { naming, property, end = null }: StoryOptions,
  since: (key: string) => number | null,
): StoryEnd {
  const { program, start, moments } = run
  const last = moments.at(-1)
  const fault = last?.errors[0]
  if (last && fault) {
    const who = naming.process(last.view.processes[fault.pid]?.name ?? last.step.process)
    const sentence = `Step ${moments.length}, ${who}: ${faultSentence(fault, naming, property)}`
    return { kind: 'broken', sentence, span: fault.span, pid: fault.pid, waiting: [], loopFrom: null }
  }
  if (end) {
    const loopFrom = end.cycleStart === null ? null : end.cycleStart + 1
    const waiting = loopFrom === moments.length + 1 ? waitingIn(run, naming, since) : []
    const sentence = claimSentence(end, naming.property(property), moments.length)
    return { kind: 'broken', sentence, span: null, pid: null, waiting, loopFrom }
  }
  const state = last?.state ?? start
  if (enabledSteps(program, state).length > 0) return { kind: 'open' }
  const stuck = endError(program, state)
  if (!stuck) return { kind: 'over', sentence: 'The run is over: every process may end here.' }
  const waiting = waitingIn(run, naming, since)
  const who = waiting.map(({ process, words }) => `${process} ${words}`).join('; ')
  const claimed = naming.property('safety')
  const what = who === '' ? stuck.message : who
  const sentence = `After step ${moments.length} nothing can move any more: ${what}.${claimed ? ` So this does not hold: ${withStop(claimed)}` : ''}`
  return { kind: 'broken', sentence, span: stuck.span, pid: stuck.pid, waiting, loopFrom: null }
}

function faultSentence({ kind, message, span }: Fault, naming: Naming, property: string): string {
  const expression = message.replace(/^assertion violated: /, '')
  const own = kind === 'assertion' ? naming.assertion(expression) : null
  const at = `line ${span.line}`
  if (own) return `this does not hold: ${withoutStop(own)} (the assertion ${expression}, ${at}).`
  const claimed = naming.property(property) ?? naming.property('safety')
  const failed = kind === 'assertion' ? `the assertion ${expression} fails` : message
  return claimed ? `${failed} (${at}), so this does not hold: ${withStop(claimed)}` : `${failed} (${at}).`
}

function claimSentence({ cycleStart, message }: ClaimEnd, claimed: string | null, steps: number): string {
  const broken = claimed
    ? `so this does not hold: ${withStop(claimed)}`
    : `${message.replace(/^[a-z -]+ cycle: /, '')}.`
  if (cycleStart === null) return `After step ${steps}, whatever comes then: ${broken}`
  if (cycleStart >= steps) return `After step ${steps} nothing moves any more, for ever: ${broken}`
  const part =
    cycleStart + 1 === steps ? `Step ${steps} repeats` : `Steps ${cycleStart + 1} to ${steps} repeat`
  return `${part} for ever: ${broken}`
}

/**
 * How a recorded counterexample to a claim about runs ends; `null`: it breaks in a step or a state, or this is another run.
 *
 * @param trace of the run that is told
 */
export function recordedEnd(recorded: RecordedVerdict | null, trace: readonly number[]): ClaimEnd | null {
  if (recorded?.verdict !== 'violated' || recorded.property === 'safety' || !recorded.trace) return null
  const isIt =
    recorded.trace.length === trace.length && recorded.trace.every((index, k) => index === trace[k])
  return isIt ? { cycleStart: recorded.cycleStart ?? null, message: recorded.summary } : null
}

/** By pid. Who ended waits for nothing. */
function waitingIn(
  { program, start, startView, moments }: Told,
  naming: Naming,
  since: (key: string) => number | null,
): readonly Waiting[] {
  const last = moments.at(-1)
  const [state, view] = [last?.state ?? start, last?.view ?? startView]
  return view.processes.flatMap(({ pid, name, alive }): Waiting[] => {
    const reason = alive ? blockedReason(program, state, pid) : null
    if (!reason || !isWorthTelling(reason)) return []
    const words = blockedWords(reason, view, pid, { naming, since })
    return [{ pid, process: naming.process(name), words }]
  })
}

const withoutStop = (sentence: string): string => sentence.replace(/[.\s]+$/, '')
const withStop = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`)
