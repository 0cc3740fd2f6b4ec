import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Result } from '#lib/result.ts'
import { bundleForNode } from '../../scripts/bundle.mjs'
import { msHere } from '../../scripts/cpu-time.mjs'
import { type Failure, Helper } from './helper.server.ts'

const logged = vi.hoisted(() => ({ debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }))
vi.mock('#lib/log.server.ts', () => ({ log: logged, requestNumber: () => '0badcafe' }))

let script: string
let helper: Helper<'mail' | 'page'>

function made() {
  const lane = { atOnce: 2, waiting: 1, waitMs: 5000 }
  return new Helper<'mail' | 'page'>({
    script,
    lanes: { mail: { ...lane, atOnce: 1 }, page: lane },
    heapMb: 50,
  })
}

beforeAll(async () => {
  script = await bundleForNode('lib/aside/samples/helper-process.server.ts', 'helper-process')
  helper = made()
})
afterAll(() => helper.close())

const called = (name: string, args: readonly unknown[] = [], limitMs = 20_000) =>
  helper.call({ name, lane: 'page', limitMs }, args)
async function ask(name: string, args: readonly unknown[] = []): Promise<unknown> {
  const answer = await called(name, args)
  return answer.ok ? answer.value : answer.error
}
async function why(asked: Promise<Result<unknown, Failure>>): Promise<unknown> {
  const answer = await asked
  return !answer.ok && answer.error.kind === 'not-now' ? answer.error.why : answer
}
const again = () => ask('echo', ['back'])

test('values come back as they went, bytes, dates and maps too', async () => {
  const value = { bytes: new Uint8Array([1, 0, 255]), at: new Date(5), by: new Map([['a', [1]]]), none: null }
  const back = await ask('echo', [value])
  expect(back).toEqual(value)
})

test('it is another process, which goes behind this one', async () => {
  const { pid, priority } = (await ask('process')) as { pid: number; priority: number }
  expect(pid).not.toBe(process.pid)
  expect(priority).toBeGreaterThan(0)
})

test('while it is busy nothing here waits for it', async () => {
  const long = why(called('spin', [], 600))
  const began = performance.now()
  await sleep(10)
  expect(performance.now() - began).toBeLessThan(msHere(400))
  expect(await long).toBe('too-long')
  expect(await again()).toBe('back')
})

test('what takes too long is ended, what ran beside it can be asked for again, and so can everything', async () => {
  const beside = why(called('wait', [10_000]))
  expect(await why(called('spin', [], 300))).toBe('too-long')
  expect(await beside).toBe('ended')
  expect(await again()).toBe('back')
})

test.each(['crash', 'hoard'])(
  'a process that ends by %s is an answer, and another one comes',
  async (name) => {
    expect(await why(called(name))).toBe('ended')
    expect(await again()).toBe('back')
  },
)

test('an error that callers know comes back as one; of a bug nothing comes back but that it was one', async () => {
  expect(await ask('known')).toEqual({ kind: 'error', packed: { known: 'of a known kind' } })
  for (const name of ['bug', 'nobody']) expect(await ask(name)).toEqual({ kind: 'error', packed: null })
})

test('who comes when enough wait is told so at once', async () => {
  const work = { name: 'wait', lane: 'mail', limitMs: 20_000 } as const
  const [first, second] = [helper.call(work, [200]), helper.call(work, [1])]
  expect(await why(helper.call(work, [1]))).toBe('busy')
  expect(await Promise.all([first, second])).toEqual([
    { ok: true, value: 200 },
    { ok: true, value: 1 },
  ])
})

const count = (upTo: number) => helper.open({ name: 'count', lane: 'page', limitMs: 20_000 }, [upTo])
const state = () => ask('state') as Promise<{ made: number; closed: number }>

test('pieces come in order and to their end', async () => {
  const pieces: string[] = []
  for await (const piece of count(5)) if (piece.ok) pieces.push(new TextDecoder().decode(piece.value))
  expect(pieces).toEqual(['0', '1', '2', '3', '4'])
})

test('a large piece comes in parts that are taken in no time, and whole in the end', async () => {
  const parts: Uint8Array[] = []
  for await (const piece of helper.open({ name: 'large', lane: 'page', limitMs: 20_000 }, [1_000_000]))
    if (piece.ok) parts.push(piece.value)
  expect(Math.max(...parts.map(({ length }) => length))).toBe(256 * 1024)
  expect(
    Buffer.concat(parts).equals(Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251))),
  ).toBe(true)
})

test('nothing is made ahead of a reader, and one who goes leaves nothing open', async () => {
  const before = await state()
  for await (const _ of count(1000)) break
  await vi.waitFor(async () => expect((await state()).closed - before.closed).toBe(1))
  expect((await state()).made - before.made).toBe(1)
})

test('a reader who has not come back keeps nobody waiting', async () => {
  const slow = Array.from({ length: 5 }, () => count(3))
  for (const one of slow) await one.next()
  expect(await ask('echo', ['now'])).toBe('now')
  for (const one of slow) await one.return(undefined)
})

test('pieces of a process that ended fail, and do not go on as those of another one', async () => {
  const pieces = count(10)
  await pieces.next()
  await why(called('crash'))
  expect((await pieces.next()).value).toEqual({ ok: false, error: { kind: 'not-now', why: 'ended' } })
  expect((await pieces.next()).done).toBe(true)
  expect(await again()).toBe('back')
})
