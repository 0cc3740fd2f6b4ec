/**
 * The models of the proposal's next revision, and what spin said of each variant: `samples/recorded-models.json` is both
 * the list of questions and the answers. `npm run record:spin` asks again and stops where we say something else.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileModel } from '#lib/promela/compile.ts'
import { createPropertySearch } from '#lib/promela/search/check-property.ts'
import { parseProperty } from '#lib/promela/search/property.ts'
import { runSpin } from '#lib/promela/shell/spin.ts'

/** Counts are those of the whole unreduced graph, and of safety only: cycles are looked for on a graph of spin's own. */
export type ModelAnswer = {
  readonly verdict: 'holds' | 'violated'
  readonly states?: number
  readonly matched?: number
}

export type RecordedModel = {
  /** In `models/` of the bundle. */
  readonly file: string
  readonly defines: Readonly<Record<string, string>>
  /** `safety`, or the name of an `ltl` block. */
  readonly property: string
  readonly spin: ModelAnswer
}

const record = path.join(import.meta.dirname, '../../samples/recorded-models.json')
const models = path.join(import.meta.dirname, '../../../../content/unpublished/io-uring-futex/v2/models')

export function readRecordedModels(): readonly RecordedModel[] {
  // Written by `recordModels` below, and every field is compared with something.
  const { cases } = JSON.parse(readFileSync(record, 'utf8')) as { cases: RecordedModel[] }
  if (cases.length === 0) throw new Error(`nothing is recorded in ${record}`)
  return cases
}

/** The texts of the folder, by name, as `#include` looks for them. */
export function modelFiles(): ReadonlyMap<string, string> {
  const names = readdirSync(models).filter((name) => name.endsWith('.pml'))
  return new Map(names.map((name) => [name, readFileSync(path.join(models, name), 'utf8')]))
}

type Question = Omit<RecordedModel, 'spin'>

export function oursOnModel({ file, defines, property }: Question): ModelAnswer {
  const { program, diagnostics } = compileModel({ files: modelFiles(), main: file, defines })
  const asked = parseProperty(property)
  if (!program || !asked) throw new Error(`${file}: ${property}: ${JSON.stringify(diagnostics)}`)
  const isSafety = property === 'safety'
  const opened = createPropertySearch(program, asked, isSafety ? { allErrors: true } : {})
  if (!opened.ok) throw new Error(`${file}: ${property} cannot be asked`)
  while (!opened.value.step(1_000_000).done);
  const verdict = opened.value.verdict()
  if (!verdict || verdict.kind === 'unfinished') throw new Error(`${file}: no verdict`)
  const { states, matched } = verdict.counts
  return { verdict: verdict.kind, ...(isSafety ? { states, matched } : {}) }
}

export async function spinOnModel({ file, defines, property }: Question): Promise<ModelAnswer> {
  const files = modelFiles()
  const included = new Map([...files].filter(([name]) => name !== file))
  const isSafety = property === 'safety'
  const result = await runSpin({ text: files.get(file) ?? '', included }, defines, {
    gcc: isSafety ? ['-DNOCLAIM'] : ['-USAFETY'],
    // With a claim pan stops at the first error: what follows it says no more.
    pan: isSafety ? [] : ['-a', '-N', property],
    timeoutMs: 600_000,
  })
  if (result.truncated || result.outOfMemory) throw new Error(`spin did not finish ${file} ${property}`)
  const verdict = result.errors > 0 ? 'violated' : 'holds'
  return { verdict, ...(isSafety ? { states: result.states, matched: result.matched } : {}) }
}

/** Asks spin again of every question of the record. A record is never made of a difference. */
export async function recordModels(tool: string): Promise<void> {
  const cases: RecordedModel[] = []
  for (const { file, defines, property } of readRecordedModels()) {
    const question = { file, defines, property }
    const spin = await spinOnModel(question)
    const ours = oursOnModel(question)
    if (JSON.stringify(ours) !== JSON.stringify(spin))
      throw new Error(
        `ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(spin)}: ${JSON.stringify(question)}`,
      )
    cases.push({ ...question, spin })
  }
  const head = {
    about:
      'Models of the next revision: what spin -a -o1 -o2 -o3; gcc -DNOREDUCE; pan -c0 says of each variant.',
    tool,
    license: 'CC0',
  }
  const lines = cases.map((item) => ` ${JSON.stringify(item)}`).join(',\n')
  writeFileSync(record, `${JSON.stringify(head).slice(0, -1)},\n "cases": [\n${lines}\n]}\n`)
}
