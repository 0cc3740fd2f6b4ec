import { z } from 'zod'
import { decodeTrace } from '#lib/simulation/permalink.ts'
import { STEP_FATES, type StepFate, type StepSeen, stepSentence } from '#lib/simulation/step-shown.ts'
import { wholeWords } from './whole.ts'

/** A step as the database keeps it: written by this program, and by earlier builds of it. */
const Row = z.object({
  simulation: z.string(),
  model: z.string(),
  variant: z.string(),
  defines: z.record(z.string(), z.string()),
  storeBuffers: z.number().int().nullable(),
  property: z.string().nullable(),
  hash: z.string(),
  fingerprint: z.string(),
  schedule: z.string(),
  step: z.number().int().positive(),
  actor: z.string(),
  words: z.string(),
  changes: z.string(),
  state: z.string(),
})

/** Null: it is none, or one that cannot be read. */
export function readStep(row: unknown): StepSeen | null {
  const read = Row.safeParse(row)
  return read.success ? read.data : null
}

/** The choices from the initial state to the step; none where they cannot be read. */
export const scheduleOf = ({ schedule }: Pick<StepSeen, 'schedule'>): readonly number[] =>
  decodeTrace(schedule) ?? []

export const fateIn = (text: string | null): StepFate | null =>
  STEP_FATES.find((fate) => fate === text) ?? null

/** What a thread is about where a line of words is all there is room for. */
export function aboutWords(anchor: {
  readonly about: string
  readonly exact: string
  readonly step: unknown
  readonly block: { readonly writeup: string }
}): string {
  if (anchor.about === 'whole') return wholeWords(anchor.block.writeup)
  const step = readStep(anchor.step)
  return step === null ? anchor.exact : stepSentence(step)
}
