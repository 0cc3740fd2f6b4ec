import 'server-only'
import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel, includeClosure } from '#lib/promela/compile.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import { checkerVersion, claimEnd, type Verdict } from '#lib/promela/machine/verdict.ts'
import { claimDiagnostics, createPropertySearch } from '#lib/promela/search/check-property.ts'
import type { Property } from '#lib/promela/search/property.ts'
import { cpuTable } from '#lib/promela/trace/cpu-table.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { ModelDefine } from '#lib/writeup/parse/cover.ts'
import type { CheckReport } from './check-report.ts'

/** What is checked: a model of a bundle with the defines of one variant. */
export type CheckedModel = {
  readonly files: ReadonlyMap<string, string>
  readonly main: string
  readonly defines: readonly ModelDefine[]
}

/** What a claim may cost at publish. Beyond it the verdict is `unfinished`, with the bound that was hit. */
export const PUBLISH_LIMITS = { maxStates: 5_000_000, maxMemoryBytes: 512 * 1024 * 1024, maxMs: 60_000 }

/** States between two looks at the clock: some milliseconds, so that other requests are served meanwhile. */
const BUDGET = 20_000

export const definesOf = (defines: readonly ModelDefine[]): Record<string, string> =>
  Object.fromEntries(defines.map(({ name, value }) => [name, value ?? '']))

/**
 * SHA-256, 32 bytes, over what decides a verdict: the model's files (its `#include` closure, the main file first) and
 * the defines, sorted. Each part is preceded by its length, so that no two inputs run together.
 */
export function modelHash({
  files,
  main,
  defines,
}: Pick<CheckedModel, 'files' | 'main'> & {
  readonly defines: readonly Pick<ModelDefine, 'name' | 'value'>[]
}): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha256')
  const part = (text: string) => hash.update(`${Buffer.byteLength(text)}\0`).update(text)
  for (const path of includeClosure(files, main)) {
    part(path)
    part(files.get(path) ?? '')
  }
  for (const { name, value } of [...defines].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    part(name)
    part(value ?? '')
  }
  return new Uint8Array(hash.digest())
}

/** Runs the search to its end or to a limit, giving way to other work of the process in between. */
export async function checkModel(
  model: CheckedModel,
  property: Property,
  limits = PUBLISH_LIMITS,
): Promise<Result<CheckReport, readonly Diagnostic[]>> {
  const began = performance.now()
  const { program, diagnostics } = compileModel({
    files: model.files,
    main: model.main,
    defines: definesOf(model.defines),
  })
  if (!program) return err(diagnostics)
  const opened = createPropertySearch(program, property, limits)
  if (!opened.ok) return err(claimDiagnostics(program, opened.error))
  const search = opened.value
  while (!search.step(BUDGET).done) {
    if (performance.now() - began > limits.maxMs) {
      search.stop('time')
      break
    }
    await nextTurn()
  }
  const verdict = search.verdict() ?? search.stop('time')
  return ok(reportOf(program, verdict, performance.now() - began))
}

/** The part of a verdict that is stored and shown: numbers and words, no program. */
function reportOf(program: Program, verdict: Verdict, ms: number): CheckReport {
  const { states, matched, transitions, depth } = verdict.counts
  const common = { states, matched, transitions, depth, ms: Math.round(ms), checkerVersion }
  switch (verdict.kind) {
    case 'holds':
      return {
        ...common,
        kind: 'holds',
        unreached: verdict.unreached.map(({ proctype, text, span }) => ({ proctype, text, line: span.line })),
      }
    case 'violated':
      return {
        ...common,
        kind: 'violated',
        error: verdict.message,
        line: verdict.span.line,
        trace: verdict.trace,
        ...(verdict.cycleStart === undefined ? {} : { cycleStart: verdict.cycleStart }),
        table: cpuTable(program, verdict.trace, { end: claimEnd(verdict) }),
      }
    case 'unfinished':
      return { ...common, kind: 'unfinished', message: verdict.message }
  }
}
