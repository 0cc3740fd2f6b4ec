import { expect, test } from 'vitest'
import { answered, dueText, newSaver, type Saver, said, sent, typed } from './saver.ts'

const saved = (sha256: string, merged: string | null = null) => ({ kind: 'saved', sha256, merged }) as const
const away = { kind: 'away', words: 'The server does not answer.' } as const
const send = (saver: Saver, now: number) => {
  const text = dueText(saver, now)
  if (text === null) throw new Error('nothing is due')
  return sent(saver, text)
}

test('a text is sent after a pause, and while somebody types without one', () => {
  let saver = typed(newSaver('h0', 'a'), 'ab', 1000)
  expect(dueText(saver, 1300)).toBeNull()
  expect(dueText(saver, 1600)).toBe('ab')
  for (let now = 1100; now < 3500; now += 100) saver = typed(saver, `ab ${now}`, now)
  expect(dueText(saver, 3500)).toBe('ab 3400')
})

test('one save is on its way at a time, and what was typed meanwhile follows from what was saved', () => {
  let saver = send(typed(newSaver('h0', 'a'), 'ab', 0), 600)
  saver = typed(saver, 'abc', 700)
  expect(dueText(saver, 9000)).toBeNull()
  saver = answered(saver, saved('h1'), 900).saver
  expect(saver).toMatchObject({ base: 'h1', acknowledged: 'ab', text: 'abc', unsavedSince: 700 })
  expect(dueText(saver, 1400)).toBe('abc')
})

test('what somebody else wrote comes into the field only where nothing was typed since', () => {
  const sending = send(typed(newSaver('h0', 'a'), 'ab', 0), 600)
  expect(answered(sending, saved('h2', 'ab and theirs'), 900)).toMatchObject({
    replace: 'ab and theirs',
    saver: { base: 'h2', text: 'ab and theirs', unsavedSince: null },
  })
  const busy = typed(sending, 'abc', 700)
  expect(answered(busy, saved('h2', 'ab and theirs'), 900)).toMatchObject({
    replace: null,
    // From the base that it was typed on, so that the server brings all three together.
    saver: { base: 'h0', text: 'abc', acknowledged: 'a', sending: null },
  })
})

test('no answer is tried again, later and later, and the age of what is not saved is said, aloud from five seconds on', () => {
  let saver = typed(newSaver('h0', 'a'), 'ab', 0)
  const tried: number[] = []
  for (let now = 0; now <= 60_000; now += 100) {
    if (dueText(saver, now) === null) continue
    tried.push(now)
    saver = answered(send(saver, now), away, now).saver
  }
  expect(tried).toEqual([600, 1600, 3600, 7600, 15_600, 30_600, 45_600])
  expect(said(saver, 4999)).toEqual({ words: 'Not saved for 4 seconds.', isLate: false })
  expect(said(saver, 5000)).toEqual({
    words: 'Not saved for 5 seconds. The server does not answer.',
    isLate: true,
  })
  expect(said(saver, 3 * 24 * 3_600_000).words).toContain('Not saved for 3 days.')
  saver = answered(send(saver, 61_000), saved('h1'), 61_100).saver
  expect(said(saver, 62_000)).toEqual({ words: 'All of it is saved.', isLate: false })
})

test('two texts stop the saving, and the next one by hand is made from theirs', () => {
  const sending = send(typed(newSaver('h0', 'a'), 'mine', 0), 600)
  const answer = { kind: 'conflict', words: 'Bob changed it.', theirs: 'theirs', sha256: 'h9' } as const
  const { saver } = answered(sending, answer, 700)
  expect(saver).toMatchObject({ base: 'h9', text: 'mine' })
  expect(dueText(typed(saver, 'mine and more', 800), 99_000)).toBeNull()
  expect(said(saver, 800)).toEqual({ words: 'Bob changed it.', isLate: true })
})

test('what is typed back to what is saved is saved', () => {
  const saver = typed(typed(newSaver('h0', 'a'), 'ab', 0), 'a', 100)
  expect(dueText(saver, 9000)).toBeNull()
  expect(said(saver, 9000)).toEqual({ words: 'All of it is saved.', isLate: false })
})
