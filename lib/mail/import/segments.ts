/** A mail's own words cut into answers: each with the run of quoted lines above it. */

import { isFarewell, isGreeting } from '#lib/mail/import/read/courtesy.ts'
import { MAX_COMMENTS } from '#lib/mail/import/read/limits.ts'
import type { BodyLine } from '#lib/mail/import/read/line-labels.ts'
import { isScissors } from '#lib/mail/import/read/quote-prefix.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { hasWordsBehind, type ImportedTrailer, joinedTrailer, parseTrailer } from './trailers.ts'

export type Segment = {
  /** The quoted lines above, in order, outermost attributions and all; empty when nothing was quoted. */
  readonly quote: readonly BodyLine[]
  /** Own words, trailers taken out, without empty lines at both ends; never blank. */
  readonly text: string
  readonly hasDiff: boolean
}

export type Segments = {
  readonly segments: readonly Segment[]
  readonly trailers: readonly Omit<ImportedTrailer, 'match'>[]
  /** The first words stand above every quote, and there are quotes below. */
  readonly isTopPost: boolean
  readonly wasCut: boolean
}

/** `author` signs with a farewell; null for an unknown one. */
export function segmentsOf(lines: readonly BodyLine[], author: Mailbox | null): Segments {
  const sender = author ? `${author.name} ${author.address.split('@')[0] ?? ''}` : ''
  const segments: Segment[] = []
  const trailers: Omit<ImportedTrailer, 'match'>[] = []
  let quote: BodyLine[] = []
  let own: BodyLine[] = []
  /** What is beyond the number of comments: kept with the last one, as it stood. */
  const rest: string[] = []

  const close = () => {
    const words = withoutTrailers(own, trailers)
    own = []
    const text = trimEmptyLines(words.map((line) => line.content)).join('\n')
    if (text.trim() === '') return
    const hasDiff = words.some((line) => line.kind === 'diff')
    if (segments.length < MAX_COMMENTS) segments.push({ quote, text, hasDiff })
    else rest.push(...quote.map((line) => `${'>'.repeat(line.depth)} ${line.content}`), '', text, '')
    quote = []
  }
  for (const line of lines) {
    if (line.kind === 'quote') {
      if (own.length > 0) close()
      quote.push(line)
    } else if (line.kind === 'own' || line.kind === 'diff') own.push(line)
  }
  close()
  const last = segments.pop()
  if (last)
    segments.push(rest.length > 0 ? { ...last, text: [last.text, '', ...rest].join('\n').trimEnd() } : last)

  const quotes = lines.some((line) => line.kind === 'quote')
  const isTopPost = quotes && segments.length > 0 && segments.every((segment) => segment.quote.length === 0)
  return { segments: withoutCourtesies(segments, sender), trailers, isTopPost, wasCut: rest.length > 0 }
}

function withoutTrailers(
  lines: readonly BodyLine[],
  trailers: Omit<ImportedTrailer, 'match'>[],
): readonly BodyLine[] {
  const kept: BodyLine[] = []
  let isPatch = false
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    if (!line) break
    // Below a scissors line the words are a patch's, and so are its trailers.
    if (isScissors(line.content)) isPatch = true
    const trailer = line.kind === 'own' && !isPatch ? parseTrailer(line.content) : null
    const wrapped =
      trailer || line.kind !== 'own' || isPatch
        ? null
        : joinedTrailer(line.content, lines[i + 1]?.content ?? '')
    const found = trailer ?? wrapped
    if (found) trailers.push(found)
    const taken = lines.slice(i, wrapped ? i + 2 : i + 1)
    if (!found || taken.some(({ content }) => hasWordsBehind(content))) kept.push(...taken)
    if (wrapped) i++
  }
  return kept
}

function trimEmptyLines(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.trim() !== '')
  const end = lines.findLastIndex((line) => line.trim() !== '')
  return start < 0 ? [] : lines.slice(start, end + 1)
}

/** "Hi Ünal," above and "Thanks, reva" below are no comments of their own when there are others. */
function withoutCourtesies(segments: readonly Segment[], sender: string): readonly Segment[] {
  const kept = segments.filter((segment, i) => {
    if (segment.hasDiff) return true
    if (i === 0 && segment.quote.length === 0) return !isGreeting(segment.text)
    return !(i === segments.length - 1 && isFarewell(segment.text, sender))
  })
  return kept.length > 0 ? kept : segments
}
