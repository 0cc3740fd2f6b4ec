import { expect, test } from 'vitest'
import { EVENTS } from '#lib/review/event/event.ts'
import { verdictsTold, verdictWords } from './verdicts-told.ts'

const claim = (id: string, verdict = 'holds', expect = 'holds') => ({ id, verdict, expect })

test('claims that are not as claimed are named, and those whose verdict is another than before', () => {
  const before = new Map([
    ...[
      ['wakes', 'holds'],
      ['lost', 'violated'],
      ['gone', 'holds'],
    ].map(([id = '', is = '']) => [id, is] as const),
  ])
  const told = verdictsTold(
    2,
    [claim('wakes', 'violated'), claim('lost', 'violated', 'violated'), claim('new')],
    before,
  )
  expect(told).toEqual({
    ...{ revision: 2, claims: 3, asClaimed: 2, fallen: ['wakes'] },
    changed: [{ claim: 'wakes', from: 'holds', to: 'violated' }],
  })
  expect(told && verdictWords(told)).toEqual({
    title: 'v2: 2 of 3 claims as claimed',
    text: 'Not as claimed: wakes\nwakes: was holds, now violated',
  })
})

test('a revision without claims tells of them only if the one before had some', () => {
  expect(verdictsTold(2, [], new Map())).toBeNull()
  const told = verdictsTold(2, [], new Map([['wakes', 'holds']]))
  expect(told && verdictWords(told).title).toBe('v2: has no claim any more')
})

test('however many claims fall, what is recorded is bounded and says how many there are', () => {
  const many = Array.from({ length: 1000 }, (_, i) => claim(`c${i}`, 'violated'))
  const told = verdictsTold(2, many, new Map(many.map(({ id }) => [id, 'holds'])))
  expect(told).toMatchObject({ claims: 1000, asClaimed: 0 })
  expect(told?.fallen.length).toBe(200)
  expect(EVENTS['claims-checked'].safeParse(told).success).toBe(true)
})
