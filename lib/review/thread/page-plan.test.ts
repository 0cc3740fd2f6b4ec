import { expect, test } from 'vitest'
import {
  LINES_AT_A_PLACE,
  PAGE_BUDGET,
  planThreads,
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
  const plan = planThreads(many(800), { elements: 4000, bytes: 160_000 })
  expect(plan.size).toBe(800)
  expect(count(plan, 'counted')).toBe(0)
  expect(count(plan, 'line')).toBeGreaterThan(600)
  expect(count(plan, 'ends') + count(plan, 'whole')).toBeGreaterThan(20)
})

test('what is open comes before what is closed, and the newer before the older', () => {
  const heads = [
    ...many(400, { isOpen: false }),
    head(401),
    head(402),
    ...many(300).map((h) => ({ ...h, number: h.number + 500 })),
  ]
  const plan = planThreads(heads, { elements: 3000, bytes: 160_000 })
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
  const began = performance.now()
  planThreads(many(50_000), { elements: 4000, bytes: 160_000 })
  expect(performance.now() - began).toBeLessThan(1000)
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
