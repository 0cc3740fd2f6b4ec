/**
 * `coherent verify FILE.pml --mutate`: the model is broken in one place at a time, and each claim is asked whether it
 * notices. 0: all mutants are noticed (or equivalent), 1: some survive, 2: some were not finished, 3: bad input, which
 * includes a model of which no claim holds in the first place.
 */
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { figure } from '#lib/figures.ts'
import type { CompileInput } from '#lib/promela/compile.ts'
import type { Answer } from '#lib/promela/experiment/answer.ts'
import {
  checkMutants,
  type MutantResult,
  type MutationReport,
} from '#lib/promela/experiment/check-mutants.ts'
import type { Verdict } from '#lib/promela/machine/verdict.ts'
import { driveSearch } from '#lib/promela/shell/drive.ts'
import { createEngineSearch } from '#lib/promela/shell/search-engine.ts'
import { defineFlags } from '#lib/promela/spin/spin-command.ts'
import { unreachable } from '#lib/result.ts'
import type { MutateOptions, VerifyOptions } from './verify-options.ts'

/** What `verify` calls a terminal. */
type Terminal = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly watched: boolean
  readonly interrupt: AbortSignal
}

/** Ctrl-C is heard that often. */
const TURN_MS = 20
const ERASE_REST = '\u001b[K'

/** `input` is a model that compiles and in which something runs. */
export async function verifyMutants(
  input: CompileInput,
  options: VerifyOptions,
  { properties, fair, seconds }: MutateOptions,
  terminal: Terminal,
): Promise<number> {
  const began = performance.now()
  const { lossy, channelsEmpty, maxStates, maxMemoryBytes } = options
  let shown = Number.NEGATIVE_INFINITY
  const report = await checkMutants(input, {
    ...(properties ? { properties } : {}),
    fair,
    open: (program, property, rules) => createEngineSearch(program, property, rules, options.engine),
    search: {
      lossy,
      channelsEmpty,
      order: options.search,
      reduce: { dead: options.reduce.includes('dead'), por: options.reduce.includes('por') },
      ...(maxStates === null ? {} : { maxStates }),
      ...(maxMemoryBytes === null ? {} : { maxMemoryBytes }),
    },
    run: (search, mutant) =>
      driveSearch(search, {
        now: () => performance.now(),
        pause: async () => {
          await nextTurn()
        },
        // The model itself is what everything is compared with: it takes the time that it takes.
        ...(mutant ? { maxMs: seconds * 1000 } : {}),
        reportEveryMs: TURN_MS,
        cancelled: () => terminal.interrupt.aborted,
      }),
    onProgress: ({ done, total, mutant }) => {
      if (!terminal.watched || performance.now() - shown < 100) return
      shown = performance.now()
      terminal.err(
        `\r${mutant ? `${done} of ${total}: ${mutant.description}` : 'the model itself'}${ERASE_REST}`,
      )
    },
    cancelled: () => terminal.interrupt.aborted,
  })
  if (Number.isFinite(shown)) terminal.err(`\r${ERASE_REST}`)
  if (!report) return 3
  const ms = performance.now() - began
  terminal.out(
    options.json ? `${JSON.stringify(reportJson(report, options, ms), null, 2)}\n` : words(report, options),
  )
  return mutationExitCode(report)
}

export function mutationExitCode(report: MutationReport): 0 | 1 | 2 | 3 {
  if (report.properties.length === 0)
    return report.excluded.some(({ verdict }) => verdict.kind === 'unfinished') ? 2 : 3
  const has = (status: MutantResult['status']): boolean =>
    report.mutants.some((item) => item.status === status)
  if (has('survived')) return 1
  return has('unfinished') || report.cancelled ? 2 : 0
}

// --- For programs -------------------------------------------------------------------------------------------

function reportJson(report: MutationReport, { file, defines, tso, reduce }: VerifyOptions, ms: number) {
  return {
    file,
    defines,
    ...(tso === null ? {} : { storeBuffers: tso }),
    reductions: reduce,
    properties: report.properties.map((property) => ({ property, ...report.base.get(property) })),
    ...(report.unknown.length === 0 ? {} : { unknown: report.unknown }),
    excluded: report.excluded.map(({ property, verdict }) => ({ property, verdict: verdict.kind })),
    mutants: report.mutants.map(({ mutant, status, answers, sameAs, stillborn }) => ({
      id: mutant.id,
      kind: mutant.kind,
      file: mutant.span.file,
      line: mutant.span.line,
      column: mutant.span.column,
      text: mutant.text,
      description: mutant.description,
      inline: mutant.inline,
      status,
      answers: answers.map((answer, index) => ({ property: report.properties[index], ...answer })),
      sameAs,
      ...(stillborn === null ? {} : { message: stillborn }),
    })),
    total: report.total,
    cancelled: report.cancelled,
    ms: Math.round(ms),
  }
}

// --- For people ---------------------------------------------------------------------------------------------

const shapes = { noticed: '●', survived: '▲', unfinished: '◐', equivalent: '○', stillborn: '–' } as const

function words(report: MutationReport, options: VerifyOptions): string {
  const lines = [[options.file, ...defineFlags(options.defines)].join(' '), '']
  lines.push(...report.unknown.map((why) => `Not asked: ${why}.`))
  for (const { property, verdict } of report.excluded) lines.push(`${property}: ${excludedWords(verdict)}`)
  if (report.properties.length === 0) {
    lines.push('Mutations say something only about a claim that holds; none does.')
    return `${lines.join('\n')}\n`
  }
  const names = report.properties.map(
    (name) => `${name} (${figure(report.base.get(name)?.states ?? 0, 'state')})`,
  )
  const order = options.tso === null ? '' : `, x86-TSO with buffers of ${options.tso}`
  lines.push(`Holds of the model${order}: ${names.join(', ')}`, '')
  const place = ({ mutant }: MutantResult): string => {
    const { file, line } = mutant.span
    return `${join(dirname(options.file), file)}:${line}`
  }
  const width = Math.max(0, ...report.mutants.map((item) => place(item).length))
  for (const result of report.mutants) {
    const { mutant, status } = result
    const inside = mutant.inline === null ? '' : `in ${mutant.inline}: `
    lines.push(`${shapes[status]} ${place(result).padEnd(width)}  ${inside}${mutant.description}`)
    lines.push(`  ${' '.repeat(width)}  ${outcome(result, report.properties)}`)
  }
  return `${[...lines, '', ...summary(report)].join('\n')}\n`
}

function excludedWords(verdict: Verdict): string {
  return verdict.kind === 'violated'
    ? `violated without any mutation (${verdict.message}), so it is left out`
    : 'not finished within its bounds, so it is left out'
}

function outcome({ answers, sameAs, stillborn }: MutantResult, properties: readonly string[]): string {
  if (stillborn !== null) return `no model: ${stillborn}`
  const said = answers.map((answer, index) => {
    const name = properties.length > 1 ? `${properties[index]}: ` : ''
    return `${name}${answerWords(answer)}`
  })
  const same = sameAs === null ? '' : sameAs === 'model' ? ' (the same program)' : ` (as ${sameAs})`
  return `${said.join('; ')}${same}`
}

function answerWords(answer: Answer): string {
  switch (answer.kind) {
    case 'noticed':
      return `noticed after ${figure(answer.steps, 'statement')}: ${answer.message}`
    case 'survived':
      return `not noticed in ${figure(answer.states, 'state')}`
    case 'equivalent':
      return `no difference in ${figure(answer.states, 'state')}: likely equivalent`
    case 'unfinished':
      return `not finished: stopped at ${figure(answer.states, 'state')} by its bound (${answer.bound})`
    default:
      return unreachable(answer)
  }
}

function summary({ mutants, properties, cancelled, total }: MutationReport): readonly string[] {
  const count = (status: MutantResult['status']): number =>
    mutants.filter((item) => item.status === status).length
  const parts = (['noticed', 'survived', 'equivalent', 'unfinished', 'stillborn'] as const)
    .map((status) => [count(status), status] as const)
    .filter(([number]) => number > 0)
    .map(([number, status]) => `${number} ${status}`)
  const lines = [`${figure(mutants.length, 'mutant')}: ${parts.join(', ')}`]
  if (cancelled) lines.push(`Stopped; ${total - mutants.length} were not looked at.`)
  properties.forEach((property, index) => {
    const asked = mutants.filter(({ answers }) => answers.length > 0)
    if (asked.length > 0 && asked.every(({ answers }) => answers[index]?.kind !== 'noticed'))
      lines.push(`${property} noticed none of them: it says nothing about this model.`)
  })
  return lines
}
