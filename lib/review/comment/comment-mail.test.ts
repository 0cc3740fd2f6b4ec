import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { joinedTrailer, parseTrailer } from '#lib/mail/import/trailers.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { utf8Length } from '#lib/mail/message/utf8.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { textOf } from '#lib/review/comment/samples/text-of-html.ts'
import { formatThreadNote, parseThreadNote } from '#lib/review/export/thread-note.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { anyText, asStored, typedComment } from './comment-arbitrary.ts'
import { commentHash } from './comment-hash.ts'
import { commentHtml } from './comment-html.ts'
import { type MailedComment, mailedComment, storedComment } from './comment-mail.ts'
import { isTrailerOfOther } from './forging.ts'
import { HOSTILE } from './hostile-comments.ts'
import { LIST_COMMENTS } from './list-comments.ts'
import { isScissors } from './scissors.ts'
import { wayWords } from './way-words.ts'

const runs = testNumber('FUZZ_RUNS', 20_000)
const SENDER = { name: 'A Tester', address: 'tester@example.org' }

const mailed = (text: string) => mailedComment(text, SENDER)

/** Through the bytes of a mail and its header, below a quote of two lines. */
function throughMail(text: string, { lines, way }: MailedComment): string | null {
  const above = ['On Mon, Jun 14 2021 at 10:00, Reva wrote:', '> a line', '']
  const words = { firstLine: above.length + 1, lines: lines.length, way, sha256: commentHash(text) }
  const message: Message = {
    messageId: 'c1@example.org' as MessageId,
    inReplyTo: null,
    references: [],
    from: SENDER,
    to: [SENDER],
    cc: [],
    date: { epochSeconds: 0, offsetMinutes: 0 },
    subject: 'Re: x',
    note: formatThreadNote(3, { words }),
    body: `${[...above, ...lines].join('\n')}\n`,
  }
  const read = readMessage(writeMessage(message))
  if (!read.ok) return null
  const found = parseThreadNote(read.value.note ?? '').words
  if (!found) return null
  const from = found.firstLine - 1
  const stored = storedComment(read.value.body.split('\n').slice(from, from + found.lines), found.way)
  return stored !== null && commentHash(stored) === found.sha256 ? stored : null
}

function expectMailable({ lines }: MailedComment): void {
  expect(Math.max(...lines.map(utf8Length))).toBeLessThanOrEqual(998)
  expect(lines.filter((line) => /^>?From |[^\P{Cc}\t]|[\u2028\u2029]/u.test(line))).toEqual([])
  expect(lines.filter(isScissors)).toEqual([])
  expect(lines.filter((line) => isTrailerOfOther(line, SENDER))).toEqual([])
}

describe('a comment as mail', () => {
  test.each([
    ['a key of ours', 'Reviewed-by: Other Person', ' <other@example.org>'],
    ['any key', 'Helped-by: Other Person', ' <other@example.org>'],
    ['any key, its address at the left edge', 'Helped-by: Other Person', '<other@example.org>'],
    ['any key, and all of its value', 'Helped-by:', '\tOther Person <other@example.org>'],
    ['any key in bold', '**Helped-by:** Other Person', ' <other@example.org>'],
  ])('sets in a trailer of somebody else with %s that goes on in the next line', (_, line, next) => {
    const { lines } = mailed(`Thanks.\n\n${line}\n${next}`)
    expect(lines[2]).toBe(`    ${line}`)
    // An importer counts neither line, nor both.
    expect(parseTrailer(lines[2] ?? '')).toBeNull()
    expect(joinedTrailer(lines[2] ?? '', lines[3] ?? '')).toBeNull()
    expect(joinedTrailer(line, next)).toMatchObject({ email: 'other@example.org' })
  })

  test('leaves a trailer of its sender where it stands, wrapped or not', () => {
    for (const text of [
      `For this part:\n\nReviewed-by: Me <${SENDER.address}>\n\nThanks,\n\n        me`,
      `Helped-by: Me\n <${SENDER.address}>`,
      'Fixed-by: nobody\nyet, as it seems',
    ])
      expect(mailed(text).lines).toEqual(text.split('\n'))
  })

  test('leaves a patch as it came, tabs, long heads of hunks and all', () => {
    const text = [
      'Something like the below, untested:',
      '',
      '--- a/io_uring/futex.c',
      '+++ b/io_uring/futex.c',
      '@@ -120,7 +120,7 @@ int io_futex_cancel(struct io_ring_ctx *ctx, struct io_cancel_data *cd,',
      ' \tif (!nr)',
      ' \t\treturn -ENOENT;',
      ' ',
      '-\treturn nr;',
      '+\treturn 0;',
    ].join('\n')
    expect(mailed(text).lines.join('\n')).toBe(text)
  })

  test('comes back as it was typed', () => {
    fc.assert(
      fc.property(fc.oneof(typedComment, anyText.map(asStored)), (text) => {
        // What is blank is no comment: `commentInput` refuses it.
        fc.pre(text !== '')
        const out = mailed(text)
        expectMailable(out)
        expect(storedComment(out.lines, out.way)).toBe(text)
        expect(throughMail(text, out)).toBe(text)
        // And on the page it is the same, character for character.
        expect(textOf(commentHtml(text, { thread: () => null, mail: () => null }))).toBe(text)
      }),
      { numRuns: runs },
    )
  }, 120_000)

  test('is what was typed, line for line, where nothing is wrong with it', () => {
    const text = [
      'How about this? `q` and **that** &reg; \\1 __x__ [a](http://b.example)',
      '',
      '',
      '',
      '> quoted  ',
      '',
      '--- a/k.c',
      '+++ b/k.c',
      '@@ -1,2 +1,2 @@ f()',
      ' ',
      `-\t${'x'.repeat(200)}`,
      '+\traw_spin_lock(&hb->lock);',
      '',
      'CPU0                       CPU1',
      '----                       ----',
      '                           lock(&q->lock)',
      '',
      `| ${'a wide cell '.repeat(10)}|`,
      '',
      `    ${'code '.repeat(40)}`,
      '',
      'Reviewed-by: A Tester <TESTER@example.org> # on arm64',
      'Fixes: 123456789abc ("futex: x")',
      'Cc: Somebody Else <else@example.org>',
      '',
      `[1] https://a.example/${'x'.repeat(100)}`,
      '-- ',
      'T',
    ]
    const { lines, way } = mailed(text.join('\n'))
    expect(lines).toEqual(text)
    expect(way).toEqual({ joined: [], cut: [], inset: [], loose: [], spelt: [] })
  })

  test.each(LIST_COMMENTS)('keeps %s', (_, text) => {
    const { lines, way } = mailed(text)
    expect(throughMail(text, { lines, way })).toBe(text)
    // But for a line of prose that is too wide, and what somebody else is said to have said.
    const changed = [...way.joined, ...way.inset]
    expect(changed.length > 0 || lines.join('\n') === text).toBe(true)
    expect(way.inset.map(([line]) => lines[line - 1])).toEqual(
      text.includes('Other Person') ? ['    Acked-by: Other Person <other@example.org>'] : [],
    )
  })

  test('only prose that is wider than 76 columns is wrapped, at 72', () => {
    const narrow = `${'word '.repeat(15)}.`
    expect(displayWidth(narrow)).toBe(76)
    expect(mailed(narrow).lines).toEqual([narrow])
    const wide = mailed(`${'word '.repeat(15)}..\nshort`)
    expect(wide.lines).toEqual(['word '.repeat(14).trim(), 'word ..', 'short'])
    expect(wide.way.joined).toEqual([[2, 2]])
  })

  test('an item hangs below its bullet; more blanks than one stay', () => {
    const item = mailed(` 10) ${'word '.repeat(15)}end.  Next`)
    expect(item.lines).toEqual([` 10) ${'word '.repeat(13).trim()}`, '     word word end.  Next'])
    const double = `${'a'.repeat(70)}.  ${'b'.repeat(20)}`
    expect(mailed(double).lines).toEqual([`${'a'.repeat(70)}. `, 'b'.repeat(20)])
  })

  test('a word that is wider than a line stays whole, beside its bullet too', () => {
    const url = `https://a.example/${'x'.repeat(100)}`
    expect(mailed(`- ${url} and more of these words`).lines).toEqual([
      `- ${url}`,
      '  and more of these words',
    ])
  })

  test('no wrapped line begins with what a program takes for something else', () => {
    for (const bad of [
      'From here',
      '> more',
      '- item',
      '[1] https://a.example/',
      'Acked-by: x',
      'diff -u x',
    ]) {
      const { lines } = mailed(`${'word '.repeat(13)}words ${bad} and so on for many words more.`)
      expect(lines.length).toBeGreaterThan(1)
      for (const line of lines) expect(line).not.toMatch(/^(?:From |>|- |\[1\]|Acked-by|diff)/)
    }
  })

  test.each([
    ['From the waiter’s view', true],
    ['>From here', true],
    ['>>From here', false],
    ['> From here', false],
    ['Acked-by: Somebody Else <else@example.org>', true],
    ['acked-by: Else <else@example.org>', true],
    ['  Reviewed-By: Else <else@example.org>', true],
    ['**Reviewed-by:** Else <else@example.org>', true],
    ['Reviewed-by: Linus Torvalds', true],
    ['Reviewed-by: Tester <tester@example.org>', false],
    ['Reviewed-by: "tester@example.org" <torvalds@example.org>', true],
    ['Reviewed-by: torvalds@example.org (me) <tester@example.org>', false],
    ['Stand-by: we wait', false],
    ['> Acked-by: Else <else@example.org>', false],
    ['---', true],
    ['--- ', true],
    ['---\t ', true],
    ['----', false],
    ['diff --git a/x b/x', true],
    ['Index: x', true],
    ['--- snip', true],
    ['From: Linus <l@example.org>', true],
    ['[PATCH] x', true],
  ])('%s by itself is set in: %s', (text, isIn) => {
    const { lines, way } = mailed(text)
    expect(lines).toEqual([isIn ? `    ${text}` : text])
    expect(way.inset).toEqual(isIn ? [[1, 1]] : [])
  })

  test('headers are a mail’s only at the top of its text', () => {
    expect(mailed('\nSubject: a\nFrom: b\nwords\nFrom: c').way.inset).toEqual([[2, 3]])
  })

  test('lines of a patch stay at the edge, whatever they begin with', () => {
    const text = 'diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n+b\n c'
    expect(mailed(text).lines.join('\n')).toBe(text)
  })

  test.each([
    ' Reviewed-by: Linus Torvalds <torvalds@example.org>',
    '\tAcked-by: Linus Torvalds <torvalds@example.org>',
    ' Reviewed-by: Linus Torvalds',
    '---',
  ])('below the head of a hunk no line speaks for another or ends the text: %s', (line) => {
    const text = `@@ -1,3 +1,3 @@\n a\n${line}\n b`
    const out = mailed(text)
    expect(out.lines).toEqual(['@@ -1,3 +1,3 @@', ' a', `    ${line}`, ' b'])
    expect(wayWords(out).join()).toContain(line.trim())
    expect(throughMail(text, out)).toBe(text)
  })

  test('a hunk that adds or takes away a trailer stays, and so does the writer’s own', () => {
    const text = [
      '@@ -1,3 +1,3 @@',
      '-Reviewed-by: Linus Torvalds <torvalds@example.org>',
      '+Acked-by: Linus Torvalds <torvalds@example.org>',
      ' Tested-by: A Tester <tester@example.org>',
    ]
    expect(mailed(text.join('\n')).lines).toEqual(text)
  })

  test('scissors do not cut, in a quote and between words either', () => {
    expect(mailed('-- >8 --').lines).toEqual(['-- > 8 --'])
    expect(mailed('-- 8< -- cut here -- 8< --').lines).toEqual(['-- 8 < -- cut here -- 8 < --'])
    expect(mailed('> -- >8 --').lines).toEqual(['> -- > 8 --'])
    expect(mailed('5 %< 8 and a<b, 8<9').lines).toEqual(['5 %< 8 and a<b, 8<9'])
  })

  test('controls and odd line ends are shown, and what looks like that stays apart', () => {
    const text = 'bell \u0007 esc \u001b[31m del \u007f nel\u0085 sep\u2028 own \u2407 \u2426\nown \u2407'
    const { lines, way } = mailed(text)
    expect(lines).toEqual([
      'bell \u2407 esc \u241b[31m del \u2421 nel\u2426{85} sep\u2426{2028} own \u2426\u2407 \u2426\u2426',
      'own \u2407',
    ])
    expect(way.spelt).toEqual([[1, 1]])
  })

  test('a line too long for a mail is cut between characters', () => {
    const { lines, way } = mailed('𝕏'.repeat(600))
    expect(lines.map(utf8Length)).toEqual([980, 980, 440])
    expect(way.cut).toEqual([[2, 3]])
  })

  test('a mail that was changed on its way is not taken for the comment', () => {
    const text = `${'word '.repeat(40)}\n\nAcked-by: Else <else@example.org>\n`.trim()
    const { lines, way } = mailed(text)
    expect(storedComment(lines, way)).toBe(text)
    const changed = lines.with(0, `${lines[0]} more`)
    expect(storedComment(changed, way)).not.toBe(text)
    expect(throughMail(text, { lines: changed, way })).toBe(null)
    // A mailer that takes the blanks away, or breaks a line.
    expect(
      storedComment(
        lines.map((line) => line.trimStart()),
        way,
      ),
    ).toBe(null)
    expect(storedComment(lines.slice(1), { ...way, joined: [[1, 9]] })).toBe(null)
  })
})

describe.each(HOSTILE)('hostile: %s', (_, text) => {
  test('leaves within the limits of mail, and comes back', () => {
    const before = cpuMs()
    const out = mailed(text)
    expect(cpuMs() - before).toBeLessThan(msHere(800))
    expectMailable(out)
    expect(utf8Length(out.lines.join('\n'))).toBeLessThan(1_000_000)
    const words = { firstLine: 1, lines: out.lines.length, way: out.way, sha256: commentHash(text) }
    expect(formatThreadNote(3, { words })?.length).toBeLessThan(32_000)
    // Empty lines at the end are none of a comment.
    if (asStored(text) === text) expect(throughMail(text, out) === text).toBe(true)
  })
})
