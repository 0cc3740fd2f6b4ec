/** What somebody says of a passage, as a replacement of its source; or why it is none. */
import { err, ok, type Result } from '#lib/result.ts'
import { type SourceRange, sourceOfBlock, sourceOfWords } from '#lib/writeup/blocks/block-source.ts'
import { blocksOfWriteup, type WriteupBlock } from '#lib/writeup/blocks/blocks.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'
import { collapse } from '#lib/writeup/parse/text-content.ts'
import { fitsIn, type SourceText, sameTokens } from './place-suggestion.ts'
import { MAX_SUGGESTED, type Replacement } from './suggestion.ts'

/** A passage, or words of it: UTF-16 offsets in the block's text. */
export type Pointed = {
  readonly blockKey: string
  readonly start?: number | undefined
  readonly end?: number | undefined
}

export type NoSuggestion =
  | { readonly kind: 'no-source' | 'too-long' | 'same' | 'not-there' }
  /** Sentences of the check. */
  | { readonly kind: 'breaks'; readonly problems: readonly string[] }

export function describeNoSuggestion(failure: NoSuggestion): string {
  switch (failure.kind) {
    case 'no-source':
      return 'The words of this passage are not part of the text that authors write (a caption, for example), so they cannot be replaced in place. Say what you would change in words.'
    case 'too-long':
      return `A suggestion replaces at most ${MAX_SUGGESTED} characters by at most as many. Select fewer words of the passage.`
    case 'same':
      return 'The suggested words are those that stand there. Change them, or leave the suggestion out and say in words what you mean.'
    case 'not-there':
      return 'The words that the suggestion replaces do not stand in this passage, or stand in it more than once.'
    case 'breaks':
      return `The text could not be read with the suggestion in it. ${failure.problems.join(' ')}`
  }
}

type Found = { readonly document: Writeup; readonly block: WriteupBlock }

function findBlock({ documents }: SourceText, key: string): Found | null {
  for (const document of documents) {
    const block = blocksOfWriteup(document).find((one) => one.key === key)
    if (block) return { document, block }
  }
  return null
}

function pointedRange({ document, block }: Found, { start, end }: Pointed): SourceRange | null {
  return start === undefined || end === undefined
    ? sourceOfBlock(block, document.source)
    : sourceOfWords(block, document.source, { start, end })
}

/** The source that a suggestion there would replace: what its writer begins with. */
export function suggestable(sources: SourceText, at: Pointed): Result<string, NoSuggestion> {
  const found = findBlock(sources, at.blockKey)
  const range = found && pointedRange(found, at)
  if (!found || !range) return err({ kind: 'no-source' })
  if (range.end - range.start > MAX_SUGGESTED) return err({ kind: 'too-long' })
  return ok(found.document.source.slice(range.start, range.end))
}

/** `old`: what it says that it replaces, where it does. */
export function suggestOn(
  sources: SourceText,
  at: Pointed,
  said: { readonly old: string | null; readonly replacement: string },
): Result<Replacement, NoSuggestion> {
  const found = findBlock(sources, at.blockKey)
  const pointed = found && pointedRange(found, at)
  if (!found || !pointed) return err({ kind: 'no-source' })
  const { document, block } = found
  const range = said.old === null ? pointed : rangeOf(found, pointed, said.old)
  if (!range) return err({ kind: 'not-there' })
  const old = document.source.slice(range.start, range.end)
  const replacement = said.replacement.trim()
  if (old.length > MAX_SUGGESTED || replacement.length > MAX_SUGGESTED) return err({ kind: 'too-long' })
  if (sameTokens(old, replacement)) return err({ kind: 'same' })
  const made = { writeup: document.writeup, blockKey: block.key, ...range, old, replacement }
  const problems = fitsIn(sources, made)
  return problems ? err({ kind: 'breaks', problems }) : ok(made)
}

/** Where words stand that somebody quoted: as the source has them, or as they are read; at the place or once in the passage. */
function rangeOf(found: Found, pointed: SourceRange, old: string): SourceRange | null {
  const { document, block } = found
  const { source } = document
  if (collapse(source.slice(pointed.start, pointed.end)) === collapse(old)) return pointed
  const whole = sourceOfBlock(block, source)
  if (!whole) return null
  const within = source.slice(whole.start, whole.end)
  const at = within.indexOf(old)
  if (at >= 0 && within.indexOf(old, at + 1) < 0)
    return { start: whole.start + at, end: whole.start + at + old.length }
  const read = collapse(old)
  const place = block.text.indexOf(read)
  if (read === '' || place < 0 || block.text.indexOf(read, place + 1) >= 0) return null
  return sourceOfWords(block, source, { start: place, end: place + read.length })
}
