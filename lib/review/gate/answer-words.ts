/**
 * Whether the words of an answer say anything: what can be told without understanding them.
 *
 * Words cannot be weighed by a program. What it can tell is that nobody wrote any: nothing, too few, the template's own,
 * or a promise to write some later. Whether they answer is for a reviewer to say (*weak*).
 */

/** Characters (code points, after white space is collapsed) that an answer has at least. */
export const LEAST_CHARACTERS = 40

export type WordsVerdict =
  | { readonly state: 'answered' | 'not-applicable' | 'empty' | 'template' }
  | { readonly state: 'too-short'; readonly characters: number }
  | { readonly state: 'placeholder'; readonly found: string }

/** Takes up room and shows nothing; combining marks stay, they belong to their letters. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u3164\uffa0]/gu

/** Scripts that put no space between words: how many different words there are cannot be counted by spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Fewer different words than this are one that was repeated until it was long enough. */
const LEAST_WORDS = 5
/** Letters and digits that are left of an answer when every placeholder in it is taken away. */
const LEAST_LETTERS = 20

/** In capitals they are marks, wherever an answer begins or ends with one. */
const MARK = 'TBD|TBA|TBC|TBW|TODO|FIXME|XXX+|WIP|\\?{3,}'
const BEGINS_WITH_MARK = new RegExp(`^[^\\p{L}\\p{N}?]*(${MARK})(?![\\p{L}\\p{N}])`, 'u')
const ENDS_WITH_MARK = new RegExp(`(?<![\\p{L}\\p{N}?])(${MARK})[^\\p{L}\\p{N}?]*$`, 'u')
const PROMISE =
  /^[^\p{L}\p{N}]*((?:this |it |the answer )?(?:is |has |still |yet )*(?:to be|will be|shall be|not yet|yet to be) (?:determined|decided|defined|done|written|announced|confirmed|discussed|described|added|filled|provided|completed|specified|known|clear|answered|documented|explained))\b/u
const FILLER = /\b(lorem ipsum|asdf\w*|qwerty\w*|foo bar(?: baz)?|blah blah)\b/
/** Words that stand where an answer should, each with what follows it in the same breath. */
const STAND_IN = new RegExp(
  [
    '\\b(?:tbd|tba|tbc|tbw|todo|fixme|xxx+|wip|placeholder|template|dummy|test)\\b',
    '\\bn\\s*[/.]\\s*a\\b\\.?',
    '\\b(?:na|none|nil|null|nothing|nope|no|yes|ok|later|soon|pending|unknown|unclear|various|idem|ditto|dito)\\b',
    '\\bto be (?:determined|decided|defined|done|written|announced|confirmed|discussed|added|filled(?: in)?)\\b',
    '\\b(?:coming soon|work in progress|in progress|not applicable|not relevant|not known|do(?:es)? not apply)\\b',
    '\\b(?:fill(?: this)? in|write (?:me|this)|add (?:text|words|answer)|your (?:text|answer) here|answer here|text here)\\b',
    '\\b(?:see|as|same as|as stated|as described) (?:above|below|code|the code|patch|the patch|before|elsewhere)\\b',
    '\\.{3,}|\u2026+|\\?+|-{2,}|_{2,}',
  ].join('|'),
  'g',
)
const NOT_APPLICABLE =
  /^[^\p{L}\p{N}]*(?:(?:this|the question|it) (?:is|does) )?(?:not applicable|n\s*\/\s*a|n\.\s?a\.?|not apply|does not apply)(?![\p{L}\p{N}])/u
const REASON = /^\s*[:;,.(\u2013\u2014-]|\b(?:because|since|as|for|due to|given that)\b/u

/** White space collapsed, what cannot be seen taken out, in NFC. */
export function visible(text: string): string {
  const shown = ASCII.test(text) ? text : text.normalize('NFC').replace(INVISIBLE, '')
  return shown.replace(/\s+/g, ' ').trim()
}

/** What most texts are: nothing to compose in it, and nothing hidden. */
const ASCII = /^[\t\n\r\x20-\x7e]*$/

/** To be compared with many answers. */
export const givenWords = (texts: readonly string[]): string[] =>
  texts.map(skeleton).filter((words) => words !== '')

/** Letters and digits alone, in small letters, one blank between words: two texts that a reader takes for one are one. */
function skeleton(text: string): string {
  return (
    visible(text)
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).join(' ')
}

const letters = (text: string) => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
const differentWords = (own: string) => new Set(own.split(' ').filter(Boolean)).size

/** @param given what is not the author's, as `givenWords` makes it of the template's answers and of the questions */
export function judgeWords(text: string, given: readonly string[]): WordsVerdict {
  const words = visible(text)
  if (words === '') return { state: 'empty' }
  const small = words.toLowerCase()
  const found =
    BEGINS_WITH_MARK.exec(words)?.[1] ??
    ENDS_WITH_MARK.exec(words)?.[1] ??
    PROMISE.exec(small)?.[1] ??
    FILLER.exec(small)?.[1]
  if (found !== undefined) return placeholder(found)
  const characters = [...words].length
  const notApplicable = NOT_APPLICABLE.exec(small)?.[0]
  if (notApplicable !== undefined) {
    const reason = small.slice(notApplicable.length)
    const says =
      REASON.test(reason) && differentWords(skeleton(reason)) >= LEAST_WORDS - 1 && hasOwnWords(reason)
    if (!says) return placeholder(words)
    return characters < LEAST_CHARACTERS ? { state: 'too-short', characters } : { state: 'not-applicable' }
  }
  const isStandIn = !hasOwnWords(small)
  // There is a placeholder in it, and little beside.
  if (isStandIn && small.search(STAND_IN) >= 0) return placeholder(words)
  const own = skeleton(words)
  if (isGiven(own, given)) return { state: 'template' }
  if (characters < LEAST_CHARACTERS) return { state: 'too-short', characters }
  if (isStandIn || (differentWords(own) < LEAST_WORDS && !UNSPACED.test(words))) return placeholder(words)
  return { state: 'answered' }
}

/** @param small in small letters */
function hasOwnWords(small: string): boolean {
  return letters(small.replace(STAND_IN, ' ')) >= LEAST_LETTERS
}

/** @param own a skeleton, as those are */
function isGiven(own: string, given: readonly string[]): boolean {
  // A part of it, however it was cut; or all of it, with a little beside.
  const isPart = own.length >= LEAST_CHARACTERS / 2
  return given.some(
    (theirs) =>
      (isPart && theirs.includes(own)) ||
      (own.length - theirs.length < LEAST_CHARACTERS && own.includes(theirs)),
  )
}

const MOST_SHOWN = 40
function placeholder(found: string): WordsVerdict {
  const shown = [...found]
  return {
    state: 'placeholder',
    found: shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN).join('')}\u2026` : found,
  }
}
