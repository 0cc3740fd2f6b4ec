/**
 * Is this mail that comment?
 *
 * A comment leaves as a mail, and comes back: through a list, in the export of an instance, years later. Its mail's
 * quotes depend on what else stood in the thread then, so only its own words are compared: those of the mail, without
 * quotes and attributions, with those that the comment has or had. Quotes that its writer typed may stand in the mail
 * as quotes or as words, whatever the answered mail allowed then.
 */
import { scanBody } from '#lib/mail/import/body.ts'
import { subjectKey } from '#lib/mail/import/reply-subject.ts'
import { lettersOf } from '#lib/mail/import/squeeze.ts'
import { commentText, quotesIn } from '../comment-text.ts'

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
const QUOTE_MARK = 'quoted-here-'

/** `own`: of the mail. `body`: of the comment, as it was typed (`isLiteral`: as it was mailed). */
export function isSaidBy(own: string, body: string, { isLiteral, baseUrl }: SaidOptions): boolean {
  const pieces = isLiteral ? literalPieces(body) : renderedPieces(body, baseUrl)
  let at = 0
  for (const { words, isQuote } of pieces) {
    const stands = own.startsWith(words, at)
    if (!stands && !isQuote)
      return own.startsWith(words.slice(0, COMPARED_LETTERS), at) && words.length > COMPARED_LETTERS
    if (stands) at += words.length
  }
  return at === own.length
}

export type SaidOptions = { readonly isLiteral: boolean; readonly baseUrl: string }

type Piece = { readonly words: string; readonly isQuote: boolean }

function literalPieces(body: string): Piece[] {
  return body.split('\n').map((line) => ({ words: lettersOf(line), isQuote: line.startsWith('>') }))
}

function renderedPieces(body: string, baseUrl: string): Piece[] {
  const typed = quotesIn(body)
  const marks = new Map(typed.map((_, i) => [i, [`> ${QUOTE_MARK}${i}`]] as const))
  const lines = commentText(body, { sender: NOBODY, baseUrl, quotes: marks })
  const pieces: Piece[] = []
  let words: string[] = []
  for (const line of lines) {
    const quote = new RegExp(`^> ${QUOTE_MARK}(\\d+)$`).exec(line)
    if (!quote) {
      words.push(line)
      continue
    }
    pieces.push({ words: lettersOf(words.join('\n')), isQuote: false })
    pieces.push({ words: lettersOf(typed[Number(quote[1])] ?? ''), isQuote: true })
    words = []
  }
  return [...pieces, { words: lettersOf(words.join('\n')), isQuote: false }]
}
