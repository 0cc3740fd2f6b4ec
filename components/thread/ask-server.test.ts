import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askServer, lostSentence, nextTry, PAUSES } from './ask-server.ts'

const asked = vi.fn<typeof fetch>()
beforeEach(() => {
  asked.mockReset()
  vi.stubGlobal('fetch', asked)
  vi.stubGlobal('navigator', { onLine: true })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const ask = () => askServer('/rfc/futex/comment', new FormData())
const page = (status: number) => new Response('<!doctype html><p>Hello', { status })

test('an answer of ours is one whatever its status', async () => {
  asked.mockResolvedValue(Response.json({ kind: 'form', html: '<form>' }, { status: 503 }))
  expect(await ask()).toEqual({ kind: 'answer', answer: { kind: 'form', html: '<form>' }, status: 503 })
})

test.each([
  ['a proxy without a server', () => Promise.resolve(page(502)), 'gateway'],
  ['a proxy that has enough', () => Promise.resolve(page(429)), 'gateway'],
  ['a sign-in page of the network', () => Promise.resolve(page(200)), 'elsewhere'],
  ['a wall', () => Promise.resolve(page(403)), 'elsewhere'],
  ['json of somebody else', () => Promise.resolve(Response.json({ ok: true })), 'elsewhere'],
  ['a broken connection', () => Promise.reject(new TypeError('Failed to fetch')), 'silent'],
])('%s is no answer', async (_, answers, why) => {
  asked.mockImplementation(answers)
  expect(await ask()).toEqual({ kind: 'lost', why })
})

test('an answer that breaks off in the middle is none', async () => {
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(new TextEncoder().encode('{"kind":"sto'))
      stream.error(new TypeError('reset'))
    },
  })
  asked.mockResolvedValue(new Response(body))
  expect(await ask()).toEqual({ kind: 'lost', why: 'silent' })
})

test('a browser without a network asks nobody', async () => {
  vi.stubGlobal('navigator', { onLine: false })
  expect(await ask()).toEqual({ kind: 'lost', why: 'offline' })
  expect(asked).not.toHaveBeenCalled()
})

test('it is tried again a few times, later each time; then, and where it cannot help, it is the person’s turn', () => {
  expect(PAUSES.map((_, i) => nextTry('silent', i + 1))).toEqual(PAUSES.map((inSeconds) => ({ inSeconds })))
  expect(nextTry('gateway', PAUSES.length + 1)).toBeNull()
  expect(nextTry('elsewhere', 1)).toBeNull()
  expect(nextTry('offline', 1)).toBe('online')
})

test('only of what was never sent it is said that it did not arrive', () => {
  for (const what of ['text', 'press'] as const) {
    expect(lostSentence(what, 'offline', 'online', true)).toContain('was not sent yet')
    for (const why of ['silent', 'gateway', 'elsewhere'] as const)
      expect(lostSentence(what, why, null, true)).toContain('It is not known whether')
    expect(lostSentence(what, 'offline', 'online', false)).toContain('It is not known whether')
  }
})
