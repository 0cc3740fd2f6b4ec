import type { ThreadAct } from './state.ts'

const SAID: Readonly<Record<ThreadAct | 'condition' | 'promise', string>> = {
  resolve: 'is resolved',
  reopen: 'is open again',
  answer: 'is answered',
  keep: 'is kept open',
  drop: 'is dropped',
  lessen: 'is an issue now',
  split: 'is split',
  challenge: 'is challenged',
  override: 'is overridden',
  condition: 'says what would clear it',
  promise: 'is to be answered by the next revision',
}

/** What an act did, for who cannot see it. */
export const saidOf = (act: keyof typeof SAID, thread: number): string => `Thread ${thread} ${SAID[act]}.`
