import { expect, test } from 'vitest'
import { doneWords } from './review-done.ts'
import { inputProblem, REVIEW_ACTS, ReviewInput } from './review-input.ts'

const parse = (form: Readonly<Record<string, unknown>>) => ReviewInput.safeParse({ slug: 'futex', ...form })
const problem = (form: Readonly<Record<string, unknown>>) => {
  const parsed = parse(form)
  return parsed.success ? null : inputProblem(parsed.error)
}
const stance = { act: 'take-stance', value: 'reviewed_by', revision: '1', writeups: ['lifetime'], words: '' }

test('each form is taken as what its act says that it is', () => {
  expect(parse({ act: 'reject', reason: 'It is another one meanwhile.', seen: 'draft' }).success).toBe(true)
  expect(parse({ act: 'place-hold', reason: 'To read it.', days: '7' })).toMatchObject({ data: { days: 7 } })
  expect(parse(stance).success).toBe(true)
  expect(parse({ act: 'snooze', until: '2026-12-24' })).toMatchObject({
    data: { until: new Date('2026-12-24T23:59:59Z') },
  })
  expect(parse({ act: 'close-objection' }).success).toBe(false)
})

test('what a person can mend is said in a sentence, whichever form it was', () => {
  expect(problem({ act: 'place-hold', reason: '', days: '15' })).toBe('A hold has one to fourteen days.')
  expect(problem({ act: 'place-hold', reason: '', days: 'x' })).toBe('A hold has one to fourteen days.')
  expect(problem({ ...stance, writeups: [] })).toBe('Choose the write-ups that it covers.')
  expect(problem({ act: 'snooze', until: 'soon' })).toBe('Choose a day, such as 2026-12-24.')
  expect(problem({ act: 'snooze', until: '2026-13-99' })).toBe('There is no such day.')
  expect(problem({ act: 'reject', reason: 'x '.repeat(1500) })).toMatch(/^At most 2000 characters/)
  expect(problem({ ...stance, revision: 'x' })).toBeNull()
})

test('each act says that it was done, and an address of another name says nothing', () => {
  for (const act of REVIEW_ACTS) expect(doneWords(act)).toMatch(/\.$/)
  expect(doneWords('<script>')).toBeNull()
})
