/**
 * Goes to a step of a run that somebody points at. A schedule is choices, and the same choices lead elsewhere in another model; so
 * a step is known by what it says, too, and whether a later model still goes that way is found by going it.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import {
  applyStep,
  describeState,
  enabledSteps,
  initialState,
  type State,
  type Step,
} from '#lib/promela/machine/step.ts'
import { type Naming, namingOf, processNames } from '#lib/promela/trace/naming.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { changesBetween, changeTold, placeOf, type ValueRow, valueRows } from './changes.ts'
import { MAX_RUN_STEPS } from './max-run-steps.ts'
import { encodeTrace, modelFingerprint, type Permalink } from './permalink.ts'
import { annotatedIn, inputIn, publishedSetting } from './setting.ts'
import { type SimulationData, variantNamed } from './simulation-data.ts'
import type { StepFate, StepRefusal, StepSeen } from './step-shown.ts'
import { processLabel, stepWords } from './step-words.ts'

/** What of a simulation is run. */
export type StepModel = Pick<SimulationData, 'id' | 'model' | 'variants' | 'files' | 'main' | 'vocabulary'>

/** Of what is kept and shown: a statement may be as long as a model. */
const MOST_WORDS = 300
const MOST_STATE = 1000
const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 2)} …` : text)

/** What is asked of the clock between two steps; pure code has none. */
export type IsLate = () => boolean

/**
 * The step that a link leads to.
 *
 * @param hash of the model with its defines; the caller makes it
 */
export function seeStep(
  model: StepModel,
  link: Permalink,
  hash: (defines: Readonly<Record<string, string>>) => string,
  isLate: IsLate,
): Result<StepSeen, StepRefusal> {
  if (link.cursor < 1) return err({ kind: 'at-start' })
  if (link.cursor > MAX_RUN_STEPS) return err({ kind: 'too-long' })
  if (link.mutant !== null) return err({ kind: 'changed-by-hand' })
  const variant = variantNamed(model, link.variant)
  if (!variant) return err({ kind: 'no-variant', variant: cut(link.variant, 80) })
  const fingerprint = modelFingerprint(model.files, variant.defines)
  if (link.model !== fingerprint) return err({ kind: 'other-model' })
  const program = programOf(model, link)
  if (!program.ok) return program
  const trace = link.trace.slice(0, link.cursor)
  const gone = go(program.value, trace, isLate)
  if (!gone.ok) return gone
  const { step, before, after } = gone.value
  const [from, to] = [describeState(program.value, before), describeState(program.value, after)]
  // What the step is known by stays in the model's own names: better words must not make another step of it.
  const naming = namingOf(program.value, model.vocabulary)
  const pids = processNames(naming, to)
  return ok({
    ...{ simulation: model.id, model: model.model, variant: variant.name, defines: variant.defines },
    ...{ storeBuffers: link.storeBuffers, property: link.property, hash: hash(variant.defines), fingerprint },
    ...{ schedule: encodeTrace(trace), step: trace.length },
    actor: `${processLabel(step.pid)} ${step.process}`,
    words: cut(stepWords(step), MOST_WORDS),
    changes: cut(
      changesBetween(from, to)
        .map((change) => changeTold(change, naming, pids))
        .join(', '),
      MOST_WORDS,
    ),
    state: cut(
      valueRows(to)
        .map((row) => valueWords(row, naming, pids))
        .join(', '),
      MOST_STATE,
    ),
  })
}

function valueWords(row: ValueRow, naming: Naming, pids: ReadonlyMap<number, string>): string {
  const { owner, text } = row
  const place = placeOf(row)
  const whose = owner.kind === 'local' ? `${naming.process(owner.process)} ` : ''
  return `${whose}${naming.variableWords(place)} ${naming.value(place, text, pids)}`
}

/** What became of a step in a later model; null: that took too long to find. `model` null: the simulation is gone. */
export function fateOf(
  seen: StepSeen,
  model: StepModel | null,
  hash: (defines: Readonly<Record<string, string>>) => string,
  trace: readonly number[],
  isLate: IsLate,
): StepFate | null {
  const variant = model && variantNamed(model, seen.variant)
  if (!model || !variant) return 'gone'
  if (hash(variant.defines) === seen.hash) return 'same'
  const program = programOf(model, seen)
  if (!program.ok) return 'gone'
  const gone = go(program.value, trace, isLate)
  if (!gone.ok) return gone.error.kind === 'late' ? null : 'gone'
  // The same choices may lead to another step.
  return cut(stepWords(gone.value.step), MOST_WORDS) === seen.words ? 'replays' : 'gone'
}

function programOf(
  model: StepModel,
  { variant, storeBuffers }: Pick<Permalink, 'variant' | 'storeBuffers'>,
): Result<Program, StepRefusal> {
  const data: SimulationData = { ...model, slug: '', revision: 0, variant, recorded: [] }
  if (storeBuffers !== null && annotatedIn(data).length === 0) return err({ kind: 'no-buffers' })
  const { program } = compileModel(inputIn(data, { ...publishedSetting(variant), storeBuffers }))
  return program ? ok(program) : err({ kind: 'does-not-compile' })
}

type Gone = { readonly step: Step; readonly before: State; readonly after: State }

/** Keeps two states and no run: thousands of them would be megabytes. */
function go(program: Program, trace: readonly number[], isLate: IsLate): Result<Gone, StepRefusal> {
  let after = initialState(program)
  let last: Gone | null = null
  for (const [at, index] of trace.entries()) {
    if (isLate()) return err({ kind: 'late' })
    const step = enabledSteps(program, after).find((candidate) => candidate.index === index)
    if (!step) return err({ kind: 'no-step', at: at + 1 })
    const before = after
    after = applyStep(program, before, step).state
    last = { step, before, after }
  }
  return last ? ok(last) : err({ kind: 'at-start' })
}
