/**
 * Random models asked for safety: verdict and counts of the whole unreduced graph, ours and spin's.
 *
 * A case keeps its text, not its seed: the generator may change, what spin said of a text does not.
 */
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { runSpin } from '#lib/promela/shell/spin.ts'
import { type Emphasis, isUseless, randomModel, seededRandom } from './random-model.ts'

/** What a model is full of, and which of two nested escapes goes first: three ways to be wrong about escapes. */
export const safetyKinds = [
  { emphasis: 'mixed', unless: 'outer-first' },
  { emphasis: 'unless', unless: 'outer-first' },
  { emphasis: 'unless', unless: 'inner-first' },
] as const satisfies readonly { emphasis: Emphasis; unless: 'outer-first' | 'inner-first' }[]

export type SafetyKind = (typeof safetyKinds)[number]
export type SafetyQuestion = { readonly text: string; readonly unless: 'outer-first' | 'inner-first' }
export type SafetyAnswer = { readonly violated: boolean; readonly states: number; readonly matched: number }

export function safetyQuestion(seed: number, { emphasis, unless }: SafetyKind): SafetyQuestion {
  return { text: randomModel(seededRandom(seed), emphasis), unless }
}

/** `null`: the model says nothing, or it has more than `maxStates`. Throws where it does not compile. */
export function oursOnSafety({ text, unless }: SafetyQuestion, maxStates: number): SafetyAnswer | null {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
    unless,
  })
  if (isUseless(diagnostics)) return null
  if (!program) throw new Error(`${diagnostics[0]?.message}\n${text}`)
  const search = createSearch(program, { allErrors: true, maxStates })
  for (let slices = 0; slices < 60 && !search.step(50_000).done; slices++);
  const verdict = search.verdict()
  if (!verdict || verdict.kind === 'unfinished' || verdict.counts.states >= maxStates) return null
  const { states, matched } = verdict.counts
  return { violated: verdict.kind === 'violated', states, matched }
}

/** `null`: spin refuses the model, or its verifier gives up, so its counts say nothing. */
export async function spinOnSafety({ text, unless }: SafetyQuestion): Promise<SafetyAnswer | null> {
  const pan = unless === 'inner-first' ? ['-J'] : []
  const spin = await runSpin({ text }, {}, { pan }).catch(() => null)
  if (!spin || Number.isNaN(spin.states) || spin.truncated || spin.outOfMemory) return null
  // Pan stops at the first error of these kinds, whatever it was told.
  if (spin.complaint && /block in d_step|blocking sel|wrong nr of msg/.test(spin.complaint)) return null
  return { violated: spin.errors > 0, states: spin.states, matched: spin.matched }
}
