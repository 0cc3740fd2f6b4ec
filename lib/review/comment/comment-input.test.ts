import { describe, expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { COMMENT_LIMIT, changeWords, commentInput, refusalWords } from './comment-input.ts'

const textOf = (typed: string) => {
  const input = commentInput(typed)
  return input.ok ? input.value.text : null
}
const refusal = (typed: string) => {
  const input = commentInput(typed)
  return input.ok ? null : refusalWords(input.error)
}
const changes = (typed: string) => {
  const input = commentInput(typed)
  return input.ok ? input.value.changes.map(changeWords) : []
}

describe('a typed comment', () => {
  test.each([
    'a',
    ' a ',
    '\n\na',
    'a \t\n  b',
    'a\n-- \nT',
    '\ta\u0007\u001b',
    'a\n   ',
    'e\u0323 日本 👩‍👩‍👧',
    'x\u200by',
  ])('%j is stored as it is', (typed) => {
    expect(textOf(typed)).toBe(typed.normalize('NFC'))
    expect(changes(typed.normalize('NFC'))).toEqual([])
  })

  test('has LF at its line ends, which nobody is told: forms send CRLF', () => {
    expect(textOf('a\r\nb\rc')).toBe('a\nb\nc')
    expect(changes('a\r\nb')).toEqual([null])
  })

  test('has composed letters, and its writer is told where', () => {
    expect(textOf('one\nfe\u0301e')).toBe('one\nf\u00e9e')
    expect(changes('one\nfe\u0301e')).toEqual([
      'Line 2: letters with separate accents are stored as one character each (NFC).',
    ])
    expect(changes('e\u0301\n'.repeat(30))[0]).toContain('9, 10 and more: ')
  })

  test('has no empty lines at its end; blanks stay', () => {
    expect(textOf('a \n\n\n')).toBe('a ')
    expect(textOf('a\n \n')).toBe('a\n ')
    expect(changes('a\n')).toEqual(['The empty line at the end is left out.'])
    expect(changes('a\n\n\n')).toEqual(['3 empty lines at the end are left out.'])
  })

  test.each([
    ['one\ntwo\0', 'Line 2, column 4 is a NUL character'],
    ['日𝕏\u202eb', 'Line 1, column 3 is an invisible direction mark (U+202E)'],
    ['a\n\nb\u200f', 'Line 3, column 2 is an invisible direction mark (U+200F)'],
    ['a\ud83d', 'Line 1, column 2 is half a character (U+D83D)'],
    ['\udc00', 'Line 1, column 1 is half a character (U+DC00)'],
  ])('%j is refused with the place', (typed, words) => {
    expect(refusal(typed)).toContain(words)
  })

  test.each(['', ' ', '\n\n', '\u200b', '\u00ad\u2800', '\u3164', '\u0007'])('%j is empty', (typed) => {
    expect(refusal(typed)).toBe('Write something first: a comment is not empty.')
  })

  test('is as long as its limit, and then too long by so much', () => {
    expect(textOf('x'.repeat(COMMENT_LIMIT))).toHaveLength(COMMENT_LIMIT)
    expect(refusal('x'.repeat(COMMENT_LIMIT + 1200))).toContain('66,736 characters; the limit is 65,536')
  })

  test('a megabyte of line ends takes no time', () => {
    const before = cpuMs()
    commentInput(`a${'\n'.repeat(1_000_000)}b${'\r\n'.repeat(100)}`)
    expect(cpuMs() - before).toBeLessThan(msHere(300))
  })
})
