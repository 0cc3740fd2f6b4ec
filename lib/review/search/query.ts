/**
 * What somebody typed into the search field, as words to find and filters.
 *
 * `"a phrase"` is found as it was said, whatever line ends or quote marks stand between its words; something with a sign in it
 * (`hb->lock`, `futex_wait_setup`) as it stands; a word by its stem, or as the beginning of one. All of them have to be there.
 * `key:value` with one of the keys below is a filter; every other colon is text. What makes no filter is said, and never
 * searched for as if it had been text: the answer would be nothing, and look like one.
 */
import { nearestWord } from '#lib/nearest-word.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { OPEN_STATES, type ThreadKind, type ThreadState } from '#lib/review/thread/state.ts'

export const QUERY_LIMIT = 200
const MOST_TERMS = 8

export type Term =
  | { readonly kind: 'word'; readonly text: string }
  /** With signs in it: as it stands, whatever case. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'phrase'; readonly text: string }
  /** Without angle brackets. */
  | { readonly kind: 'message'; readonly id: string }

export type SearchQuery = {
  readonly terms: readonly Term[]
  /** Empty: any. */
  readonly states: readonly ThreadState[]
  readonly kinds: readonly ThreadKind[]
  /** Part of a writer's name; `me` is the viewer. */
  readonly by: string | null
  /** A proposal's slug or a write-up. */
  readonly in: string | null
  readonly on: number | null
  readonly only: 'passages' | 'comments' | null
}

const KINDS = ['note', 'question', 'issue', 'objection'] as const satisfies readonly ThreadKind[]
const CLOSED_STATES = [
  'resolved',
  'dropped',
  'superseded',
  'overridden',
] as const satisfies readonly ThreadState[]

const STATES: Readonly<Record<string, readonly ThreadState[]>> = {
  open: OPEN_STATES,
  closed: CLOSED_STATES,
  answered: ['answered'],
  resolved: ['resolved'],
  overridden: ['overridden'],
}
const ONLY = { passage: 'passages', comment: 'comments' } as const
const IS = [...Object.keys(STATES), ...KINDS, ...Object.keys(ONLY)]

export const FILTERS: Readonly<Record<string, string>> = {
  is: `is:open, is:closed, is:objection … : ${IS.join(', ')}`,
  kind: `kind:objection: ${KINDS.join(', ')}`,
  by: 'by:reva, by:"Reva R", by:me: what somebody wrote',
  in: 'in:io-uring-futex, in:lifetime: a proposal, or a write-up',
  on: 'on:v2: said on that revision, or standing in it',
}

/** A quoted run, or one without blanks, with a key before it or not. */
const PIECE = /(?:([a-z]{2,4}):)?(?:"([^"]*)"?|(\S+))/gu

/** The failure is a sentence for who typed it. */
export function parseQuery(given: string): Result<SearchQuery, string> {
  const text = given
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  if (text.length > QUERY_LIMIT)
    return err(`A search has at most ${QUERY_LIMIT} characters; this one has ${text.length}.`)
  const terms: Term[] = []
  let states: readonly ThreadState[] = []
  let kinds: readonly ThreadKind[] = []
  let by: string | null = null
  let place: string | null = null
  let on: number | null = null
  let only: SearchQuery['only'] = null
  for (const [whole, key, quoted, bare] of text.matchAll(PIECE)) {
    const value = (quoted ?? bare ?? '').trim()
    if (key === undefined || !Object.hasOwn(FILTERS, key)) {
      // `foo:"a b"` with no such filter is text with a colon, and then a phrase.
      if (key !== undefined && quoted !== undefined) terms.push({ kind: 'word', text: key })
      const term = quoted !== undefined ? phraseOf(value) : termOf(key === undefined ? value : whole)
      if (term) terms.push(term)
      continue
    }
    if (value === '') return err(`“${key}:” has nothing behind it. ${FILTERS[key]}.`)
    const small = value.toLowerCase()
    if (key === 'by') by = value
    else if (key === 'in') place = small
    else if (key === 'on') {
      const number = /^v?([1-9]\d{0,2})$/.exec(small)?.[1]
      if (number === undefined) return err(`“on:${value}” names no revision. Write it as on:v2.`)
      on = Number(number)
    } else {
      const known = key === 'kind' ? KINDS : IS
      const kind = KINDS.find((one) => one === small)
      if (kind) kinds = [...kinds, kind]
      else if (key === 'is' && STATES[small] && Object.hasOwn(STATES, small))
        states = [...states, ...STATES[small]]
      else if (key === 'is' && small === 'passage') only = ONLY.passage
      else if (key === 'is' && small === 'comment') only = ONLY.comment
      else {
        const near = nearestWord(small, known)
        return err(
          `“${key}:${value}” is no filter. ${near ? `Did you mean ${key}:${near}? ` : ''}There is ${known.map((one) => `${key}:${one}`).join(', ')}.`,
        )
      }
    }
  }
  if (terms.length > MOST_TERMS)
    return err(`A search has at most ${MOST_TERMS} words; quote a phrase to look for more.`)
  const isAboutComments = states.length > 0 || kinds.length > 0 || by !== null
  if (only === 'passages' && isAboutComments)
    return err('“is:passage” does not go with filters of comments: a passage has no state, kind or writer.')
  return ok({ terms, states, kinds, by, in: place, on, only: isAboutComments ? 'comments' : only })
}

const MESSAGE_ID = /^(?:message-id:|id:)?<?([^\s<>"@]{1,400}@[^\s<>"@]{1,400})>?$/i
const hasWord = (text: string) => /[\p{L}\p{N}]/u.test(text)

function termOf(text: string): Term | null {
  if (!hasWord(text)) return null
  const id = MESSAGE_ID.exec(text)?.[1]
  if (id !== undefined) return { kind: 'message', id }
  // What ends a sentence is not looked for; `wait()` is the same function without its brackets.
  const bare = text.replace(/^[("'“‘[{<]+|[)"'”’\]}>,;:.!?]+$/gu, '').replace(/\($/, '')
  if (!hasWord(bare)) return null
  return { kind: /^[\p{L}\p{N}\p{M}]+$/u.test(bare) ? 'word' : 'literal', text: bare }
}

function phraseOf(text: string): Term | null {
  if (!hasWord(text)) return null
  return { kind: 'phrase', text }
}

/** ASCII signs and blanks part words, as in `search_words` of the database. */
const PARTS = /[\s\p{Cc}!-/:-@[-`{-~]+/u

/** The words of a term, in small letters. */
export const wordsOf = (text: string): string[] => text.toLowerCase().split(PARTS).filter(hasWord)

/** A query, with nothing to find in it. */
export const isEmptyQuery = (query: SearchQuery): boolean =>
  query.terms.length === 0 &&
  query.by === null &&
  query.in === null &&
  query.on === null &&
  query.only === null &&
  query.states.length === 0 &&
  query.kinds.length === 0
