import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepDraft, MOST_DRAFTS, readDraft, settleDraft } from './drafts.ts'

let kept: Record<string, string> = {}
beforeEach(() => {
  kept = {}
  const methods = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value
    },
    removeItem: (key: string) => {
      delete kept[key]
    },
  }
  // As a browser's: the names of what is kept are its own.
  vi.stubGlobal(
    'localStorage',
    new Proxy(methods, {
      ownKeys: () => Object.keys(kept),
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    }),
  )
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const NAME = '4711beef futex reply 7.2'
const draft = (text: string, clientKey = 'first') => ({ text, clientKey, lockVersion: '' })
const sent = { sent: 'I object', key: 'first', freshKey: 'second', now: 2 }

test('words that come back have the key that they were sent with', () => {
  expect(keepDraft(NAME, draft('I object'), 1)).toBe(true)
  expect(readDraft(NAME)).toEqual(draft('I object'))
  expect(readDraft('4711beef futex reply 7.3')).toBeNull()
  expect(readDraft('0badcafe futex reply 7.2')).toBeNull()
})

test('the words and their key go together', () => {
  keepDraft(NAME, draft('I object'), 1)
  keepDraft(NAME, draft(''), 1)
  expect(readDraft(NAME)).toBeNull()
  expect(kept).toEqual({})
})

test('what was sent as it stands leaves no draft', () => {
  keepDraft(NAME, draft('I object'), 1)
  expect(settleDraft(NAME, sent)).toBeNull()
  expect(kept).toEqual({})
})

test('what was typed while the rest was on its way stays, with a key that is not used up', () => {
  keepDraft(NAME, draft('I object, and'), 1)
  const left = settleDraft(NAME, sent)
  expect(left).toEqual(draft('I object, and', 'second'))
  expect(readDraft(NAME)).toEqual(left)
})

test('other words of a form that was opened anew during the send are not taken for those that were sent', () => {
  keepDraft(NAME, draft('something else', 'of the other form'), 1)
  expect(settleDraft(NAME, sent)).toEqual(draft('something else', 'of the other form'))
  expect(readDraft(NAME)).toEqual(draft('something else', 'of the other form'))
})

test('of more drafts than are kept the oldest goes', () => {
  for (let i = 0; i < MOST_DRAFTS + 5; i++) keepDraft(`w futex reply 1.${i}`, draft(`words ${i}`), 1000 + i)
  expect(Object.keys(kept)).toHaveLength(MOST_DRAFTS)
  expect(readDraft('w futex reply 1.4')).toBeNull()
  expect(readDraft('w futex reply 1.5')).toEqual(draft('words 5'))
})

test.each(['I object', 'null', '7', '{}', '{"text":1,"clientKey":"k"}'])(
  'what is stored as %s is no draft, and breaks nothing',
  (stored) => {
    kept[`draft ${NAME}`] = stored
    expect(readDraft(NAME)).toBeNull()
  },
)

test('without storage nothing is kept, which is told, and nothing breaks', () => {
  vi.stubGlobal('localStorage', undefined)
  expect(keepDraft(NAME, draft('I object'), 1)).toBe(false)
  expect(keepDraft(NAME, draft(''), 1)).toBe(true)
  expect(readDraft(NAME)).toBeNull()
  expect(settleDraft(NAME, sent)).toBeNull()
})
