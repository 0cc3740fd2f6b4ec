import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { msHere } from '../../scripts/cpu-time.mjs'
import { giveWay, noteLight, oneAfterAnother } from './give-way.server.ts'

const took = async (work: () => Promise<unknown>) => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

test('with nothing light under way the next piece begins at once', async () => {
  expect(await took(giveWay)).toBeLessThan(msHere(50))
})

test('a light request goes first, and the piece begins when it is answered', async () => {
  const answered = noteLight()
  let isAnswered = false
  void sleep(20).then(() => {
    isAnswered = true
    answered()
  })
  await giveWay()
  expect(isAnswered).toBe(true)
})

test('light requests without an end hold a piece up for a tenth of a second, not for ever', async () => {
  const ends = [noteLight(), noteLight(), noteLight()]
  const ms = await took(giveWay)
  expect(ms).toBeGreaterThan(80)
  for (const end of ends) end()
  expect(await took(giveWay)).toBeLessThan(msHere(50))
})

test('a request that lasts, such as a stream of news, is not waited for', async () => {
  const end = noteLight()
  await sleep(260)
  expect(await took(giveWay)).toBeLessThan(msHere(50))
  end()
})

test('pieces that are begun at once come one after another, and others run between them', async () => {
  const turn = oneAfterAnother()
  const seen: string[] = []
  const pieces = ['a', 'b', 'c'].map(async (name) => {
    await turn()
    seen.push(name)
    setImmediate(() => seen.push('other'))
  })
  await Promise.all(pieces)
  expect(seen).toEqual(['a', 'other', 'b', 'other', 'c'])
})
