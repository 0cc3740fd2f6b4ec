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

/** Letters of what the sender of a mail says himself. */
export function ownWordsOf(text: string, subject: string): string {
  const { lines } = scanBody(text, subjectKey(subject), [])
  const own = lines.filter(({ kind }) => kind === 'own' || kind === 'diff')
  return lettersOf(own.map(({ content }) => content).join('\n'))
}

/** What the mail of a deleted comment says (`replies.ts`): who answered it may quote that. */
export const DELETED_WORDS = '(This comment was deleted.)'

/** Beyond this much a mail used to end in a link to the rest of the comment. */
const COMPARED_LETTERS = 40_000
/** Quotes of a comment of which each may stand in its mail either way: more have too many ways. */
const TRIED_QUOTES = 5
/** Mailers mark what they quote; below such a line the two are scanned alike. */
const MARKED = '> as in a mail\n\n'

/**
 * `own`: of the mail. `text`: of the comment, as it is or was. Only letters and digits count: a list may have set a
 * line in or made a bracket of another, and whoever sends other words under this name has other letters.
 */
export function isSaidBy(own: string, text: string): boolean {
  const said = lettersAndDigits(own)
  const runs = runsOf(text)
  const quotes = runs.filter(({ isQuote }) => isQuote)
  const tried = quotes.slice(0, TRIED_QUOTES)
  for (let ways = 0; ways < 2 ** tried.length; ways++) {
    const asWords = new Set(tried.filter((_, i) => (ways >> i) % 2 === 1))
    const lines = runs.flatMap((run) =>
      asWords.has(run) ? run.lines.map((line) => line.replace(/^(?:> ?)+/, '    ')) : run.lines,
    )
    const words = lettersAndDigits(ownWordsOf(MARKED + lines.join('\n'), ''))
    if (words === said) return true
    // With more of its quotes as words the mail would say more.
    if (ways === 0 && said.length < words.length && said.length < COMPARED_LETTERS) return false
    const beginning = words.slice(0, COMPARED_LETTERS)
    if (words.length > COMPARED_LETTERS && said.startsWith(beginning)) return true
  }
  return false
}

const lettersAndDigits = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')

type Run = { readonly isQuote: boolean; readonly lines: string[] }

function runsOf(text: string): Run[] {
  const runs: Run[] = []
  for (const line of text.split('\n')) {
    const isQuote = line.startsWith('>')
    const last = runs.at(-1)
    if (last?.isQuote === isQuote) last.lines.push(line)
    else runs.push({ isQuote, lines: [line] })
  }
  return runs
}
