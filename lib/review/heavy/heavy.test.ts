import { afterEach, expect, test, vi } from 'vitest'
import type { Failure, Helper } from '#lib/aside/helper.server.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { isDatabaseTrouble } from '#lib/database-trouble.ts'
import { enterRequest } from '#lib/log.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { heavy, heavyFile } from './heavy.server.ts'
import { CALLS, LANES, packError, STREAMS, WHERE } from './jobs.server.ts'

// Stands where the app keeps its helper, which another bundle of the program has made.
const kept = globalThis as { coherentHelper?: unknown }
afterEach(() => {
  kept.coherentHelper = undefined
})

function helperThat(answer: Result<unknown, Failure>) {
  const call = vi.fn(async () => answer)
  async function* open() {
    yield ok(new Uint8Array([1]))
    yield answer
  }
  kept.coherentHelper = { call, open } as unknown as Helper<string>
  return call
}
const wanted = { mail: null, page: 1 }

test('what is asked for by its name goes to the helper, in its lane, with its limit and for whom', async () => {
  const call = helperThat(ok('a page'))
  expect(await heavy.exportPage(null, 'futex', 1, wanted)).toBe('a page')
  const work = { name: 'exportPage', ...WHERE.exportPage }
  expect(call).toHaveBeenLastCalledWith({ ...work, who: null }, [null, 'futex', 1, wanted])
  const ada = { personId: 'ada', name: 'Ada', administrator: false }
  await heavy.exportPage(ada, 'futex', 1, wanted)
  expect(call).toHaveBeenLastCalledWith({ ...work, who: 'ada' }, [ada, 'futex', 1, wanted])
})

test('what could not be done now is an error that pages know, whichever bundle the helper is of', async () => {
  helperThat(err({ kind: 'not-now', why: 'busy' }))
  await expect(heavy.exportPage(null, 'futex', 1, wanted)).rejects.toBeInstanceOf(NotNow)
  const pieces = heavyFile(null, 'futex', 1, 'mbox')
  expect((await pieces.next()).value).toEqual(new Uint8Array([1]))
  await expect(pieces.next()).rejects.toBeInstanceOf(NotNow)
})

test('a revision that cannot be read comes through the helper as what it is; a bug as one', async () => {
  const places = ['cover.mdx:3:1: no such question']
  helperThat(err({ kind: 'error', packed: packError(new UnreadableRevision(places)) }))
  const error = await heavy.exportPage(null, 'futex', 1, wanted).catch((one: unknown) => one)
  expect(error).toBeInstanceOf(UnreadableRevision)
  expect(error).toMatchObject({ places })
  expect(packError(new Error('words'))).toBeNull()
  helperThat(err({ kind: 'error', packed: null }))
  await expect(heavy.exportPage(null, 'futex', 1, wanted)).rejects.toThrow('the log has the cause')
})

test('a database that failed the helper failed the request: its answer is "come again", not "the program failed"', async () => {
  const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  helperThat(err({ kind: 'error', packed: packError(new Error('in an act', { cause: away })) }))
  for (const ask of [
    () => heavy.exportPage(null, 'futex', 1, wanted),
    async () => {
      for await (const _ of heavyFile(null, 'futex', 1, 'mbox')) void _
    },
  ]) {
    const marks = enterRequest('00000001')
    const error = await ask().catch((one: unknown) => one)
    expect(isDatabaseTrouble(error)).toBe(true)
    expect(marks.hasMetTrouble).toBe(true)
  }
  const marks = enterRequest('00000002')
  helperThat(err({ kind: 'error', packed: packError(new Error('a bug')) }))
  await heavy.exportPage(null, 'futex', 1, wanted).catch(() => {})
  expect(marks.hasMetTrouble).toBe(false)
})

test('everything has a lane, a limit of time, and a bound of who waits for it', () => {
  for (const name of [...Object.keys(CALLS), ...Object.keys(STREAMS)] as (keyof typeof WHERE)[]) {
    expect(WHERE[name].limitMs, name).toBeGreaterThan(0)
    expect(LANES[WHERE[name].lane].waiting, name).toBeGreaterThan(0)
  }
})
