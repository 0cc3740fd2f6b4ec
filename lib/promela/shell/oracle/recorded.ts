/**
 * What the real spin said once, in lib/promela/samples: asked by `record.ts`, compared in every run of the tests without
 * spin. A few of the same questions are put to an installed spin as well, so that a record cannot go stale unseen.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ClaimAnswer, ClaimQuestion } from './random-claims.ts'
import type { Translator } from './random-formulas.ts'
import type { SafetyAnswer, SafetyQuestion } from './random-safety.ts'
import type { WalkAnswer, WalkQuestion } from './random-walks.ts'

export type Recorded = {
  'recorded-safety': SafetyQuestion & { readonly spin: SafetyAnswer }
  'recorded-claims': ClaimQuestion & { readonly spin: ClaimAnswer }
  /** `of`: where the model comes from; `text` is there unless that is the folder of a sample. */
  'recorded-walks': Omit<WalkQuestion, 'text'> & {
    readonly of: string
    readonly text?: string
    readonly trail: string
    readonly spin: WalkAnswer
  }
  /** A formula in prefix notation, and one bit for each of `recorded-words`. */
  'recorded-formulas': {
    readonly formula: string
    readonly translator: Translator
    readonly accepted: string
  }
  'recorded-words': string
}

const folder = path.join(import.meta.dirname, '../../samples')

export function readRecorded<Name extends keyof Recorded>(name: Name): readonly Recorded[Name][] {
  // Written by writeRecorded alone, and each use compares all of its fields with something.
  const cases = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')).cases as Recorded[Name][]
  if (cases.length === 0) throw new Error(`nothing is recorded in ${name}.json`)
  return cases
}

/** One case on each line, so that a change of one is a change of one line. */
export function writeRecorded<Name extends keyof Recorded>(
  name: Name,
  about: string,
  tool: string,
  cases: readonly Recorded[Name][],
): void {
  const head = `{"about": ${JSON.stringify(about)},\n "tool": ${JSON.stringify(tool)},\n "license": "CC0",\n "cases": [\n`
  const lines = cases.map((item) => ` ${JSON.stringify(item)}`).join(',\n')
  writeFileSync(path.join(folder, `${name}.json`), `${head}${lines}\n]}\n`)
}
