/** A step of a run that somebody points at, as values and words: for pages, which have no use for the checker. */
import { groupDigits } from '#lib/figures.ts'
import { unreachable } from '#lib/result.ts'
import { MAX_RUN_STEPS } from './max-run-steps.ts'
import { encodePermalink } from './permalink.ts'

export type StepSeen = {
  /** The id of the simulation, which is the key of its block. */
  readonly simulation: string
  readonly model: string
  readonly variant: string
  readonly defines: Readonly<Record<string, string>>
  /** Entries of the store buffers of x86-TSO; null: sequential consistency. */
  readonly storeBuffers: number | null
  /** What was asked of the model, in the words of a link; null: the link did not say. */
  readonly property: string | null
  /** SHA-256 of the model's files and defines, in hexadecimal digits. */
  readonly hash: string
  /** `modelFingerprint`, as links have it. */
  readonly fingerprint: string
  /** From the initial state to the step, as in a link. */
  readonly schedule: string
  /** From 1. */
  readonly step: number
  /** `P1 waiter:1` */
  readonly actor: string
  /** `P1 waiter:1: hb_waiters++` */
  readonly words: string
  /** `hb_waiters 0 → 1`; empty: nothing. */
  readonly changes: string
  /** The values after it: `hb_waiters 1, waiter:1 uval 0`. */
  readonly state: string
}

/** Whether a later model still goes the way of a step. */
export const STEP_FATES = ['same', 'replays', 'gone'] as const
export type StepFate = (typeof STEP_FATES)[number]

export type StepRefusal =
  | { readonly kind: 'damaged' | 'at-start' | 'too-long' | 'changed-by-hand' | 'other-model' | 'no-buffers' }
  | { readonly kind: 'no-variant'; readonly variant: string }
  | { readonly kind: 'does-not-compile' | 'no-simulation' | 'late' }
  /** From 1: the first step of the schedule that is not there. */
  | { readonly kind: 'no-step'; readonly at: number }

export function stepRefusalWords(refusal: StepRefusal): string {
  switch (refusal.kind) {
    case 'damaged':
      return 'The schedule of the step cannot be read.'
    case 'at-start':
      return 'No step has been taken: a comment on the beginning of a run is a comment on its simulation.'
    case 'too-long':
      return `A step that is commented on is one of the first ${groupDigits(MAX_RUN_STEPS)} of its run.`
    case 'changed-by-hand':
      return 'The model was changed on that page, and others do not have that change: a comment is on the model as it was published.'
    case 'other-model':
      return 'The model is another one than that whose step this is: the schedule belongs to another revision, or to another model.'
    case 'no-buffers':
      return 'The schedule goes through store buffers, and this model says for no variable that it has one.'
    case 'no-variant':
      return `The model has no variant “${refusal.variant}”.`
    case 'no-simulation':
      return 'This passage is no simulation whose steps could be commented on.'
    case 'does-not-compile':
      return 'The model does not compile in that variant.'
    case 'late':
      return 'Going the way to that step took too long. Comment on the simulation, and name the step in your words.'
    case 'no-step':
      return `The schedule does not exist in this model: there is no such step ${refusal.at}.`
    default:
      return unreachable(refusal)
  }
}

/** `Step 5 of “no-lost-wake”: P1 waiter:1: hb_waiters++ (hb_waiters 0 → 1)` */
export function stepSentence({
  step,
  variant,
  words,
  changes,
  storeBuffers,
}: Pick<StepSeen, 'step' | 'variant' | 'words' | 'changes' | 'storeBuffers'>): string {
  const where = storeBuffers === null ? variant : `${variant}, x86-TSO`
  return `Step ${groupDigits(step)} of “${where}”: ${words}${changes === '' ? '' : ` (${changes})`}`
}

/** The fragment that opens the simulation at the step, with its `#`. */
export function stepFragment(seen: StepSeen, trace: readonly number[]): string {
  const { simulation, variant, fingerprint, property, storeBuffers } = seen
  const link = { variant, model: fingerprint, property, storeBuffers, mutant: null, trace }
  return encodePermalink(simulation, { ...link, cursor: trace.length })
}

/** How a thread on a step came to a later revision, in words. `null`: nobody has looked. */
export function fateWords(fate: StepFate | null): string {
  switch (fate) {
    case 'same':
      return 'the model is the same'
    case 'replays':
      return 'the model changed, and its schedule still leads to this step'
    case 'gone':
      return 'the model changed, and its schedule does not lead to this step any more'
    case null:
      return 'whether the model still has this step was not looked at yet'
    default:
      return unreachable(fate)
  }
}
