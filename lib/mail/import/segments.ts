/** A mail's own words cut into answers: each with the run of quoted lines above it. */

import { codeLines } from '#lib/mail/import/read/code-lines.ts'
import { isFarewell, isGreeting } from '#lib/mail/import/read/courtesy.ts'
import {
  beginsOthersWords,
  forwardedHead,
  isForwardSeparator,
  othersMark,
} from '#lib/mail/import/read/forwarded-header.ts'
import { MAX_COMMENTS } from '#lib/mail/import/read/limits.ts'
import type { BodyLine } from '#lib/mail/import/read/line-labels.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { hasWordsBehind, type ImportedTrailer, joinedTrailer, parseTrailer } from './trailers.ts'

export type Segment = {
  /** The quoted lines above, in order, outermost attributions and all; empty when nothing was quoted. */
  readonly quote: readonly BodyLine[]
  /** Own words, trailers among them, without empty lines at both ends; never blank. */
  readonly text: string
  readonly hasDiff: boolean
}

/** Lines that are nothing but trailers, as a segment; `before`: how many segments with words stand above it. */
export type Bare = { readonly segment: Segment; readonly before: number }

export type Segments = {
  readonly segments: readonly Segment[]
  /** Trailers that stand by themselves, above a quote or between two. */
  readonly bare: readonly Bare[]
  readonly trailers: readonly Omit<ImportedTrailer, 'match'>[]
  /** The first words stand above every quote, and there are quotes below. */
  readonly isTopPost: boolean
  readonly wasCut: boolean
}

/** `author` signs with a farewell; null for an unknown one. */
export function segmentsOf(lines: readonly BodyLine[], author: Mailbox | null): Segments {
  const sender = author ? `${author.name} ${author.address.split('@')[0] ?? ''}` : ''
  const segments: Segment[] = []
  const bare: { readonly segment: Segment; readonly next: number }[] = []
  const trailers: Omit<ImportedTrailer, 'match'>[] = []
  let quote: BodyLine[] = []
  let own: BodyLine[] = []
  /** What is beyond the number of comments: kept with the last one, as it stood. */
  const rest: string[] = []

  /** Of the mail that was put in, and that these words still belong to: it may quote. */
  let mark: readonly string[] = []
  /** The one that stands above the last of `rest`. */
  let restMark = mark
  const close = () => {
    const { lines: words, hasWords } = withTrailersTold(own, mark.length > 0 ? [] : trailers)
    own = []
    const said = trimEmptyLines(words.map((line) => line.content))
    const text = (mark.length > 0 ? [...mark, '', ...said] : said).join('\n')
    if (said.join('').trim() === '') return
    const above = mark
    mark = lastMark(said) ?? mark
    const hasDiff = words.some((line) => line.kind === 'diff')
    if (!hasWords && segments.length < MAX_COMMENTS && bare.length < MAX_COMMENTS)
      bare.push({ segment: { quote, text, hasDiff }, next: segments.length })
    else if (segments.length < MAX_COMMENTS) segments.push({ quote, text, hasDiff })
    else {
      // There it stands once.
      const own = above === restMark ? said.join('\n') : text
      restMark = above
      rest.push(...quote.map((line) => `${'>'.repeat(line.depth)} ${line.content}`), '', own, '')
    }
    quote = []
  }
  /**
   * A mailer's lines above a mail that it puts in: its mark and its headers. Where unmarked words follow, they stay above them, as
   * the words are another's.
   */
  let head: BodyLine[] = []
  for (const line of lines) {
    if (line.kind === 'quote') {
      if (own.length > 0) close()
      quote.push(line)
      if (head.some(({ isForeign }) => isForeign)) mark = shortMark(head.map(({ content }) => content))
      head = []
    } else if (line.kind === 'own' || line.kind === 'diff') {
      if (head.length > 0 && line.content.trim() !== '') {
        own.push(...(isOfAMail(head) ? head.map((one) => ({ ...one, kind: 'own' as const })) : []))
        head = []
      }
      ;(head.length > 0 ? head : own).push(line)
    } else if (line.kind === 'attribution') head.push(line)
  }
  close()
  const last = segments.pop()
  if (last)
    segments.push(rest.length > 0 ? { ...last, text: [last.text, '', ...rest].join('\n').trimEnd() } : last)

  const quotes = lines.some((line) => line.kind === 'quote')
  const isTopPost = quotes && segments.length > 0 && segments.every((segment) => segment.quote.length === 0)
  const kept = withoutCourtesies(segments, sender)
  const placed = bare.map(({ segment, next }) => ({
    segment,
    before: segments.slice(0, next).filter((one) => kept.includes(one)).length,
  }))
  return { segments: kept, bare: placed, trailers, isTopPost, wasCut: rest.length > 0 }
}

function isOfAMail(head: readonly BodyLine[]): boolean {
  const contents = head.map(({ content }) => content)
  return contents.some(
    (content, i) => isForwardSeparator(content) || forwardedHead(contents, i, '').length > 0,
  )
}

const MARK_LINES = 6
const MARK_LENGTH = 200

/** Of a mark, as it goes on above many words, what says enough; a list of receivers is longer than all of them. */
function shortMark(lines: readonly string[]): readonly string[] {
  const kept = lines.filter((line) => line.length <= MARK_LENGTH && line.trim() !== '').slice(0, MARK_LINES)
  const says = kept.some((_, at) => othersMark(kept, at).length > 0)
  return says ? kept : ['---------- Forwarded message ---------']
}

/** The last mark in an answer of a mail that a mailer put in, or of its end; null for none. */
function lastMark(lines: readonly string[]): readonly string[] | null {
  let last: readonly string[] | null = null
  for (let at = 0; at < lines.length; at++) {
    const found = othersMark(lines, at)
    if (found.length === 0) continue
    last = shortMark(found)
    if (found[0] === lines[at]) at += found.length - 1
  }
  return last
}

/** The trailers of an answer are told, and stay among its lines. `hasWords`: it says something besides. */
function withTrailersTold(
  lines: readonly BodyLine[],
  trailers: Omit<ImportedTrailer, 'match'>[],
): { readonly lines: readonly BodyLine[]; readonly hasWords: boolean } {
  const kept: BodyLine[] = []
  let hasWords = false
  let isOthers = false
  const contents = lines.map(({ content }) => content)
  const inCode = codeLines(contents)
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    if (!line) break
    // Below a scissors line the words are a patch's, below the mark of a mail that was put in another's, and so are the trailers.
    if (!isOthers) isOthers = line.isForeign === true || beginsOthersWords(contents, i)
    const mayCount = line.kind === 'own' && !isOthers && !inCode[i]
    const trailer = mayCount ? parseTrailer(line.content) : null
    const wrapped = trailer || !mayCount ? null : joinedTrailer(line.content, lines[i + 1]?.content ?? '')
    const found = trailer ?? wrapped
    if (found) trailers.push(found)
    const taken = lines.slice(i, wrapped ? i + 2 : i + 1)
    if (found ? taken.some(({ content }) => hasWordsBehind(content)) : line.content.trim() !== '')
      hasWords = true
    kept.push(...(wrapped && found ? [{ ...line, content: found.line }] : taken))
    if (wrapped) i++
  }
  return { lines: kept, hasWords }
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
