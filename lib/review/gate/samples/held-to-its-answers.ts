import { judgeWords } from '#lib/review/gate/answer-words.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'

/**
 * A bundle that is asked what it answers and nothing else, so that it passes: for tests that send a proposal, or mail to
 * it, and are not about the gate.
 */
export function heldToItsAnswers(bundle: Bundle): Bundle {
  const answered = new Set(
    bundle.answers.filter(({ text }) => judgeWords(text, []).state === 'answered').map(({ to }) => to),
  )
  const questions = bundle.questionnaire.questions
    .filter(({ id }) => answered.has(id))
    .map((question) => ({ ...question, needsClaim: false }))
  return { ...bundle, questionnaire: { ...bundle.questionnaire, questions } }
}
