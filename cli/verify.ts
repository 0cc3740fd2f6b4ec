/**
 * `coherent verify FILE.pml`: the checker on a file, without a database and without a browser.
 *
 * 0 holds, 1 violated, 2 unfinished, 3 bad input. Whoever asks for JSON gets one object on standard output in all
 * four cases; a counterexample in another form than text has standard output for itself, so that it can be piped.
 */
import { dirname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { groupDigits } from '#lib/figures.ts'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import { claimDiagnostics, everyProperty, unaskedClaims } from '#lib/promela/search/check-property.ts'
import { propertyWords } from '#lib/promela/search/property.ts'
import type { Progress, Search } from '#lib/promela/search/search.ts'
import { driveSearch } from '#lib/promela/shell/drive.ts'
import { type ModelFiles, readModel } from '#lib/promela/shell/read-model.ts'
import { createEngineSearch, type EngineSearch } from '#lib/promela/shell/search-engine.ts'
import { invariant, type Result } from '#lib/result.ts'
import { diagnosticLines } from './verify-diagnostics.ts'
import { verifyMutants } from './verify-mutants.ts'
import { parseVerifyOptions, VERIFY_USAGE, type VerifyOptions } from './verify-options.ts'
import {
  badInputJson,
  reportLines,
  summaryLine,
  type Verified,
  verifiedJson,
  writeTrace,
} from './verify-report.ts'
import { askSpin, comparisonLines, type SpinAnswer } from './verify-spin.ts'

/** What is read and written around a check; tests put their own in its place. */
export type Terminal = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Standard error is looked at: progress may be written there. */
  readonly watched: boolean
  /** Aborted by Ctrl-C: the search then ends as unfinished. */
  readonly interrupt: AbortSignal
}

export async function verify(args: readonly string[], terminal = processTerminal()): Promise<number> {
  const options = parseVerifyOptions(args)
  if (!options.ok) {
    if (args.includes('--json')) terminal.out(toJson(badInputJson(null, options.error, [])))
    else terminal.err(`coherent verify: ${options.error}\n\n${VERIFY_USAGE}\n`)
    return 3
  }
  if (options.value === 'help') {
    terminal.out(`${VERIFY_USAGE}\n`)
    return 0
  }
  return check(options.value, terminal)
}

async function check(options: VerifyOptions, terminal: Terminal): Promise<number> {
  const model = await readModel(options.file)
  if (!model.ok) {
    if (options.json) terminal.out(toJson(badInputJson(options, model.error, [])))
    else terminal.err(`coherent verify: ${model.error}\n`)
    return 3
  }
  const input = {
    ...model.value,
    defines: options.defines,
    unless: options.unless,
    ...(options.tso === null ? {} : { storeBuffers: options.tso }),
  }
  const began = performance.now()
  const { program, diagnostics } = compileModel(input)
  if (!options.json) complain(diagnostics, model.value, options, terminal)
  if (!program) {
    if (options.json)
      terminal.out(
        toJson(badInputJson(options, 'the model has errors', diagnostics, performance.now() - began)),
      )
    return 3
  }
  if (program.initial.length === 0) {
    const nothing = 'nothing runs: the model has no active proctype and no init'
    if (options.json) terminal.out(toJson(badInputJson(options, nothing, diagnostics)))
    else terminal.err(`coherent verify: ${nothing}\n`)
    return 3
  }
  if (options.mutate) return verifyMutants(input, options, options.mutate, terminal)
  if (options.maxMemoryBytes !== null && options.maxMemoryBytes > MAX_ADDRESSED && !options.json)
    terminal.err(
      `--max-memory: generated code addresses ${MAX_ADDRESSED / 2 ** 20} MB of states at most, and stops there\n`,
    )
  const compiled = { input, program, diagnostics }
  return options.everyProperty
    ? answerEvery(options, options.everyProperty.fair, compiled, terminal)
    : answerOne(options, compiled, began, terminal)
}

type Compiled = Pick<Verified, 'input' | 'program' | 'diagnostics'>

/** @param began by `performance.now()` */
async function answerOne(
  options: VerifyOptions,
  compiled: Compiled,
  began: number,
  terminal: Terminal,
): Promise<number> {
  const states = openSearch(compiled.program, options)
  if (!states.ok) {
    const unknown = claimDiagnostics(compiled.program, states.error)
    if (options.json) terminal.out(toJson(badInputJson(options, states.error, unknown)))
    else terminal.err(`coherent verify: ${states.error}\n`)
    return 3
  }
  const unasked = unaskedClaims(compiled.program, options.property)
  if (unasked.length > 0 && !options.json) terminal.err(`${unaskedWords(unasked, options)}\n`)
  const answer = await answered(options, compiled, states.value, began, terminal)
  const { verified, spin } = answer
  const { verdict } = verified
  if (options.json) {
    terminal.out(toJson({ ...verifiedJson(verified), ...(spin ? { spin } : {}) }))
    return exitCodes[verdict.kind]
  }
  const form = options.trace ?? 'text'
  const alone = form !== 'text' && verdict.kind === 'violated'
  if (alone) terminal.out(writeTrace(verified, form))
  const report = textReport(answer)
  if (alone) terminal.err(report)
  else terminal.out(report)
  return exitCodes[verdict.kind]
}

/**
 * Each question has a report of its own, and the exit code is that of the worst: a violation before what is unfinished. As JSON
 * they are `checks` of one object, whose verdict is the worst as well.
 */
async function answerEvery(
  options: VerifyOptions,
  fair: boolean,
  compiled: Compiled,
  terminal: Terminal,
): Promise<number> {
  const asked = everyProperty(compiled.program, fair)
  const checks: Answered[] = []
  for (const property of asked) {
    if (terminal.interrupt.aborted) break
    const began = performance.now()
    const states = openSearch(compiled.program, { ...options, property })
    invariant(states.ok, 'a claim of the model is there')
    const answer = await answered({ ...options, property }, compiled, states.value, began, terminal)
    checks.push(answer)
    if (!options.json) terminal.out(`${checks.length > 1 ? `\n${RULE}\n\n` : ''}${textReport(answer)}`)
  }
  const notAsked = asked.slice(checks.length).map(propertyWords)
  const kinds = checks.map(({ verified }) => verified.verdict.kind)
  const worst = (['violated', 'unfinished', 'holds'] as const).find((kind) => kinds.includes(kind))
  const isWhole = notAsked.length === 0
  const verdict = worst === 'holds' && !isWhole ? 'unfinished' : (worst ?? 'unfinished')
  if (options.json) {
    const reports = checks.map(({ verified, spin }) => everyJson(verified, spin))
    const { file, defines } = options
    terminal.out(toJson({ file, defines, property: 'all', fair, verdict, checks: reports, notAsked }))
  } else {
    const lines = checks.map(({ verified }) => summaryLine(verified))
    const rest = isWhole ? [] : [`Stopped; not asked: ${notAsked.join(', ')}`]
    terminal.out(`\n${RULE}\n\n${[...lines, ...rest].join('\n')}\n`)
  }
  return exitCodes[verdict]
}

const RULE = '-'.repeat(72)

/** What the model does not have to say twice is left out: each claim is asked. */
function everyJson(verified: Verified, spin: SpinAnswer | null): Readonly<Record<string, unknown>> {
  const { unasked: _, ...report } = verifiedJson(verified)
  return { ...report, ...(spin ? { spin } : {}) }
}

type Answered = { readonly verified: Verified; readonly spin: SpinAnswer | null }

async function answered(
  options: VerifyOptions,
  compiled: Compiled,
  states: EngineSearch,
  began: number,
  terminal: Terminal,
): Promise<Answered> {
  const verdict = await search(states, terminal)
  const { engine } = states
  const verified: Verified = { options, ...compiled, verdict, engine, ms: performance.now() - began }
  return { verified, spin: options.spin ? await askSpin(verified, terminal.interrupt) : null }
}

function textReport({ verified, spin }: Answered): string {
  const lines = [...reportLines(verified), ...(spin ? ['', ...comparisonLines(verified, spin)] : [])]
  return `${lines.join('\n')}\n`
}

/** WebAssembly's 32 bits; the memory of a search in JavaScript is no larger. */
const MAX_ADDRESSED = 2 ** 32

function unaskedWords(unasked: readonly string[], { property }: VerifyOptions): string {
  const search = property === 'safety' ? 'a search for safety' : `a search for ${propertyWords(property)}`
  return `${unasked.join(', ')}: ${search} does not check it; see --property`
}

function openSearch(program: Program, options: VerifyOptions): Result<EngineSearch, string> {
  const { property, lossy, channelsEmpty, allErrors, maxStates, maxMemoryBytes, reduce } = options
  const limits = {
    ...(maxStates === null ? {} : { maxStates }),
    ...(maxMemoryBytes === null ? {} : { maxMemoryBytes }),
  }
  const reduced = { dead: reduce.includes('dead'), por: reduce.includes('por') }
  const rules = { lossy, channelsEmpty, allErrors, order: options.search, reduce: reduced }
  return createEngineSearch(program, property, { ...rules, ...limits }, options.engine)
}

async function search(states: Search, terminal: Terminal): Promise<Verdict> {
  let shown = 0
  const verdict = await driveSearch(states, {
    now: () => performance.now(),
    pause: async () => {
      await nextTurn()
    },
    reportEveryMs: TURN_MS,
    onProgress: (progress, elapsedMs) => {
      if (!terminal.watched || elapsedMs - shown < SHOW_EVERY_MS) return
      shown = elapsedMs
      terminal.err(`\r${progressLine(progress, elapsedMs)}${ERASE_REST}`)
    },
    cancelled: () => terminal.interrupt.aborted,
  })
  if (shown > 0) terminal.err(`\r${ERASE_REST}`)
  return verdict
}

/** Ctrl-C is heard that often. */
const TURN_MS = 20
const SHOW_EVERY_MS = 200
/** ANSI: erase from here to the end of the line. */
const ERASE_REST = '\u001b[K'

function progressLine({ states, depth, frontier, bytes }: Progress, elapsedMs: number): string {
  const rate = groupDigits((states / elapsedMs) * 1000)
  return `${groupDigits(states)} states (${rate}/s), depth ${groupDigits(depth)}, ${groupDigits(frontier)} to expand, ${groupDigits(bytes / 2 ** 20)} MiB`
}

function complain(
  diagnostics: readonly Diagnostic[],
  { files }: ModelFiles,
  { file }: VerifyOptions,
  terminal: Terminal,
): void {
  for (const line of diagnosticLines(diagnostics, files, dirname(file))) terminal.err(`${line}\n`)
}

const exitCodes = { holds: 0, violated: 1, unfinished: 2 } as const satisfies Record<Verdict['kind'], number>

function toJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2)
  invariant(text !== undefined, 'a report is an object')
  return `${text}\n`
}

function processTerminal(): Terminal {
  const interrupt = new AbortController()
  // Once: who presses it twice does not want to wait for counts.
  process.once('SIGINT', () => interrupt.abort())
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    watched: process.stderr.isTTY === true,
    interrupt: interrupt.signal,
  }
}
