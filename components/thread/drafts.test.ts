import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepDraft, readDraft, settleDraft } from './drafts.ts'

const kept = new Map<string, string>()
beforeEach(() => {
  kept.clear()
  vi.stubGlobal('location', { pathname: '/rfc/futex/v1' })
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const NAME = 'reply 7.2'

test('words that come back have the key that they were sent with', () => {
  keepDraft(NAME, { text: 'I object', clientKey: 'first' })
  expect(readDraft(NAME)).toEqual({ text: 'I object', clientKey: 'first' })
  expect(readDraft('reply 7.3')).toBeNull()
})

test('the words and their key go together', () => {
  keepDraft(NAME, { text: 'I object', clientKey: 'first' })
  keepDraft(NAME, { text: '', clientKey: 'first' })
  expect(readDraft(NAME)).toBeNull()
  expect(kept.size).toBe(0)
})

test('what was sent as it stands leaves no draft', () => {
  keepDraft(NAME, { text: 'I object', clientKey: 'first' })
  expect(settleDraft(NAME, { sent: 'I object', now: 'I object', freshKey: 'second' })).toBeNull()
  expect(kept.size).toBe(0)
})

test('what was typed while the rest was on its way stays, with a key that is not used up', () => {
  keepDraft(NAME, { text: 'I object, and', clientKey: 'first' })
  const left = settleDraft(NAME, { sent: 'I object', now: 'I object, and', freshKey: 'second' })
  expect(left).toEqual({ text: 'I object, and', clientKey: 'second' })
  expect(readDraft(NAME)).toEqual(left)
})

test.each(['I object', 'null', '7', '{}', '{"text":1,"clientKey":"k"}'])(
  'what is stored as %s is no draft, and breaks nothing',
  (stored) => {
    kept.set(`draft /rfc/futex/v1 ${NAME}`, stored)
    expect(readDraft(NAME)).toBeNull()
  },
)

test('without storage nothing is kept, and nothing breaks', () => {
  vi.stubGlobal('sessionStorage', undefined)
  keepDraft(NAME, { text: 'I object', clientKey: 'first' })
  expect(readDraft(NAME)).toBeNull()
})
