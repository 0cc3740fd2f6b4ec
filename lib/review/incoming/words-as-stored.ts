/**
 * The words of a mail as they are stored in the instance that wrote it: this one, or another of the same program.
 *
 * The mail says which of its lines they are and what was done to them (`thread-note.ts`), and gives their hash. With the
 * right hash they are the stored ones to the last blank, through any list that left the lines alone; otherwise the mail
 * is read as anybody's. Whoever writes a mail can compute a hash, so it gives no right: such words may be what a form
 * may be, and no more.
 */
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import { commentHash } from '#lib/review/comment/comment-hash.ts'
import { commentInput } from '#lib/review/comment/comment-input.ts'
import { storedComment } from '#lib/review/comment/comment-mail.ts'
import { parseThreadNote } from '#lib/review/export/thread-note.ts'

export function wordsAsStored({ note, asSent }: Pick<ParsedMail, 'note' | 'asSent'>): string | null {
  const words = note === null ? undefined : parseThreadNote(note).words
  if (!words || asSent === null) return null
  const from = words.firstLine - 1
  const lines = asSent.split('\n').slice(from, from + words.lines)
  if (lines.length < words.lines) return null
  const text = storedComment(lines, words.way)
  if (text === null || commentHash(text) !== words.sha256) return null
  const input = commentInput(text)
  return input.ok && input.value.text === text ? text : null
}
