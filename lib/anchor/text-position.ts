/**
 * From a place in what a page shows to an offset in a block's text, and back.
 *
 * A page shows the words of a block in many pieces (inline marks, cells) and with the white space of its source; the block's
 * text, in which anchors count, has runs of white space as one space, none at its ends, and characters composed (NFC). Code is
 * verbatim. The rule is that of the blocks (`lib/writeup/blocks/blocks.ts`); this is its way back, for selections.
 */
import type { TextRange } from './selector.ts'

export type ShownText = {
  /** The block's text. */
  readonly text: string
  /** For each UTF-16 offset of what is shown, its end included: the offset in the block's text. It never falls. */
  readonly offsets: readonly number[]
}

/** A base with its marks, or a syllable of jamo: what may be composed into fewer characters. */
const COMPOSED =
  /[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6]?[\u11a8-\u11ff\ud7cb-\ud7fb]?\p{M}*|\P{M}\p{M}*|\p{M}+/gu

/** @param shown the text of a block's pieces, one after the other; cells of a row are joined by a space */
export function shownText(shown: string, isVerbatim: boolean): ShownText {
  if (isVerbatim) return { text: shown, offsets: Array.from({ length: shown.length + 1 }, (_, at) => at) }
  let text = ''
  const offsets: number[] = []
  let isSpaceDue = false
  for (const [piece] of shown.matchAll(/\s+|\S+/g)) {
    if (/^\s/.test(piece)) {
      isSpaceDue = text !== ''
      for (let i = 0; i < piece.length; i++) offsets.push(text.length)
      continue
    }
    if (isSpaceDue) text += ' '
    isSpaceDue = false
    for (const [cluster] of piece.matchAll(COMPOSED)) {
      const composed = cluster.normalize('NFC')
      // What became another length has no inside: its places are its begin.
      for (let i = 0; i < cluster.length; i++)
        offsets.push(text.length + (composed.length === cluster.length ? i : 0))
      text += composed
    }
  }
  offsets.push(text.length)
  return { text, offsets }
}

/**
 * A stretch of what is shown as a range of the block's text: whole characters, without white space at its ends. Null: there
 * is nothing in it.
 */
export function rangeOfShown({ text, offsets }: ShownText, from: number, to: number): TextRange | null {
  const at = (offset: number) => offsets[Math.max(0, Math.min(offset, offsets.length - 1))] ?? 0
  let [start, end] = [at(from), at(to)]
  while (start < end && /\s/.test(text.charAt(start))) start += 1
  while (end > start && /\s/.test(text.charAt(end - 1))) end -= 1
  // A half of a pair is no character.
  if (isPair(text, start)) start -= 1
  if (isPair(text, end)) end += 1
  return start < end ? { start, end } : null
}

/** Where a range of the block's text is in what is shown; null: the text is shorter. */
export function shownRange({ text, offsets }: ShownText, { start, end }: TextRange): TextRange | null {
  if (!(0 <= start && start < end && end <= text.length)) return null
  // The last place of the begin, which is behind white space; the first place of the end, which is before it.
  const from = offsets.lastIndexOf(start)
  const to = offsets.indexOf(end)
  return from < 0 || to < 0 || from >= to ? null : { start: from, end: to }
}

const isPair = (text: string, at: number) =>
  /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at))
