/** What `coherent verify` says: for people in words, for programs as one object. */
import { basename, dirname, join } from 'node:path'
import { figure, groupDigits } from '#lib/figures.ts'
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { CompileInput } from '#lib/promela/compile.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { EngineName } from '#lib/promela/engine-name.ts'
import {
  type Counts,
  claimEnd,
  type Fault,
  type Unreached,
  type Verdict,
} from '#lib/promela/machine/verdict.ts'
import { checkedUnder, memoryOrderWords } from '#lib/promela/memory-order/words.ts'
import { goalOf, unaskedClaims } from '#lib/promela/search/check-property.ts'
import { holdsWords, type Property, propertyWords } from '#lib/promela/search/property.ts'
import { type SpinOptions, spinCommand } from '#lib/promela/spin/spin-command.ts'
import { spinNumbers } from '#lib/promela/spin/spin-numbers.ts'
import { spinTrail } from '#lib/promela/spin/spin-trail.ts'
import { cpuTable } from '#lib/promela/trace/cpu-table.ts'
import { traceItf } from '#lib/promela/trace/trace-itf.ts'
import { traceJson } from '#lib/promela/trace/trace-json.ts'
import { traceMermaid } from '#lib/promela/trace/trace-mermaid.ts'
import { type TraceSteps, traceSteps } from '#lib/promela/trace/trace-steps.ts'
import { unreachable } from '#lib/result.ts'
import type { TraceForm, VerifyOptions } from './verify-options.ts'

export type Verified = {
  readonly options: VerifyOptions
  readonly input: CompileInput
  readonly program: Program
  readonly diagnostics: readonly Diagnostic[]
  readonly verdict: Verdict
  /** Who gave the verdict: not who was asked for, when that one could not. */
  readonly engine: EngineName
  /** From text to verdict. */
  readonly ms: number
}

type Violated = Verdict & { kind: 'violated' }

// --- For programs -------------------------------------------------------------------------------------------

const noCounts: Counts = { states: 0, matched: 0, transitions: 0, depth: 0, bytes: 0 }

export function verifiedJson(verified: Verified): Readonly<Record<string, unknown>> {
  const { options, verdict, diagnostics, ms } = verified
  const unasked = unaskedClaims(verified.program, options.property)
  return {
    ...head(options),
    verdict: verdict.kind,
    ...(verdict.kind === 'unfinished' ? { reason: verdict.bound, message: verdict.message } : {}),
    ...(verdict.kind === 'violated' ? { kind: verdict.error, message: verdict.message } : {}),
    ...figures(
      options,
      verdict.counts,
      verdict.kind === 'violated' ? verdict.errors : 0,
      ms,
      verified.engine,
    ),
    ...(unasked.length > 0 ? { unasked } : {}),
    ...(options.tso === null ? {} : { memoryOrder: orderWords(verified) }),
    diagnostics: diagnostics.map(jsonDiagnostic),
    ...(verdict.kind === 'violated' ? { trace: traceValue(verified, verdict) } : {}),
  }
}

/** `options` is `null` when they could not be read. */
export function badInputJson(
  options: VerifyOptions | null,
  message: string,
  diagnostics: readonly Diagnostic[],
  ms = 0,
): Readonly<Record<string, unknown>> {
  return {
    ...(options ? head(options) : { file: null, defines: {}, property: null }),
    verdict: 'error',
    reason: diagnostics.length > 0 ? 'diagnostics' : 'input',
    message,
    ...figures(options, noCounts, 0, ms),
    diagnostics: diagnostics.map(jsonDiagnostic),
  }
}

function head({ file, defines, property }: VerifyOptions) {
  const fair = property !== 'safety' && property.fair
  return { file, defines, property: propertyWords(property).replace(/^fair /, ''), ...(fair ? { fair } : {}) }
}

function figures(
  options: VerifyOptions | null,
  { states, matched, transitions, depth, bytes }: Counts,
  errors: number,
  ms: number,
  engine: EngineName = 'interpreter',
) {
  const bytesPerState = states === 0 ? 0 : Math.round((10 * bytes) / states) / 10
  return {
    states,
    matched,
    transitions,
    depth,
    errors,
    ms: Math.round(ms * 10) / 10,
    bytesPerState,
    engine,
    reductions: options?.reduce ?? [],
  }
}

function orderWords({ program, input }: Verified): string {
  return memoryOrderWords(program.files, input.storeBuffers)
}

function jsonDiagnostic({ code, severity, message, file, line, column }: Diagnostic) {
  return { code, severity, message, file, line, column }
}

/** JSON and ITF as they are, the others as text. Without `--trace`, JSON. */
function traceValue(verified: Verified, verdict: Violated): unknown {
  const form = verified.options.trace ?? 'json'
  const steps = stepsOf(verified, verdict)
  const { cycleStart } = verdict
  if (form === 'json') return traceJson(steps, endOf(verdict, steps), cycleStart)
  if (form === 'itf') return traceItf(steps, basename(verified.options.file), cycleStart)
  return writeTrace(verified, form)
}

// --- Counterexamples ----------------------------------------------------------------------------------------

/** Ends with a line end; empty when there is no counterexample. */
export function writeTrace(verified: Verified, form: TraceForm): string {
  const { options, input, program, verdict } = verified
  if (verdict.kind !== 'violated') return ''
  const steps = stepsOf(verified, verdict)
  const { cycleStart } = verdict
  switch (form) {
    case 'text':
      return `${tableLines(verified, verdict).join('\n')}\n`
    case 'json':
      return `${JSON.stringify(traceJson(steps, endOf(verdict, steps), cycleStart), null, 2)}\n`
    case 'trail':
      return spinTrail(steps, spinNumbers(input, program), cycleStart)
    case 'itf':
      return `${JSON.stringify(traceItf(steps, basename(options.file), cycleStart), null, 2)}\n`
    case 'mermaid':
      return traceMermaid(steps, endOf(verdict, steps), cycleStart)
    default:
      return unreachable(form)
  }
}

function stepsOf({ program, options }: Verified, { trace }: Violated): TraceSteps {
  return traceSteps(program, trace, { lossy: options.lossy })
}

/** What is wrong with the last state, when no step failed. */
function endOf(verdict: Violated, { steps }: TraceSteps): Fault | null {
  if (steps.some(({ faults }) => faults.length > 0)) return null
  const { error, message, span, pid } = verdict
  return { kind: error, message, span, pid }
}

/** The race as kernel people write it. It cannot replay lost messages: then one line for each step. */
function tableLines(verified: Verified, verdict: Violated): readonly string[] {
  const { program, options } = verified
  if (!options.lossy) return cpuTable(program, verdict.trace, { end: claimEnd(verdict) })
  const { steps } = stepsOf(verified, verdict)
  const taken = steps.flatMap((step) => (step.partner ? [step, step.partner] : [step]))
  const width = Math.max(0, ...taken.map(({ process }) => process.length))
  return [
    ...taken.map(({ process, transition }) => `${process.padEnd(width)}  ${transition.expanded}`),
    `^^^ ${verdict.message}`,
  ]
}

// --- For people ---------------------------------------------------------------------------------------------

const shapes = { holds: '●', violated: '▲', unfinished: '◐' } as const
const MAX_UNREACHED = 20

export function reportLines(verified: Verified): readonly string[] {
  const { options, verdict } = verified
  const lines = [modelLine(options), '', ...verdictLines(verified), '']
  if (verdict.kind === 'violated' && (options.trace ?? 'text') === 'text') {
    lines.push(...tableLines(verified, verdict), '')
  }
  if (verdict.kind === 'holds' && verdict.unreached.length > 0)
    lines.push(...unreachedLines(verdict.unreached, dirname(options.file)), '')
  lines.push(...wrapped(checkedUnder(verified.program.files, verified.input.storeBuffers)), '')
  lines.push(...countLines(verified), '')
  lines.push(options.tso === null ? 'The same with Spin:' : 'With Spin, which has no store buffers:')
  for (const line of spinCommand(
    basename(options.file),
    options.defines,
    spinOptions(verified),
    options.tso === null ? errorOf(verdict) : null,
  )) {
    lines.push(`  ${line}`)
  }
  return lines
}

export function spinOptions({ options, input }: Verified): SpinOptions {
  const { lossy, channelsEmpty, unless, allErrors, property } = options
  return { lossy, channelsEmpty, unless, allErrors, claims: hasClaims(input), property }
}

/** Says yes too often rather than not: a model without claims is the same with -DNOCLAIM. */
function hasClaims({ files }: CompileInput): boolean {
  return [...files.values()].some((text) => /\b(?:never|ltl)\b[^;{]*\{/.test(text))
}

function errorOf(verdict: Verdict) {
  return verdict.kind === 'violated' ? verdict.error : null
}

function modelLine({ file, defines, property, lossy, channelsEmpty, unless }: VerifyOptions): string {
  const words = Object.entries(defines).map(([name, value]) =>
    value === '' ? `-D${name}` : `-D${name}=${value}`,
  )
  if (property !== 'safety')
    words.push(`--property ${propertyWords(property).replace(/^fair (.*)/, '$1 --fair')}`)
  if (lossy) words.push('--lossy')
  if (channelsEmpty) words.push('--channels-empty')
  if (unless === 'inner-first') words.push('--unless inner-first')
  return [file, ...words].join(' ')
}

function verdictLines(verified: Verified): readonly string[] {
  const { verdict, options } = verified
  const shape = shapes[verdict.kind]
  switch (verdict.kind) {
    case 'holds':
      return [`${shape} holds: ${holdsWords(asAsked(verified))}`]
    case 'violated': {
      const { file, line, column } = verdict.span
      const { start, steps } = stepsOf(verified, verdict)
      // With the last step it may have been made, or have ended.
      const [last, before] = [steps.at(-1)?.state ?? start, steps.at(-2)?.state ?? start]
      const process = last.processes[verdict.pid] ?? before.processes[verdict.pid]
      return [
        `${shape} violated: ${verdict.message}`,
        `  at ${join(dirname(options.file), file)}:${line}:${column}${claimEnd(verdict) ? '' : `, in ${process?.name ?? verdict.pid}`}`,
        ...(verdict.cycleStart === undefined ? [] : [`  ${cycleWords(verdict.cycleStart, steps.length)}`]),
      ]
    }
    case 'unfinished':
      return [
        `${shape} unfinished: ${verdict.message}`,
        '  Nothing was found up to there; that proves nothing about the rest.',
      ]
    default:
      return unreachable(verdict)
  }
}

/** One of several answers, in a line. */
export function summaryLine(verified: Verified): string {
  const { verdict, options } = verified
  const name = propertyWords(options.property)
  const said = verdict.kind === 'holds' ? holdsWords(asAsked(verified)) : verdict.message
  return `${shapes[verdict.kind]} ${verdict.kind.padEnd(10)} ${name}: ${said} (${figure(verdict.counts.states, 'state')})`
}

/** A never claim that was asked by its name is one that no run may be, not one that all must be. */
function asAsked({ options: { property }, program }: Verified): Property {
  if (property === 'safety' || property.kind !== 'ltl') return property
  const goal = goalOf(program, property)
  return goal.ok && goal.value.kind === 'never' ? { kind: 'claim', fair: property.fair } : property
}

function cycleWords(start: number, steps: number): string {
  if (start === steps)
    return `after ${figure(steps, 'step')} nothing moves any more, and so it stays for ever`
  return `${figure(steps, 'step')}; those from step ${start + 1} on repeat for ever`
}

function unreachedLines(unreached: readonly Unreached[], folder: string): readonly string[] {
  const shown = unreached.slice(0, MAX_UNREACHED).map(({ proctype, text, span }) => {
    return `  ${join(folder, span.file)}:${span.line}  ${proctype}: ${text}`
  })
  const rest = unreached.length - shown.length
  return ['No run reaches:', ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])]
}

function countLines({ options, verdict, engine, ms }: Verified): readonly string[] {
  const { states, matched, transitions, depth, bytes } = verdict.counts
  const cycles = 'breadth first with its claim, looking for cycles'
  const order =
    options.property !== 'safety' ? cycles : options.search === 'bfs' ? 'breadth first' : 'depth first'
  const whole = verdict.kind === 'holds' || (verdict.kind === 'violated' && verdict.complete)
  const errors = verdict.kind === 'violated' ? `, ${figure(verdict.errors, 'error')}` : ''
  // The table of a small graph is larger than its states: the quotient would say nothing about the model.
  const perState = states < MANY_STATES ? '' : `, ${groupDigits(bytes / states)} bytes a state`
  return [
    `${figure(states, 'state')} stored, ${figure(matched, 'match', 'es')}, ${figure(transitions, 'transition')}, depth ${groupDigits(depth)}${errors}${whole ? '' : ' (up to where the search stopped)'}`,
    `${order}, ${engine}, ${reductionWords(options)}, ${(ms / 1000).toFixed(2)} s${perState}`,
  ]
}

const MANY_STATES = 1000

const reductionNames = { dead: 'without dead variables', por: 'partial order' } as const

function reductionWords({ reduce }: VerifyOptions): string {
  return reduce.length === 0 ? 'no reductions' : reduce.map((name) => reductionNames[name]).join(', ')
}

function wrapped(text: string): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + word.length >= 78) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
