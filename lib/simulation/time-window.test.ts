import fc from 'fast-check'
import { expect, test } from 'vitest'
import { itemsAround, scrollToShow, visibleItems } from './time-window.ts'

test('of 2,000 steps only those in sight and some neighbours are drawn', () => {
  expect(visibleItems(20_000, 600, 20, 2000)).toEqual({ from: 990, to: 1041 })
  expect(visibleItems(0, 600, 20, 2000)).toEqual({ from: 0, to: 41 })
  expect(visibleItems(39_400, 600, 20, 2000)).toEqual({ from: 1959, to: 2000 })
})

test('a short run is drawn whole', () => {
  expect(visibleItems(0, 600, 20, 7)).toEqual({ from: 0, to: 7 })
  expect(visibleItems(0, 600, 20, 0)).toEqual({ from: 0, to: 0 })
})

test('every item in sight is drawn, whatever the scroll, and never many more', () => {
  const numbers = [
    fc.nat(3000),
    fc.integer({ min: -100, max: 90_000 }),
    fc.integer({ min: 1, max: 2000 }),
  ] as const
  fc.assert(
    fc.property(...numbers, (count, scroll, viewport) => {
      const { from, to } = visibleItems(scroll, viewport, 20, count)
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeLessThanOrEqual(count)
      expect(to - from).toBeLessThanOrEqual(Math.ceil(viewport / 20) + 21)
      // A box cannot be scrolled past its content by more than its own width.
      const inSight = Math.min(Math.max(0, scroll), Math.max(0, count * 20 - viewport))
      for (const x of [inSight, inSight + viewport - 1]) {
        const item = Math.floor(x / 20)
        if (item < count && scroll <= inSight) expect(item >= from && item < to).toBe(true)
      }
    }),
  )
})

test('the scroll stays when the item is in sight already, and else moves just far enough', () => {
  expect(scrollToShow(10, 100, 400, 20, 500)).toBe(100)
  expect(scrollToShow(100, 100, 400, 20, 500)).toBe(1660)
  expect(scrollToShow(2, 1000, 400, 20, 500)).toBe(0)
  expect(scrollToShow(499, 0, 400, 20, 500)).toBe(9600)
})

test('a row that became shorter is not left scrolled past its end', () => {
  expect(scrollToShow(3, 9000, 400, 20, 10)).toBe(0)
})

test.each([
  [0, 10, 200, { from: 0, to: 10 }],
  [500, 2000, 200, { from: 400, to: 600 }],
  [1999, 2000, 200, { from: 1800, to: 2000 }],
  [0, 2000, 200, { from: 0, to: 200 }],
])('around line %i of %i, %i lines are drawn', (centre, count, size, range) => {
  expect(itemsAround(centre, count, size)).toEqual(range)
})
