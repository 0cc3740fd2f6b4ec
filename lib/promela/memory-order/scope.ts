/**
 * What a verdict is about and what it leaves open: one text, on the page beside every verdict and claim, and on the
 * command line. A promise that is worded in three ways is three promises.
 */

export const SEQUENTIAL = 'sequential consistency'

/** `order`: words for the memory order. `parameters`: "WAITERS=3"; left out where they stand beside it. */
export function scopeSentence(order: string, parameters?: string): string {
  const these = parameters === undefined ? '' : `: ${parameters}`
  return `All interleavings of this model under ${order}, for these parameters${these}.`
}

/** Store buffers cover some of what sequential consistency leaves out. */
export function notChecked(hasStoreBuffers: boolean): string {
  const reordering = hasStoreBuffers
    ? 'compiler reordering, CPU reordering of other variables and of other machines than x86'
    : 'compiler and CPU reordering'
  return `Not checked: ${reordering}, data races on plain accesses, the correspondence of model and C, interrupts and preemption unless modelled.`
}

/** Beside a claim, whose parameters stand there too. */
export const CHECKED_UNDER = `${scopeSentence(SEQUENTIAL)} ${notChecked(false)}`
