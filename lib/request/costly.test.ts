import { describe, expect, test } from 'vitest'
import { FORM_LIMIT } from './body-limit.ts'
import { type Costly, costlyKind, isStream, noTurn, restOf, TURNS } from './costly.ts'
import { refusalAnswer } from './refusal-page.ts'

describe('what takes turns', () => {
  test.each([
    ['POST', '/sign-in', 'password'],
    ['POST', '/sign-up?next=/rfc', 'password'],
    ['POST', '/first-admin/abc', 'password'],
    ['POST', '/reset-password', 'password'],
    ['POST', '/me/password', 'password'],
    ['POST', '/import', 'upload'],
    ['GET', '/rfc/io-uring-futex', 'page'],
    ['GET', '/rfc/io-uring-futex/v1?all=1', 'page'],
    ['GET', '/rfc/io-uring-futex/v12/threads', 'page'],
    ['GET', '/rfc/io-uring-futex/t/7', 'page'],
    ['GET', '/rfc/io-uring-futex/v2..v3', 'page'],
    ['GET', '/rfc/io-uring-futex/v2/lifetime', 'page'],
    ['GET', '/rfc/io-uring-futex/v2.json', 'page'],
    ['GET', '/rfc/io-uring-futex.json', 'page'],
    ['GET', '/rfc/io-uring-futex/t/7.json', 'page'],
    ['POST', '/rfc/io-uring-futex', 'page'],
    ['POST', '/rfc/io-uring-futex/comment', 'words'],
    ['POST', '/rfc/io-uring-futex/reply', 'words'],
    ['POST', '/rfc/io-uring-futex/act', 'words'],
    ['POST', '/rfc/io-uring-futex/edit-comment', 'words'],
    ['POST', '/rfc/io-uring-futex/review/draft', 'words'],
    ['POST', '/rfc/io-uring-futex/review/publish', 'words'],
    ['GET', '/rfc/io-uring-futex/review', 'page'],
    ['GET', '/rfc/io-uring-futex/live/v2?thread=1', 'page'],
  ] as const)('%s %s is a %s', (method, target, kind) => expect(costlyKind({ method, target })).toBe(kind))

  test.each([
    ['GET', '/rfc'],
    ['GET', '/sign-in'],
    ['GET', '/import'],
    ['GET', '/'],
    ['POST', '/import/queue'],
    ['POST', '/api/mail'],
    ['POST', '/signing-in'],
    ['POST', '/rfc/io-uring-futex/resolve'],
    ['GET', '/rfc/io-uring-futex/comment'],
    ['GET', '/rfc/io-uring-futex/v1.txt'],
    ['GET', '/rfc/io-uring-futex/v1/files/cover.mdx'],
    ['GET', '/rfc/io-uring-futex/threads'],
    ['GET', '/_next/static/a.js'],
    ['GET', '/healthz'],
  ])('%s %s waits for nobody', (method, target) => expect(costlyKind({ method, target })).toBeNull())

  test('after a long comment its place rests, after one of a usual length it does not', () => {
    expect(restOf('words', 4000)).toBe(0)
    expect(restOf('words', 66_000)).toBeGreaterThan(800)
    expect(restOf('words', FORM_LIMIT)).toBeLessThanOrEqual(4096)
    expect(restOf('password', 66_000)).toBe(TURNS.password.restMs)
  })

  test('no network that is known has all places, or all of the queue', () => {
    for (const turn of Object.values(TURNS)) {
      expect(turn.ofNetwork).toBeLessThanOrEqual(Math.max(1, turn.atOnce / 2))
      expect(turn.waitingOfNetwork).toBeLessThan(turn.waiting)
    }
  })
})

describe('who gets no turn', () => {
  const kinds: readonly Costly[] = ['password', 'upload', 'words', 'page']

  test('a form is told that nothing was done with it, when to come again, and is not sent again by itself', () => {
    for (const kind of kinds) {
      const { status, headers, body } = refusalAnswer(noTurn(kind, 'POST'), {
        target: '/sign-in',
        headers: { accept: 'text/html' },
      })
      expect(status).toBe(429)
      expect(headers['retry-after']).toBe('5')
      expect(headers).not.toHaveProperty('refresh')
      expect(body).toContain('nothing was done with your form. Go back: it is as you left it')
    }
  })

  test('a page asks again by itself', () => {
    const { status, headers } = refusalAnswer(noTurn('page', 'GET'), {
      target: '/rfc/a',
      headers: { accept: 'text/html' },
    })
    expect(status).toBe(503)
    expect(headers).toMatchObject({ 'retry-after': '5', refresh: '5' })
  })

  test('a form that a script sent gets words in the one form that the framework hands on', () => {
    const refusal = noTurn('password', 'POST')
    const { headers, body } = refusalAnswer(refusal, {
      target: '/sign-in',
      headers: { accept: 'text/x-component', 'next-action': 'abc' },
    })
    expect(headers['content-type']).toBe('text/plain')
    expect(JSON.parse(body)).toEqual({ kind: 'refused', words: refusal.words })
  })
})

test('a stream of events is told from other answers, so that nobody waits for its end', () => {
  expect(isStream('/rfc/futex/live?after=7')).toBe(true)
  expect(isStream('/rfc/futex/live')).toBe(true)
  for (const other of ['/rfc/futex/live/v2', '/rfc/live', '/rfc/futex/threads', '/rfc/futex/t/1'])
    expect(isStream(other)).toBe(false)
  expect(costlyKind({ method: 'GET', target: '/rfc/futex/live' })).toBeNull()
})
