/**
 * Walks through models, ours as a trail that `spin -k` follows: the same statements in the same order, to the same
 * values. The walk is a list of positions among the steps of each state (`machine/step.ts`), like a stored trace.
 */
import type { StatementPlace } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { applyStep, enabledSteps, initialState } from '#lib/promela/machine/step.ts'
import type { StateView, VariableView } from '#lib/promela/machine/view.ts'
import { replayTrail, type SpinModel, type SpinReplay } from '#lib/promela/shell/spin.ts'
import { spinNumbers } from '#lib/promela/spin/spin-numbers.ts'
import { spinTrail } from '#lib/promela/spin/spin-trail.ts'
import { type TraceSteps, traceSteps, valuesOf } from '#lib/promela/trace/trace-steps.ts'
import { isUseless, type Random, randomModel, seededRandom } from './random-model.ts'

export type WalkQuestion = {
  readonly text: string
  readonly defines?: Readonly<Record<string, string>>
  readonly lossy?: boolean
  readonly walk: readonly number[]
}

/** `steps`: `pid:line` each, line 0 for the end of a process, once for a d_step. */
export type WalkAnswer = {
  readonly steps: readonly string[]
  /** Values at the end, in spin's spelling: `x`, `a[0]`, `P(1):y`, and channels with their messages `[1,2][3,4]`. */
  readonly values: Readonly<Record<string, string>>
}

const inputOf = ({ text, defines = {} }: WalkQuestion) => ({
  files: new Map([['m.pml', text]]),
  main: 'm.pml',
  defines,
})

function programOf(question: WalkQuestion) {
  const { program, diagnostics } = compileModel(inputOf(question))
  if (!program) throw new Error(`${diagnostics[0]?.message}\n${question.text}`)
  return program
}

/** Up to `length` steps, chosen by `random`; stops where nothing can move, or where a step fails. */
export function randomWalk(text: string, random: Random, length: number): WalkQuestion {
  const program = programOf({ text, walk: [] })
  const walk: number[] = []
  let state = initialState(program)
  while (walk.length < length) {
    const steps = enabledSteps(program, state)
    const step = steps[Math.floor(random() * steps.length)]
    if (!step) break
    const next = applyStep(program, state, step)
    walk.push(step.index)
    if (next.errors.length > 0) break
    state = next.state
  }
  return { text, walk }
}

/** `null`: the model says nothing. */
export function walkQuestion(seed: number): WalkQuestion | null {
  const random = seededRandom(seed)
  // pan does not cut the elements of a bit array to bits, spin's simulator does: no counterexample can hold both.
  const text = randomModel(random).replace('bool b[2]', 'byte b[2]')
  if (isUseless(compileModel(inputOf({ text, walk: [] })).diagnostics)) return null
  return randomWalk(text, random, 60)
}

/** The trail for spin, and what it has to show. */
export function oursOnWalk(question: WalkQuestion): WalkAnswer & { readonly trail: string } {
  const program = programOf(question)
  const steps = traceSteps(program, question.walk, question.lossy ? { lossy: true } : {})
  return {
    trail: spinTrail(steps, spinNumbers(inputOf(question), program)),
    steps: oursAsLines(steps),
    values: valuesAtEnd(steps.steps.at(-1)?.state ?? steps.start),
  }
}

/** What spin shows of the trail. Throws with its words where it loses its way. */
export async function spinOnWalk(
  question: WalkQuestion,
  trail: string,
  model: SpinModel = { text: question.text },
): Promise<WalkAnswer & { readonly output: string }> {
  const flags = question.lossy ? { spin: ['-m'] } : {}
  const replay = await replayTrail(model, question.defines ?? {}, trail, flags)
  if (replay.lost.length > 0) throw new Error(`${replay.lost[0]}\n${question.text}\n${trail}${replay.output}`)
  return { steps: theirsAsLines(replay), values: Object.fromEntries(replay.values), output: replay.output }
}

/** The values of both that the other one knows: Spin leaves out what was never in scope, and prints what is no cell. */
export function comparable(ours: WalkAnswer['values'], theirs: WalkAnswer['values']) {
  const names = Object.keys(ours).filter((name) => name in theirs)
  const only = (values: WalkAnswer['values']) =>
    Object.fromEntries(names.map((name) => [name, values[name] ?? '']))
  return { ours: only(ours), theirs: only(theirs) }
}

function oursAsLines({ steps }: TraceSteps): readonly string[] {
  return steps
    .flatMap((step) => (step.partner ? [step, step.partner] : [step]))
    .map(({ pid, transition }) => `${pid}:${transition.action.kind === 'end' ? 0 : spinLine(transition)}`)
}

/** Spin names the line in an inline's text, but of a macro the line that calls it. */
function spinLine({ span, origin }: StatementPlace): number {
  let { line } = span
  for (const { kind, call } of origin) {
    if (kind !== 'macro') break
    line = call.line
  }
  return line
}

function theirsAsLines(replay: SpinReplay): readonly string[] {
  const seen = new Set<number>()
  return replay.steps
    .filter(({ depth }) => !seen.has(depth) && seen.add(depth))
    .map(({ pid, line }) => `${pid}:${line}`)
}

/** In spin's spelling: booleans are numbers. Channels are compared by their contents, not by their numbers. */
function plain(variables: readonly VariableView[]): ReadonlyMap<string, string> {
  const numbers = (view: VariableView): VariableView => ({
    ...view,
    text: view.type.startsWith('bool') ? String(view.value) : view.text,
    ...(view.elements ? { elements: view.elements.map(numbers) } : {}),
  })
  return valuesOf(variables.filter(({ type }) => !type.startsWith('chan')).map(numbers))
}

function valuesAtEnd(state: StateView): Readonly<Record<string, string>> {
  const values = new Map(plain(state.globals))
  for (const { name, messages } of state.channels)
    values.set(name, messages.map((fields) => `[${fields.join(',')}]`).join(''))
  for (const { pid, proctype, locals } of state.processes)
    for (const [name, value] of plain(locals)) values.set(`${proctype}(${pid}):${name}`, value)
  return Object.fromEntries(values)
}
