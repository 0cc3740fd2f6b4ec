/**
 * A selector: what somebody pointed at, written down so that it can be found again.
 *
 * It keeps the block's key, the quoted words with what stands around them (W3C TextQuoteSelector) and their
 * offsets in the block (W3C TextPositionSelector). It is made once, in the revision where the comment was
 * written, and never changed: where it stands in a later revision is derived from it, again and again.
 *
 * In its own revision a selector is found exactly or not at all. There is no search here: the text of a revision
 * is immutable, so a quote that is not at its offsets is a mistake of the caller, and saying so is better than
 * finding a similar place.
 *
 * Prefix and suffix are taken from the text of the whole revision, not only of the block: a line of code or a
 * row of a table says little, its neighbours say where it was.
 */
import { err, invariant, ok, type Result } from '#lib/result.ts'

/** Longest prefix and suffix, in UTF-16 units. */
export const CONTEXT_LENGTH = 64

export type Selector = {
  readonly key: string
  /** The quoted words, verbatim from the block's text; never empty. */
  readonly exact: string
  /** Up to 64 UTF-16 units before `exact` in the revision text. */
  readonly prefix: string
  /** Up to 64 UTF-16 units after it. */
  readonly suffix: string
  /** UTF-16 offset of `exact` from the start of the block's text. */
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** The number of the rule that made block texts and offsets. */
  readonly textVersion: number
}

/** UTF-16 offsets from the start of a block's text; `end` is exclusive. */
export type TextRange = { readonly start: number; readonly end: number }

/** What a selector needs to know of a block: its key, and where its text stands in the revision text. */
export type AnchorBlock = { readonly key: string; readonly start: number; readonly end: number }

/** The text that a selector is made in, or looked up in. */
export type AnchorText = {
  readonly text: string
  readonly blocks: readonly AnchorBlock[]
  readonly textVersion: number
}

export type SelectorFailure =
  /** No block has this key. */
  | 'block-gone'
  /** The range is empty, not within the block, or cuts a character in two. */
  | 'range'

export type LocateFailure =
  | 'block-gone'
  /** The block is there; the quoted words are not at their offsets. */
  | 'quote-not-found'
  /** Texts and offsets were made by another rule; they cannot be compared. */
  | 'text-version'

export type Location = {
  readonly key: string
  /** Within the block. */
  readonly range: TextRange
  /** The range covers the whole block. */
  readonly isWholeBlock: boolean
}

/** Points at a range of a block; without a range at the whole block. */
export function makeSelector(
  revision: AnchorText,
  key: string,
  range?: TextRange,
): Result<Selector, SelectorFailure> {
  const block = revision.blocks.find((candidate) => candidate.key === key)
  if (!block) return err('block-gone')
  const length = block.end - block.start
  const { start, end } = range ?? { start: 0, end: length }
  const isInside = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && end <= length
  if (!isInside || start >= end) return err('range')
  const from = block.start + start
  const to = block.start + end
  const { text } = revision
  if (splitsCharacter(text, from) || splitsCharacter(text, to)) return err('range')
  return ok({
    key,
    exact: text.slice(from, to),
    prefix: text.slice(wholeCharacterAfter(text, Math.max(0, from - CONTEXT_LENGTH)), from),
    suffix: text.slice(to, wholeCharacterBefore(text, Math.min(text.length, to + CONTEXT_LENGTH))),
    start,
    end,
    textVersion: revision.textVersion,
  })
}

/** Finds a selector in the revision that it was made in: exactly, or a named failure. */
export function locate(selector: Selector, revision: AnchorText): Result<Location, LocateFailure> {
  if (selector.textVersion !== revision.textVersion) return err('text-version')
  const block = revision.blocks.find((candidate) => candidate.key === selector.key)
  if (!block) return err('block-gone')
  const length = block.end - block.start
  const { start, end } = selector
  const isInside = 0 <= start && start < end && end <= length
  if (!isInside || revision.text.slice(block.start + start, block.start + end) !== selector.exact) {
    return err('quote-not-found')
  }
  invariant(selector.exact.length === end - start, 'the quote is as long as its range')
  return ok({ key: block.key, range: { start, end }, isWholeBlock: start === 0 && end === length })
}

/** Whether `offset` stands between the two halves of a surrogate pair. */
function splitsCharacter(text: string, offset: number): boolean {
  return isHighSurrogate(text.charCodeAt(offset - 1)) && isLowSurrogate(text.charCodeAt(offset))
}

function wholeCharacterAfter(text: string, offset: number): number {
  return splitsCharacter(text, offset) ? offset + 1 : offset
}

function wholeCharacterBefore(text: string, offset: number): number {
  return splitsCharacter(text, offset) ? offset - 1 : offset
}

// charCodeAt gives NaN outside the text: no surrogate.
function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
