import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { anyText, typedComment } from './comment-arbitrary.ts'
import { HOSTILE } from './hostile-comments.ts'
import { recognise } from './recognise.ts'

const runs = testNumber('FUZZ_RUNS', 5000)

/** `kind first-last`, lines from 1. */
const seen = (text: string) =>
  recognise(text).map(({ kind, from, to }) =>
    to === from + 1 ? `${kind} ${to}` : `${kind} ${from + 1}-${to}`,
  )

const CASES: readonly (readonly [what: string, text: string, stretches: readonly string[]])[] = [
  ['words', 'one\ntwo\n\nthree', ['prose 1-4']],
  ['a quote and the answer', '> a\n> b\n\nno', ['quote 1-2', 'prose 3-4']],
  ['two quotes', '> a\n\n> b\nno', ['quote 1', 'prose 2', 'quote 3', 'prose 4']],
  ['a closed fence', 'Try\n```c\nx;\n\ny;\n```\nok', ['prose 1', 'fence 2-6', 'prose 7']],
  ['a fence that is longer within', '````\n```\n````', ['fence 1-3']],
  ['a fence of the other sign', '~~~\n```\n~~~', ['fence 1-3']],
  ['a fence that is never closed', '```c\nx\n\ny', ['prose 1-4']],
  ['a fence over a quote', '```\n> a\n```', ['prose 1', 'quote 2', 'prose 3']],
  [
    'a patch',
    'How?\n\n--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,3 @@\n \tq;\n-\ta;\n+\tb;\n \tc;\n\nBetter?',
    ['prose 1-2', 'patch 3-9', 'prose 10-11'],
  ],
  [
    'a patch of git with an empty line of context that lost its blank',
    'diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-a\n+b\n\n c\nok',
    ['patch 1-9', 'prose 10'],
  ],
  ['a hunk whose head counts wrong', '@@ -1,1 +1,1 @@\n-a\n+b\n+c\n d\n\ne', ['patch 1-5', 'prose 6-7']],
  ['a hunk that owes lines', '@@ -1,9 +1,9 @@\n-a\n+b\n\nWhat of this?', ['patch 1-3', 'prose 4-5']],
  ['a list below a patch', '@@ -1 +1 @@\n-a\n+b\n\n- c', ['patch 1-3', 'list 4-5']],
  ['a sentence about diff', 'diff -u is what I use\nhere', ['prose 1-2']],
  ['a signature', 'bye\n-- \nT\n> x\nend', ['prose 1', 'signature 2-3', 'quote 4', 'signature 5']],
  ['dashes without a blank', 'bye\n--\nT', ['prose 1-3']],
  ['foot links', 'see [1]\n\n[1] https://a.example/\n[2]: https://b.example', ['prose 1-2', 'links 3-4']],
  ['trailers', 'Fine.\n\nReviewed-by: A <a@b>\nTested-by: A <a@b>', ['prose 1-2', 'trailers 3-4']],
  [
    'the last run of trailers only',
    'Fixes: 12 ("a")\n\nso\n\nLink: https://a\nFixes: 34 ("b")',
    ['prose 1-4', 'trailers 5-6'],
  ],
  ['a note is no trailer', 'Note: this is bad', ['prose 1']],
  ['set in by four or a tab', 'so\n\n    a\n\n\tb\n\nno', ['prose 1-2', 'indented 3-5', 'prose 6-7']],
  [
    'a race of two processors',
    'Race:\n\nCPU0          CPU1\n----          ----\nlock(a)\n              lock(b)\nlock(b)\n\nDead.',
    ['prose 1-2', 'columns 3-7', 'prose 8-9'],
  ],
  [
    'a race with empty lines',
    'CPU0          CPU1\n\n              lock(b)\n\n    x          lock(c)',
    ['columns 1-2', 'indented 3-5'],
  ],
  ['figures', 'wake  1.20  1.1\nwait  3.40  3.4\nall   9.99  9.9', ['columns 1-3']],
  ['two lines with two blanks', 'wake  1.20\nwait  3.40', ['prose 1-2']],
  ['two blanks behind a stop', 'One.  Two\nOne?  Two\nOne!  Two', ['prose 1-3']],
  ['one line with many blanks', 'a     b\nwords', ['prose 1-2']],
  ['a tab within two lines', 'a\tb\nc\td', ['columns 1-2']],
  ['a frame', '+---+---+\n| a | b |\n+---+---+', ['columns 1-3']],
  ['a table of bars', '| a | b |\n|---|---|\n| 1 | 2 |', ['columns 1-3']],
  ['a frame of drawn lines', '┌──┐\n│ab│\n└──┘', ['columns 1-3']],
  ['a long sentence right below a table', `a   b\nc   d\n${'word '.repeat(20)}`, ['columns 1-2', 'prose 3']],
  [
    'an oops',
    'It says:\n\nBUG: unable to handle page fault for address: ffffe8\nRIP: 0010:futex_wake+0x5/0x10\nCall Trace:\n <TASK>\n futex_wait+0x1/0x2\n\nSo.',
    ['prose 1-2', 'columns 3-7', 'prose 8-9'],
  ],
  ['an oops with times', '[   12.345678] Oops: 0002\n[   12.345679] CPU: 1', ['columns 1-2']],
  ['a list', 'Three:\n 1) a\n 2) b\n    - c\n 3) d', ['prose 1', 'list 2-3', 'indented 4', 'list 5']],
  ['a list with more lines to an item', '- a\n  more\n\n- b\nwords', ['list 1-4', 'prose 5']],
  ['a year is no item', '2024. That was it.', ['prose 1']],
  ['nothing', '', ['prose 1']],
  ['blanks', '  \n\t', ['prose 1-2']],
]

describe('recognised', () => {
  test.each(CASES)('%s', (_, text, stretches) => {
    expect(seen(text)).toEqual(stretches)
  })

  test('every line once, in order, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(typedComment, anyText), (text) => {
        const stretches = recognise(text)
        let next = 0
        for (const { from, to } of stretches) {
          expect(from).toBe(next)
          expect(to).toBeGreaterThan(from)
          next = to
        }
        expect(next).toBe(text.split('\n').length)
      }),
      { numRuns: runs },
    )
  })

  test.each(HOSTILE)('hostile input in bounded time: %s', (_, text) => {
    const times = [0, 1, 2].map(() => {
      const before = cpuMs()
      expect(recognise(text).length).toBeGreaterThan(0)
      return cpuMs() - before
    })
    expect(Math.min(...times)).toBeLessThan(msHere(50))
  })
})
