import { isReviewAct, type ReviewAct } from './review-input.ts'

const DONE: Readonly<Record<ReviewAct, string>> = {
  'ask-for-review': 'Review is asked for. Whoever was asked has the turn.',
  'call-last': 'Last call runs.',
  accept: 'The proposal is accepted.',
  reject: 'The proposal is rejected.',
  withdraw: 'The proposal is withdrawn.',
  'place-hold': 'Your hold is placed.',
  'lift-hold': 'Your hold is lifted.',
  'take-stance': 'Your stance is kept.',
  'withdraw-stance': 'Your stance is taken back; that you had it stays in the log.',
  'mark-editorial': 'It is marked as editorial; stances on it stay.',
  'dispute-editorial': 'You said that it is not editorial; stances on it are stale.',
  snooze: 'It is put off.',
  wake: 'It is back among your turns.',
}

/** What was just done, by the name that the address has; null: nothing. */
export const doneWords = (act: string): string | null => (isReviewAct(act) ? DONE[act] : null)
