import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import {
  LINES_AT_A_PLACE,
  PAGE_BUDGET,
  partsOf,
  partWith,
  planThreads,
  READ_AT_ONCE,
  readingsOf,
  roomForThreads,
  type Share,
  type ThreadHead,
} from './page-plan.ts'

const head = (number: number, over: Partial<ThreadHead> = {}): ThreadHead => ({
  number,
  blockKey: `b${number % 200}`,
  isOpen: true,
  comments: 12,
  bytes: 3000,
  endBytes: 500,
  ...over,
})
const many = (n: number, over: Partial<ThreadHead> = {}) =>
  Array.from({ length: n }, (_, i) => head(i + 1, over))
const count = (plan: ReadonlyMap<number, Share>, share: Share) =>
  [...plan.values()].filter((one) => one === share).length

test('everything is shown while it fits', () => {
  const plan = planThreads(many(10), { elements: 4000, bytes: 100_000 })
  expect(count(plan, 'whole')).toBe(10)
})

test('beyond the room every thread has a line, and some more than that', () => {
  const plan = planThreads(many(800), { elements: 5000, bytes: 160_000 })
  expect(plan.size).toBe(800)
  expect(count(plan, 'counted')).toBe(0)
  expect(count(plan, 'line')).toBeGreaterThan(600)
  expect(count(plan, 'ends') + count(plan, 'whole')).toBeGreaterThan(15)
})

test('what is open comes before what is closed, and the newer before the older', () => {
  const heads = [
    ...many(400, { isOpen: false }),
    head(401),
    head(402),
    ...many(300).map((h) => ({ ...h, number: h.number + 500 })),
  ]
  const plan = planThreads(heads, { elements: 5000, bytes: 160_000 })
  expect(plan.get(800)).not.toBe('line')
  expect(plan.get(1)).toBe('line')
  const shown = heads.filter(({ number }) => plan.get(number) !== 'line')
  expect(shown.length).toBeGreaterThan(0)
  expect(shown.every(({ isOpen }) => isOpen)).toBe(true)
})

test('a place with hundreds of threads has a few lines and a count', () => {
  const plan = planThreads(many(5000, { blockKey: 'one' }), { elements: 4000, bytes: 160_000 })
  expect(plan.size).toBe(5000)
  expect(count(plan, 'counted')).toBe(5000 - LINES_AT_A_PLACE)
  // The three newest are those with a line or more.
  expect([5000, 4999, 4998].map((n) => plan.get(n))).not.toContain('counted')
})

test('where the lines of many places would take all, some threads are still shown and each place has a count', () => {
  const plan = planThreads(many(800), { elements: 3000, bytes: 160_000 })
  expect(count(plan, 'line')).toBeGreaterThan(60)
  expect(count(plan, 'counted')).toBeGreaterThan(400)
  expect(count(plan, 'ends') + count(plan, 'whole')).toBeGreaterThan(5)
})

test('one thread of ten thousand comments is its ends', () => {
  const plan = planThreads([head(1, { comments: 10_000, bytes: 3_000_000 })], {
    elements: 4000,
    bytes: 160_000,
  })
  expect(plan.get(1)).toBe('ends')
})

test('a thread whose first comment alone is too large is a line', () => {
  const plan = planThreads([head(1, { comments: 3, bytes: 9_000_000, endBytes: 8_000_000 })], {
    elements: 4000,
    bytes: 160_000,
  })
  expect(plan.get(1)).toBe('line')
})

test('without any room nothing is promised, and every thread still has a share', () => {
  const plan = planThreads(many(50), { elements: 0, bytes: 0 })
  expect(plan.size).toBe(50)
  expect(count(plan, 'counted')).toBe(50)
})

test('the plan of fifty thousand threads takes no time that shows', () => {
  const heads = many(50_000)
  const cost = () => {
    const began = cpuMs()
    planThreads(heads, { elements: 4000, bytes: 160_000 })
    return cpuMs() - began
  }
  // The best of five: the machine may be busy with something else.
  expect(Math.min(...[0, 1, 2, 3, 4].map(cost))).toBeLessThan(msHere(1000))
})

test('a text leaves room for threads by its length, and never none', () => {
  const code = '(0,t.jsx)(e.p,{children:"x"}),(0,t.jsxs)(e.p,{})'
  const short = roomForThreads({ codes: [code], modelLines: 0, passages: 0 })
  const long = roomForThreads({ codes: [code.repeat(500)], modelLines: 350, passages: 300 })
  expect(short.elements).toBeLessThan(PAGE_BUDGET.elements - 200)
  expect(short.elements).toBeGreaterThan(7000)
  expect(long.elements).toBeLessThan(short.elements - 3000)
  const huge = roomForThreads({ codes: [code.repeat(50_000)], modelLines: 0, passages: 0 })
  expect(huge.elements).toBeGreaterThan(500)
  expect(huge.bytes).toBeGreaterThan(20_000)
})

const comments = (n: number, bytes = 200) => Array.from({ length: n }, (_, i) => ({ seq: i + 1, bytes }))

test('a thread that fits is one part, and none of a long one is left out or stands twice', () => {
  expect(partsOf(comments(40))).toEqual([{ from: 1, to: 40 }])
  const parts = partsOf(comments(2000))
  expect(parts.length).toBeGreaterThan(5)
  expect(parts[0]?.from).toBe(1)
  expect(parts.at(-1)?.to).toBe(2000)
  for (const [i, { from }] of parts.entries()) if (i > 0) expect(from).toBe((parts[i - 1]?.to ?? 0) + 1)
})

test('the first hundred comments are in the first part, as their addresses say', () => {
  expect(partsOf(comments(2000, 600))[0]?.to).toBeGreaterThanOrEqual(100)
})

test('what is written later moves no comment into another part', () => {
  const before = partsOf(comments(700))
  expect(partsOf(comments(5000)).slice(0, before.length - 1)).toEqual(before.slice(0, -1))
})

test('a comment larger than a part has one to itself', () => {
  const huge = [...comments(3), { seq: 4, bytes: 5_000_000 }, { seq: 5, bytes: 10 }]
  expect(partsOf(huge)).toEqual([
    { from: 1, to: 3 },
    { from: 4, to: 4 },
    { from: 5, to: 5 },
  ])
})

test('a part is found by any comment of it, and the first by none', () => {
  const parts = partsOf(comments(2000))
  expect(partWith(parts, parts[2]?.to ?? 0)).toBe(2)
  expect(partWith(parts, null)).toBe(0)
  expect(partWith(parts, 99_999)).toBe(0)
  expect(partWith([], 1)).toBe(0)
})

test('what is read in runs is every thread once, in order, and few comments at a time', () => {
  const heads = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 5 }), comments: fc.nat(900) }))
  fc.assert(
    fc.property(heads, (gaps) => {
      let number = 0
      const threads = gaps.map(({ gap, comments }) => {
        number += gap
        return { number, comments }
      })
      const runs = readingsOf(threads)
      const read = runs.map(({ from, to }) => threads.filter((one) => one.number >= from && one.number <= to))
      expect(read.flat()).toEqual(threads)
      for (const run of read)
        if (run.length > 1)
          expect(run.reduce((sum, { comments }) => sum + comments, 0)).toBeLessThanOrEqual(READ_AT_ONCE)
    }),
  )
})
