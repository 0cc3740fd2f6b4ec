import { describe, expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { formatThreadNote, type MailedWords, parseThreadNote } from './thread-note.ts'

const sha256 = 'a'.repeat(64)
const WAY = { joined: [], cut: [], inset: [], loose: [], spelt: [] }
const WORDS: MailedWords = { firstLine: 4, lines: 12, way: WAY, sha256 }

describe('a thread note', () => {
  test('says where the words stand and which of their lines are others than were typed', () => {
    const way = { ...WAY, joined: [[3, 5] as const, [9, 9] as const], inset: [[12, 12] as const] }
    const note = formatThreadNote(7, { kind: 'issue', words: { ...WORDS, way } })
    expect(note).toBe(`thread=7; kind=issue; body=4+12; joined=3-5,9; inset=12; sha256=${sha256}`)
    expect(parseThreadNote(note ?? '')).toEqual({ kind: 'issue', words: { ...WORDS, way } })
  })

  test('a long set of lines is several pairs, none too long for a line of a header', () => {
    const inset = Array.from({ length: 600 }, (_, i) => [i * 3 + 1, i * 3 + 2] as const)
    const words = { ...WORDS, lines: 5000, way: { ...WAY, inset } }
    const note = formatThreadNote(7, { words }) ?? ''
    expect(Math.max(...note.split(' ').map((pair) => pair.length))).toBeLessThan(80)
    expect(parseThreadNote(note).words).toEqual(words)
  })

  test.each([
    ['no hash', 'body=1+2'],
    ['half a hash', 'body=1+2; sha256=abc'],
    ['lines that are no number', `body=x+2; sha256=${sha256}`],
    ['no line', `body=1+0; sha256=${sha256}`],
    ['a set out of order', `body=1+9; joined=5,3; sha256=${sha256}`],
    ['a set that goes back', `body=1+9; joined=5-3; sha256=${sha256}`],
    ['a set beyond the words', `body=1+9; joined=3-10; sha256=${sha256}`],
    ['a set of letters', `body=1+9; cut=a; sha256=${sha256}`],
    ['two sets of one key that overlap', `body=1+9; cut=1-3; cut=3; sha256=${sha256}`],
    ['too many lines', `body=1+99999999; sha256=${sha256}`],
    [
      'a set of too many spans',
      `body=1+999999; ${Array.from({ length: 700 }, (_, i) => `cut=${i * 2 + 1}`).join('; ')}; sha256=${sha256}`,
    ],
  ])('with %s says nothing about its words', (_, text) => {
    expect(parseThreadNote(`thread=1; ${text}`).words).toBeUndefined()
  })

  test('hostile notes are read in no time', () => {
    for (const text of [
      'a='.repeat(500_000),
      ';'.repeat(1_000_000),
      `joined=${'1,'.repeat(500_000)}`,
      ' '.repeat(1_000_000),
    ]) {
      const before = cpuMs()
      parseThreadNote(text)
      expect(cpuMs() - before).toBeLessThan(msHere(200))
    }
  })
})
