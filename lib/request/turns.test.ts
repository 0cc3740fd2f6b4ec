import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Turn, Turns } from './turns.ts'

const ROOM: Turn = {
  atOnce: 2,
  ofNetwork: 1,
  waiting: 6,
  waitingOfNetwork: 3,
  waitMs: 1000,
  restMs: 100,
}

/** Turns whose time goes on when it is said. */
function made(change: Partial<Turn> = {}) {
  const timers = new Map<object, { work: () => void; at: number }>()
  let now = 0
  const turns = new Turns({ ...ROOM, ...change }, (work, ms) => {
    const key = {}
    timers.set(key, { work, at: now + ms })
    return () => timers.delete(key)
  })
  const events: string[] = []
  const ask = (name: string, network = name[0] ?? '') => {
    const leave = turns.ask(
      network,
      () => events.push(`${name} in`),
      () => events.push(`${name} refused`),
    )
    return leave
  }
  const pass = (ms: number) => {
    const until = now + ms
    for (;;) {
      const [next] = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)
      if (!next) break
      timers.delete(next[0])
      now = next[1].at
      next[1].work()
    }
    now = until
  }
  return { ask, pass, events, timers }
}

describe('turns', () => {
  test('who comes alone begins at once', () => {
    const { ask, events } = made()
    ask('a1')
    expect(events).toEqual(['a1 in'])
  })

  test('a place is free again a while after it was left, and goes to who waits longest', () => {
    const { ask, pass, events } = made({ ofNetwork: 2 })
    const first = ask('a1')
    ask('a2')
    ask('a3')
    ask('a4')
    first()
    first()
    expect(events).toEqual(['a1 in', 'a2 in'])
    pass(100)
    expect(events).toEqual(['a1 in', 'a2 in', 'a3 in'])
  })

  test('a network that sends many leaves a place to another, which has not to wait behind its queue', () => {
    const { ask, events } = made()
    for (const i of [1, 2, 3, 4]) ask(`a${i}`)
    ask('b1')
    expect(events).toEqual(['a1 in', 'b1 in'])
  })

  test('networks take turns where each has a queue', () => {
    const { ask, pass, events } = made({ atOnce: 1, restMs: 0 })
    const leaves = new Map(['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => [name, ask(name)]))
    for (let i = 0; i < 6; i++) {
      leaves.get(events.at(-1)?.split(' ')[0] ?? '')?.()
      pass(1)
    }
    expect(events).toEqual(['a1 in', 'a2 in', 'b1 in', 'c1 in', 'a3 in', 'b2 in'])
  })

  test('who is not known shares with all who are not, without a share of their own to use up', () => {
    const { ask, events } = made()
    for (const i of [1, 2, 3]) ask(`u${i}`, '')
    expect(events).toEqual(['u1 in', 'u2 in'])
  })

  test('beyond the queue of a network only that network is refused, at once', () => {
    const { ask, events } = made()
    for (const i of [1, 2, 3, 4, 5]) ask(`a${i}`)
    ask('b1')
    ask('b2')
    expect(events).toEqual(['a1 in', 'a5 refused', 'b1 in'])
  })

  test('beyond what may wait at all everybody is refused', () => {
    const { ask, events } = made({ atOnce: 1 })
    for (const i of [1, 2, 3, 4]) ask(`a${i}`)
    for (const i of [1, 2, 3]) ask(`b${i}`)
    ask('c1')
    expect(events).toEqual(['a1 in', 'c1 refused'])
  })

  test('who has waited for too long is refused once, and is in nobody’s way afterwards', () => {
    const { ask, pass, events, timers } = made()
    const first = ask('a1')
    const second = ask('a2')
    pass(1000)
    expect(events).toEqual(['a1 in'])
    pass(500)
    expect(events).toEqual(['a1 in', 'a2 refused'])
    second()
    first()
    pass(100)
    ask('a3')
    expect(events.at(-1)).toBe('a3 in')
    expect(timers.size).toBe(0)
  })

  test('those who came together are not refused together', () => {
    const { ask, pass, events } = made({ waiting: 100, waitingOfNetwork: 100 })
    for (let i = 0; i <= 80; i++) ask(`a${i}`)
    let most = 0
    for (let ms = 0; ms < 1600; ms += 10) {
      const before = events.length
      pass(10)
      most = Math.max(most, events.length - before)
    }
    expect(events).toHaveLength(81)
    expect(most).toBeLessThanOrEqual(3)
  })

  test('who goes away while waiting leaves the queue', () => {
    const { ask, pass, events } = made()
    const first = ask('a1')
    const [second] = [ask('a2'), ask('a3')]
    second?.()
    first()
    pass(100)
    expect(events).toEqual(['a1 in', 'a3 in'])
  })

  test('whatever happens, there are never more inside than may be, and each is answered once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ network: fc.constantFrom('', 'a', 'b', 'c'), leaves: fc.nat(20) }), {
          maxLength: 60,
        }),
        (steps) => {
          const { ask, pass, events } = made()
          const leaves: (() => void)[] = []
          const networks: string[] = []
          const inside = new Set<number>()
          steps.forEach(({ network, leaves: which }, i) => {
            networks.push(network)
            const seen = events.length
            leaves.push(ask(String(i), network))
            leaves[which]?.()
            pass(which * 7)
            if (leaves[which]) inside.delete(which)
            for (const event of events.slice(seen)) {
              const [name, what] = event.split(' ')
              if (what === 'in' && Number(name) !== which) inside.add(Number(name))
            }
            expect(inside.size).toBeLessThanOrEqual(ROOM.atOnce)
            for (const known of ['a', 'b', 'c'])
              expect([...inside].filter((n) => networks[n] === known).length).toBeLessThanOrEqual(
                ROOM.ofNetwork,
              )
          })
          const names = events.map((event) => event.split(' ')[0])
          expect(new Set(names).size).toBe(names.length)
        },
      ),
    )
  })
})
