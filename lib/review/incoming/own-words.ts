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

/** Beyond this much a mail used to end in a link to the rest of the comment. */
const COMPARED_LETTERS = 40_000
/** Quotes of a comment of which each may stand in its mail either way: more have too many ways. */
const TRIED_QUOTES = 5
/** Mailers mark what they quote; below such a line the two are scanned alike. */
const MARKED = '> as in a mail\n\n'

/**
 * Letters of comments that are scanned for one mail: whoever edits a comment of 64 KB thirty times, with
 * five quotes in each version, gives a thousand ways to compare. A mail that is not found out within them is taken for
 * another one, and somebody looks at it.
 */
const SCANNED_LETTERS = 400_000

/**
 * `own`: of the mail. `text`: of the comment, as it is or was. Only letters and digits count: a list may have set a
 * line in or made a bracket of another, and whoever sends other words under this name has other letters.
 */
export const isSaidBy = (own: string, text: string) => isSaidByOneOf(own, [text])

/** `texts`: of one comment, the likeliest first. */
export function isSaidByOneOf(own: string, texts: readonly string[]): boolean {
  const said = lettersAndDigits(own)
  const versions = [...new Set(texts)]
    .filter((text) => isWithin(said.slice(0, COMPARED_LETTERS), lettersAndDigits(lettersOf(text))))
    .map((text) => new Ways(said, text))
  let scanned = 0
  const isOneOf = (version: Ways, from: number, to: number) => {
    for (let way = from; way < to && version.isOpen; way++) {
      scanned += version.letters
      // The first one is always looked at, however long it is.
      if (scanned > SCANNED_LETTERS && scanned > version.letters) return false
      if (version.isSaid(way)) return true
    }
    return false
  }
  // The likeliest way of each version comes before the unlikely ones of the first.
  if (versions.some((version) => isOneOf(version, 0, 1))) return true
  return versions.some((version) => isOneOf(version, 1, version.count))
}

/** As how many letters a scan of none counts. */
const LETTERS_OF_A_SCAN = 500
/** Places up to which the words of several comments may be read: more tell apart nothing that a person wrote. */
const MOST_PLACES = 50

/**
 * Whether `own` are the words of several comments, one behind the other, and of one of the endings: of each comment in any of its
 * versions, the likeliest first. Null: what it said is not known any more, and whatever stands there may have been it.
 */
export function isSaidBySeveral(
  own: string,
  comments: readonly (readonly string[] | null)[],
  endings: readonly string[],
): boolean {
  const said = lettersAndDigits(own)
  let [places, isGap, scanned]: [readonly number[], boolean, number] = [[0], false, 0]
  for (const versions of comments) {
    if (versions === null) {
      isGap = true
      continue
    }
    const next = new Set<number>()
    for (const [nth, text] of [...new Set(versions)].entries()) {
      scanned += text.length + LETTERS_OF_A_SCAN
      if (nth > 0 && scanned > SCANNED_LETTERS) break
      for (const words of waysAlone(text)) {
        for (const place of places) {
          const at = isGap ? said.indexOf(words, place) : said.startsWith(words, place) ? place : -1
          if (at >= 0) next.add(at + words.length)
        }
      }
    }
    if (next.size === 0) return false
    places = [...next].slice(0, MOST_PLACES)
    isGap = false
  }
  return endings.flatMap(waysAlone).some((words) => {
    const at = said.length - words.length
    return said.endsWith(words) && places.some((place) => (isGap ? place <= at : place === at))
  })
}

/** The words of a comment in a mail, with its quotes as quotes and as words. */
function waysAlone(text: string): readonly string[] {
  const wordsOf = (lines: string) => lettersAndDigits(ownWordsOf(MARKED + lines, ''))
  const unquoted = text.replace(/^(?:> ?)+/gm, '    ')
  return unquoted === text ? [wordsOf(text)] : [wordsOf(text), wordsOf(unquoted)]
}

/** Whether letters stand in others in this order: no way of writing a comment as a mail adds any or moves them. */
function isWithin(letters: string, others: string): boolean {
  let at = 0
  for (let i = 0; i < others.length && at < letters.length; i++) {
    if (others.charCodeAt(i) === letters.charCodeAt(at)) at++
  }
  return at === letters.length
}

/** The ways in which a comment may be a mail: each of its first quotes as a quote, or as words. */
class Ways {
  readonly letters: number
  readonly count: number
  readonly #said: string
  readonly #runs: readonly Run[]
  readonly #tried: readonly Run[]
  #isOpen = true

  constructor(said: string, text: string) {
    this.letters = text.length
    this.#said = said
    this.#runs = runsOf(text)
    this.#tried = this.#runs.filter(({ isQuote }) => isQuote).slice(0, TRIED_QUOTES)
    this.count = 2 ** this.#tried.length
  }

  /** False once no further way can be the mail. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  isSaid(way: number): boolean {
    const said = this.#said
    // All of them as quotes, then all of them as words, then what lies between.
    const bits = way === 0 ? 0 : this.count - way
    const asWords = new Set(this.#tried.filter((_, i) => (bits >> i) % 2 === 1))
    const lines = this.#runs.flatMap((run) =>
      asWords.has(run) ? run.lines.map((line) => line.replace(/^(?:> ?)+/, '    ')) : run.lines,
    )
    const words = lettersAndDigits(ownWordsOf(MARKED + lines.join('\n'), ''))
    if (words === said) return true
    // With more of its quotes as words the mail would say more.
    if (way === 0 && said.length < words.length && said.length < COMPARED_LETTERS) this.#isOpen = false
    const beginning = words.slice(0, COMPARED_LETTERS)
    return this.#isOpen && words.length > COMPARED_LETTERS && said.startsWith(beginning)
  }
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
