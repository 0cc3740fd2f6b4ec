import { expect, test } from 'vitest'
import { takenUp } from './draft-journal.ts'

const kept = { values: ['The lock is taken twice.'], lockVersion: '3', sent: null }

test('words that were not saved come back into their form, on the version that they were typed on', () => {
  expect(takenUp(kept, { values: ['The lock'], lockVersion: '3' })).toEqual({
    ...{ values: kept.values, lockVersion: '3' },
  })
})

test('what the server has is not given back', () => {
  expect(takenUp(kept, { values: kept.values, lockVersion: '4' })).toBeNull()
})

test('over words of another tab they come with the old version, so that both are shown', () => {
  expect(takenUp(kept, { values: ['Something else.'], lockVersion: '4' })?.lockVersion).toBe('3')
})

test('over what the last save sent, which arrived although nobody heard, they go on', () => {
  const sent = ['The lock is taken']
  expect(takenUp({ ...kept, sent }, { values: sent, lockVersion: '4' })?.lockVersion).toBe('4')
})

test('where the form has other fields now they are left', () => {
  expect(takenUp(kept, { values: ['The lock', 'note'], lockVersion: '3' })).toBeNull()
})
