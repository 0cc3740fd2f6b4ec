/**
 * Is this mail that comment?
 *
 * A comment leaves as a mail, and comes back: through a list, in the export of an instance, years later. Its mail's
 * quotes depend on what else stood in the thread then, so only its own words are compared: those of the mail, without
 * quotes and attributions, with those that the comment has or had. Quotes that its writer typed may stand in the mail
 * as quotes or as words, whatever the answered mail allowed then.
 */
import { scanBody } from '#lib/mail/import/body.ts'
import { subjectKey } from '#lib/mail/import/read/reply-subject.ts'
import { lettersOf } from '#lib/mail/import/squeeze.ts'
import { commentText, quotesIn } from '#lib/review/comment/comment-text.ts'
import { literalText, quotesInLiteral } from '#lib/review/comment/literal-text.ts'

/** Letters of what the sender of a mail says himself. */
export function ownWordsOf(text: string, subject: string): string {
  const { lines } = scanBody(text, subjectKey(subject), [])
  const own = lines.filter(({ kind }) => kind === 'own' || kind === 'diff')
  return lettersOf(own.map(({ content }) => content).join('\n'))
}

/** What the mail of a deleted comment says (`replies.ts`): who answered it may quote that. */
export const DELETED_WORDS = '(This comment was deleted.)'

/** Beyond this much a mail ends in a link to the rest of the comment. */
const COMPARED_LETTERS = 40_000
const NOBODY = { name: '', address: '' }
/** Quotes of a comment of which each may stand in its mail either way: more have too many ways. */
const TRIED_QUOTES = 6

export type SaidOptions = { readonly isLiteral: boolean; readonly baseUrl: string }

/** `own`: of the mail. `body`: of the comment, as it was typed (`isLiteral`: as it was mailed). */
export function isSaidBy(own: string, body: string, { isLiteral, baseUrl }: SaidOptions): boolean {
  const quotes = isLiteral ? quotesInLiteral(body).length : quotesIn(body).length
  const tried = Math.min(quotes, TRIED_QUOTES)
  for (let ways = 0; ways < 2 ** tried; ways++) {
    const asQuotes = new Map<number, readonly string[]>()
    for (let i = 0; i < quotes; i++) if (i >= tried || (ways >> i) % 2 === 1) asQuotes.set(i, ['>'])
    const options = { sender: NOBODY, baseUrl, quotes: asQuotes }
    const lines = isLiteral ? literalText(body, options) : commentText(body, options)
    const words = lettersOf(lines.filter((line) => !line.startsWith('>')).join('\n'))
    if (words === own) return true
    const beginning = words.slice(0, COMPARED_LETTERS)
    if (words.length > COMPARED_LETTERS && own.startsWith(beginning)) return true
  }
  return false
}
