/** Threads of earlier revisions in the text of a later one: each once, with the words that it stands at now. */
import { figure } from '#lib/figures.ts'
import { filled } from '#lib/mail/text/wrap.ts'
import { type Carried, carriedWords, writeupGoneFrom } from '#lib/review/thread/port.ts'
import { stateWords, type ThreadKind, type ThreadState } from '#lib/review/thread/state.ts'
import { writeupOfWhole } from '#lib/review/thread/whole.ts'

export type CarriedThread = {
  readonly number: number
  readonly kind: ThreadKind
  readonly state: ThreadState
  readonly opener: string
  /** Of its first comment. */
  readonly words: string
  /** Of the comments, deleted ones too. */
  readonly comments: number
  readonly blockKey: string
  readonly carried: Carried
}

/** Characters of a passage, and of a comment: enough to know them by. */
const MOST_WORDS = 300

/**
 * Null: none was carried to it.
 *
 * @param textOf the text of a block of that revision
 */
export function carriedText(
  revision: number,
  threads: readonly CarriedThread[],
  textOf: (blockKey: string) => string | undefined,
): string | null {
  if (threads.length === 0) return null
  const title = `Threads of earlier revisions, and where they stand in v${revision}`
  const told = threads.map((thread) => {
    const { number, opener, words, comments, blockKey, carried } = thread
    const head = `#${number} ${thread.kind}, ${stateWords(thread)}, ${figure(comments, 'comment')}, ${opener}: ${words}`
    const gone = writeupGoneFrom(blockKey)
    const whole = writeupOfWhole(blockKey)
    const at = whole === null ? gone : whole === 'cover' ? 'the whole proposal' : `the whole of ${whole}`
    const said = whole === null ? carriedWords(carried) : `from v${carried.from}`
    const where = at === null ? '' : `, ${whole === null ? 'in' : 'on'} ${at}`
    const text = textOf(blockKey)
    const here = carried.words ? text?.slice(carried.words.start, carried.words.end) : text
    return [
      ...filled(beginning(head), '', '    '),
      ...filled(`${said}${where}`, '    '),
      ...(here === undefined || here === '' ? [] : filled(beginning(here), '    > ')),
    ].join('\n')
  })
  return `${title}\n${'='.repeat(title.length)}\n\n${told.join('\n\n')}\n`
}

/** The first words of a text, at the end of one. */
function beginning(text: string): string {
  if (text.length <= MOST_WORDS) return text
  const cut = text.lastIndexOf(' ', MOST_WORDS)
  return `${text.slice(0, cut > 0 ? cut : MOST_WORDS)} …`
}
