import type { ThreadShown } from '#lib/review/thread/thread.ts'
import type { WordedAct } from '#lib/review/thread/thread-input.ts'

/** Whether the viewer may bring these words to the thread now. */
export const mayBring = ({ acts, review }: ThreadShown, act: WordedAct): boolean =>
  act === 'condition' ? review?.owesCondition === true : acts.includes(act)
