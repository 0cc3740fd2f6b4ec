import { describe, expect, it } from 'vitest'
import { Lanes } from './lanes.ts'

function lanes(lane: { atOnce: number; waiting: number }) {
  const timers = new Set<() => void>()
  const made = new Lanes({ mail: { ...lane, waitMs: 1000 }, page: { ...lane, waitMs: 1000 } }, (work) => {
    timers.add(work)
    return () => timers.delete(work)
  })
  return { made, timers }
}

describe('lanes', () => {
  it('let so many in, and the rest in the order in which they came', async () => {
    const { made } = lanes({ atOnce: 1, waiting: 5 })
    const order: number[] = []
    const first = await made.enter('mail')
    const others = [1, 2, 3].map(async (n) => {
      const leave = await made.enter('mail')
      order.push(n)
      leave?.()
    })
    expect(order).toEqual([])
    first?.()
    await Promise.all(others)
    expect(order).toEqual([1, 2, 3])
  })

  it('refuse at once who comes when too many wait', async () => {
    const { made } = lanes({ atOnce: 1, waiting: 1 })
    const first = await made.enter('mail')
    const second = made.enter('mail')
    expect(await made.enter('mail')).toBeNull()
    first?.()
    expect(await second).not.toBeNull()
  })

  it('do not stand in each other’s way', async () => {
    const { made } = lanes({ atOnce: 1, waiting: 0 })
    await made.enter('mail')
    expect(await made.enter('page')).not.toBeNull()
  })

  it('refuse who has waited for too long, and forget them', async () => {
    const { made, timers } = lanes({ atOnce: 1, waiting: 1 })
    const first = await made.enter('mail')
    const late = made.enter('mail')
    for (const timer of timers) timer()
    expect(await late).toBeNull()
    const next = made.enter('mail')
    first?.()
    expect(await next).not.toBeNull()
  })

  it('free one place for one leave, however often it is said', async () => {
    const { made } = lanes({ atOnce: 1, waiting: 0 })
    const first = await made.enter('mail')
    first?.()
    first?.()
    await made.enter('mail')
    expect(await made.enter('mail')).toBeNull()
  })

  it('are filled by nobody alone, and whoever left comes in again', async () => {
    const one = new Lanes({ look: { atOnce: 1, waiting: 5, waitMs: 1000, ofOne: 2 } }, () => () => {})
    const first = await one.enter('look', 'mallory')
    const second = one.enter('look', 'mallory')
    expect(await one.enter('look', 'mallory')).toBeNull()
    const other = one.enter('look', 'ada')
    first?.()
    ;(await second)?.()
    expect(await other).not.toBeNull()
    const again = one.enter('look', 'mallory')
    ;(await other)?.()
    expect(await again).not.toBeNull()
  })

  it('count nobody who waited in vain', async () => {
    const timers: (() => void)[] = []
    const one = new Lanes({ look: { atOnce: 1, waiting: 5, waitMs: 1000, ofOne: 1 } }, (work) => {
      timers.push(work)
      return () => {}
    })
    const inside = await one.enter('look', 'ada')
    const waiting = one.enter('look', 'mallory')
    for (const late of timers) late()
    expect(await waiting).toBeNull()
    inside?.()
    expect(await one.enter('look', 'mallory')).not.toBeNull()
  })
})
