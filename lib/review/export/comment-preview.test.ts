import { expect, test } from 'vitest'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { commentHash } from '#lib/review/comment/comment-hash.ts'
import { mailedComment } from '#lib/review/comment/comment-mail.ts'
import { actingWords, mailPreview } from './comment-preview.ts'
import { formatThreadNote } from './thread-note.ts'

const reva = { name: 'Reva Reviewer', address: 'reva@example.net' }

function mailOf(text: string): Message {
  const { lines, way } = mailedComment(text, reva)
  const words = { firstLine: 1, lines: lines.length, way, sha256: commentHash(text) }
  return {
    ...{ messageId: 'c@example.org' as MessageId, inReplyTo: null, references: [], from: reva },
    ...{ to: [{ name: '', address: 'list@example.org' }], cc: [], subject: 'Re: [RFC 0/1] a: b' },
    date: { epochSeconds: 1e9, offsetMinutes: 0 },
    note: formatThreadNote(1, { words }),
    body: `${lines.join('\n')}\n`,
  }
}

test('a mail in a preview is its text, below from whom to whom', () => {
  expect(mailPreview(mailOf('Why?')).text).toBe(
    'From: Reva Reviewer <reva@example.net>\nTo: list@example.org\nSubject: Re: [RFC 0/1] a: b\n\nWhy?\n',
  )
  expect(mailPreview(mailOf('Why?'))).toMatchObject({ notes: [], warnings: [] })
})

test('what a list may not like is said once, with its lines', () => {
  const patch = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-\ta();\n+\tb();\n \tc();'
  expect(mailPreview(mailOf(patch)).warnings).toEqual([
    'Lines 1, 2, 3 of the mail: line looks like the start of a patch to git mailinfo (B8)',
    'Lines 4, 5, 6 of the mail: tab in prose (B4)',
  ])
})

test('what is done to lines is said in a sentence each, and not without end', () => {
  const text = `${'word '.repeat(40)}\nFrom here\n-- >8 --\nbell \u0007\n\n${'Acked-by: E <e@example.org>\n'.repeat(9)}.`
  const { notes } = mailPreview(mailOf(text))
  expect(notes.map((note) => note.slice(0, 24))).toEqual([
    'A long line of prose is ',
    'Set in by four blanks, a',
    'A blank is put into scis',
    'Control characters are s',
  ])
  expect(notes[1]).toContain('“From here”')
  expect(notes[1]).toContain('and more')
})

test('says of a line that acts in a mail that it does nothing where it is typed', () => {
  expect(actingWords('I agree.\n\nResolves: #7\nReviewed-by: Reva <reva@example.org>')).toEqual([
    expect.stringContaining('“Resolves: #7” acts in a mail only'),
    expect.stringContaining('“Reviewed-by: Reva <reva@example.org>” acts in a mail only'),
  ])
  expect(actingWords('A line “Resolves: #7” closes it.\n\n> Resolves: #7\n\nI am told.')).toEqual([])
})
