/**
 * Comments as a list sees them, made up: for the properties that hold for every text. Pieces of all kinds that the
 * recogniser knows, in any order and cut short anywhere, and between them what nobody would type.
 *
 * For tests only.
 */
import fc from 'fast-check'

const one = (...items: readonly string[]) => fc.constantFrom(...items)

const WORDS = one(
  'the waker',
  'hb->lock',
  'futex_wake()',
  '`q->lock_ptr`',
  '<tglx@linutronix.example>',
  '<20260101-futex-v1-0-abcdef@example.org>',
  'https://lore.kernel.example/all/x@y/?a=1&b=2.',
  '(see https://en.example/wiki/Futex_(Linux))',
  '#7',
  '#123456',
  '[1]',
  '__attribute__((packed))',
  'a*b*c',
  's/foo\\(bar\\)/\\1/',
  '&reg;',
  'if (a<b && c>d)',
  'Vec<Arc<Task>>',
  '~5us',
  '日本語のテキスト',
  'e\u0301te\u0301',
  'Ω',
  '👩‍👩‍👧',
  'naïve',
  '𝕏',
  'ﬀ',
  'x'.repeat(90),
  'From here',
  '8<',
  '>8',
  '- then',
  'a  b',
  'end.  Next',
  'three   blanks',
  'tab\there',
  'trailing ',
)

const sentence = fc.array(WORDS, { minLength: 1, maxLength: 24 }).map((words) => words.join(' '))
const lines = (line: fc.Arbitrary<string>, max = 5) =>
  fc.array(line, { minLength: 1, maxLength: max }).map((all) => all.join('\n'))

const prose = lines(sentence, 4)
const quote = lines(
  fc.tuple(one('> ', '>', '>> ', '> > ', '>\t'), fc.oneof(sentence, one('', '[...]'))).map((p) => p.join('')),
)
const fence = fc
  .tuple(one('```', '~~~', '````', '  ```'), one('c', '', 'sh x'), prose, one('```', '~~~', '`````', 'none'))
  .map(([open, info, inner, close]) => `${open}${info}\n${inner}\n${close}`)
const patch = fc
  .tuple(
    one(
      'diff --git a/k.c b/k.c\nindex 1..2 100644\n--- a/k.c\n+++ b/k.c\n',
      '--- a/k.c\n+++ b/k.c\n',
      '',
      '---\n',
    ),
    one('@@ -1,3 +1,3 @@ f()', '@@ -100,7 +100,7 @@', '@@ -1 +1 @@', '@@@ -1,2 -1,2 +1,3 @@@'),
    lines(
      one(' \tstruct q;', '-\told();', '+\tnew();', ' ', '', '\\ No newline at end of file', '-- ', '--- x'),
    ),
  )
  .map(([head, hunk, body]) => `${head}${hunk}\n${body}`)
const columns = lines(
  one(
    'CPU0                       CPU1',
    '----                       ----',
    'lock(a)',
    '                           lock(b)',
    'wake  1.20us  1.10us',
    'wait  3.40us  3.41us',
    '+------+-------+',
    '| op   | ns    |',
    'a\tb\tc',
    '┌────┐',
    '│ 名 │',
    '[   12.345678] BUG: kernel NULL pointer dereference, address: 0000000000000008',
    'RIP: 0010:futex_wake+0x55/0x1b0',
    ' futex_wait+0x10/0x20',
    'Call Trace:',
  ),
  7,
)
const trailers = lines(
  one(
    'Reviewed-by: A Tester <tester@example.org>',
    'Acked-by: Somebody Else <else@example.org>',
    'acked-by: Else <else@example.org> # v2',
    'Tested-by: nobody',
    'Fixes: 123456789abc ("futex: x")',
    'Link: https://lore.kernel.example/r/x@y',
    'Cc: stable@vger.example',
  ),
)
const signature = one('-- ', '-- \nThomas', '--\nThomas', '-- \nA\n-- \nB')
const footLinks = lines(one('[1] https://a.example/', '[2]: https://b.example/x', ' [note] http://c.example'))
const list = lines(
  one(' 1) The refcount.', '- hb->lock', '    - q->lock', '  and more', '* x', '10. ten', '2024. no'),
)
const forging = one(
  'From the waiter',
  'From 123 Mon Sep 17 00:00:00 2001',
  '>From here',
  '>>From here',
  '---',
  '-- >8 --',
  '--- 8< --- cut here --- 8< ---',
  '> -- >8 --',
  'diff -u is good',
  'Index: x',
  '--- a word',
  '@@ -1',
  'From: Linus <l@example.org>',
  'Subject: [PATCH] x',
  '[PATCH] y',
  'On Mon, X wrote:',
  '.',
  'begin 644 x',
  '8 <  8%>8 % <',
)
const odd = one(
  'bell \u0007 and \u001b[31mred',
  '\u2407 and \u2426',
  'nel\u0085sep\u2028par\u2029',
  'del\u007f c1\u009b31m',
  '\u0001\u2401\u2426{9b}',
  'soft\u00adhyphen no\u00a0break zero\u200bwidth \ufeff',
  '   ',
  '\t',
  ' ',
  '\f',
  'x'.repeat(1200),
  `${'日'.repeat(400)} ${'本'.repeat(400)}`,
  `- ${'word '.repeat(40)}`,
  `10. ${'y'.repeat(100)} ${'word '.repeat(30)}`,
)
const gap = fc.integer({ min: 1, max: 4 }).map((n) => '\n'.repeat(n))

const KINDS = [
  prose,
  quote,
  fence,
  patch,
  columns,
  trailers,
  signature,
  footLinks,
  list,
  forging,
  odd,
] as const

/** As `commentInput` leaves them: LF, NFC, no NUL, no marks of direction, no empty line at the end; may be blank. */
export const typedComment: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.oneof(...KINDS), gap), { minLength: 1, maxLength: 8 })
  .chain((pieces) => {
    const text = pieces.flat().join('')
    return fc.tuple(fc.constant(text), fc.integer({ min: 0, max: 3 }), fc.nat(text.length), fc.nat(3))
  })
  .map(([text, cuts, at, start]) => `${'\n'.repeat(start)}${cuts === 0 ? text.slice(at) : text}`)
  .map(asStored)

/** Whatever a form could send. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc
    .array(
      one(
        '>',
        ' ',
        '\n',
        '`',
        '-',
        '+',
        '@@ -1 +1 @@',
        '[1] http://a',
        '<',
        '&',
        '#1',
        '\t',
        '  ',
        '|',
        'a:',
      ),
      {
        maxLength: 200,
      },
    )
    .map((all) => all.join('')),
)

export function asStored(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '')
    .normalize('NFC')
    .replace(/\n+$/, '')
}
