/**
 * A revision as the list got it, made ready for finding quotes in it.
 *
 * A reply quotes the mail, not the page: its words are wrapped, its tables drawn, its links numbered. So quotes are
 * looked for in the mailed text, and each stretch of it (a passage) knows by its id which block it was made from.
 */

import { MAX_INDEXED_UNITS } from '#lib/mail/import/read/limits.ts'
import { subjectKey } from '#lib/mail/import/read/reply-subject.ts'
import type { Mailbox, MessageId } from '#lib/mail/message/message.ts'
import { type Squeezed, squeeze } from './squeeze.ts'
import { buildSuffixIndex, type SuffixIndex } from './suffix-index.ts'

/** A stretch of the mailed text that a comment can be about. */
export type Passage = {
  /** Whatever the caller calls it: a block key, `p4/4.1#1`. Unique in the series. */
  readonly id: string
  /** `4.1`; null where there are no numbers. */
  readonly section: string | null
  /** UTF-16 offsets in the mailed text; `end` is exclusive. Passages are in order and do not overlap. */
  readonly start: number
  readonly end: number
}

export type MailedPart = {
  readonly messageId: MessageId
  /** 0 is the cover. */
  readonly number: number
  /** Without `Re:`; null when it is not known. */
  readonly subject: string | null
  readonly author: Mailbox | null
  /** The body as it was mailed. */
  readonly text: string
  readonly passages: readonly Passage[]
  /** As it was mailed by earlier versions of the program, which replies may still quote: where the words differ. */
  readonly earlier?: readonly { readonly text: string; readonly passages: readonly Passage[] }[]
}

export type MailedSeries = {
  /** Names the series among all that the importer knows: proposal and revision. */
  readonly key: string
  readonly revision: number
  readonly parts: readonly MailedPart[]
}

/** A text in which quotes are found. */
export type SearchText = {
  /** As it was mailed: lines that are quoted with their blanks stand where they have the same. */
  readonly text: string
  readonly squeezed: Squeezed
  readonly index: SuffixIndex
}

export type IndexedPart = Omit<MailedPart, 'earlier'> & {
  readonly search: SearchText
  readonly subjectKey: string | null
  readonly earlier: readonly IndexedPart[]
}
export type IndexedSeries = Omit<MailedSeries, 'parts'> & { readonly parts: readonly IndexedPart[] }

/** Do it once for each revision, not for each mail: it is what makes the rest cheap. */
export function indexSeries(series: MailedSeries): IndexedSeries {
  return {
    ...series,
    parts: series.parts.map((part) => {
      const indexed = (of: Pick<MailedPart, 'text' | 'passages'>, earlier: readonly IndexedPart[]) => ({
        ...{ ...part, ...of, earlier },
        search: searchTextOf(of.text),
        subjectKey: part.subject === null ? null : subjectKey(part.subject),
      })
      return indexed(
        part,
        (part.earlier ?? []).map((of) => indexed(of, [])),
      )
    }),
  }
}

export function searchTextOf(text: string): SearchText {
  const squeezed = squeeze(text.slice(0, MAX_INDEXED_UNITS))
  return { text, squeezed, index: buildSuffixIndex(squeezed.text) }
}

/** The passage that the character at `offset` belongs to; between two passages, the one before. */
export function passageAt(part: Pick<MailedPart, 'passages'>, offset: number): Passage | null {
  return part.passages.findLast((passage) => passage.start <= offset) ?? null
}
