/**
 * One mail of the list, and what becomes of it: the whole decision, in order, as a pure function.
 *
 * The order matters. What a mail *is* (the same again, another under a known name, automatic) is decided before what
 * it says; what it says is read even when it is then held, so that the person who lets it in sees what will stand
 * where; and whether it is held is decided last, once, from all reasons.
 */

import type { Authentication } from '#lib/mail/import/read/authentication.ts'
import { automaticFlag } from '#lib/mail/import/read/automatic.ts'
import type { Flag } from '#lib/mail/import/read/flag.ts'
import { MAX_ANCESTORS } from '#lib/mail/import/read/limits.ts'
import type { BodyLine } from '#lib/mail/import/read/line-labels.ts'
import type { LimitProblem } from '#lib/mail/import/read/mime-structure.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import { subjectKey } from '#lib/mail/import/read/reply-subject.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { scanBody } from './body.ts'
import { claimOn, isMailedPart, textIdentity } from './dedupe.ts'
import { type FoundParent, findParent, findPart } from './find-parent.ts'
import {
  type ImportedComment,
  type ImportedMail,
  type ImportStatus,
  type QuoteAnchor,
  saidIn,
} from './imported-mail.ts'
import type { KnownComment, KnownMessage, KnownMessages } from './known-message.ts'
import { locateQuote, quoteWords } from './locate-quote.ts'
import { type IndexedSeries, passageAt, type SearchText, searchTextOf } from './mailed-series.ts'
import { type Segment, segmentsOf } from './segments.ts'
import { isOwnTrailer } from './trailers.ts'

/** Flags that hold a mail until a person looked at it. */
const HOLDING: ReadonlySet<Flag> = new Set([
  ...(['auth-fail', 'message-id-conflict', 'from-invalid', 'forwarded-mail', 'digest'] as const),
  ...(['encrypted', 'opaque-signed', 'only-attachments'] as const),
])
/** Of these there is more to a mail than could be read: it is held also where that is nothing. */
const UNREAD: readonly Flag[] = ['encrypted', 'opaque-signed', 'only-attachments']

export type ImportContext = {
  readonly series: readonly IndexedSeries[]
  /** At least what `idsToLookUp` names, as far as it is known; with more ancestors more replies find their place. */
  readonly known: KnownMessages
  /** The mail's words as they are stored where it was written, where it proves them; left out for other mails. */
  readonly storedWords?: string | null
}

export function importMail(mail: ParsedMail, auth: Authentication, context: ImportContext): ImportedMail {
  const flags = new Set<Flag>(mail.flags)
  if (auth.kind === 'none') flags.add('auth-fail')
  if (auth.kind === 'list') flags.add('via-list')
  if (auth.kind === 'vouched') flags.add('vouched')
  if (looksLikeOtherAddress(mail)) flags.add('address-in-name')
  const parent = findParent(mail, context.series, context.known)
  const identity = textIdentity(mail)
  const outcome = (status: ImportStatus, read: Reading = NOTHING): ImportedMail => ({
    status,
    messageId: mail.messageId,
    author: mail.author,
    subject: mail.subject,
    date: mail.date,
    parent: parent ? { messageId: parent.messageId, by: parent.by } : null,
    series: parent?.series.key ?? null,
    part: parent?.part.number ?? null,
    comments: read.comments,
    trailers: read.trailers,
    bareTrailers: read.bareTrailers,
    isAsStored: (context.storedWords ?? null) !== null && read.comments.length > 0,
    flags: [...flags],
    attachments: mail.attachments,
    authentication: auth,
    note: mail.note,
    textIdentity: identity,
  })

  const again = compareWithKnown(mail, identity, auth, context)
  if (again === 'same') return outcome('duplicate')
  if (again === 'other') flags.add('message-id-conflict')
  if (again === 'beside') flags.add('message-id-shared')
  if (again === 'reclaims') flags.add('message-id-reclaimed')
  const automatic = again !== 'other' ? automaticFlag(mail) : null
  if (automatic) {
    flags.add(automatic)
    return outcome('ignored')
  }
  if (!parent) {
    flags.add('unknown-thread')
    return outcome(again === 'other' ? 'quarantined' : 'ignored')
  }
  const read = readWords(mail, auth, parent, context, flags)
  if (read.comments.length === 0 && read.trailers.length === 0) {
    if (UNREAD.some((flag) => flags.has(flag))) return outcome('quarantined')
    flags.add('empty')
    return outcome(again === 'other' ? 'quarantined' : 'ignored')
  }
  const isHeld = [...flags].some((flag) => HOLDING.has(flag)) || hasTwoSenders(mail)
  if (isHeld)
    return outcome('quarantined', { ...read, trailers: read.trailers.map((t) => ({ ...t, match: false })) })
  return outcome('imported', read)
}

/** A mail that was refused before it was read. Its id was made from its bytes. */
export function rejectedMail(messageId: MessageId, problem: LimitProblem): ImportedMail {
  return {
    status: 'rejected',
    messageId,
    author: null,
    subject: '',
    date: null,
    parent: null,
    series: null,
    part: null,
    ...NOTHING,
    isAsStored: false,
    flags: [problem],
    attachments: [],
    authentication: { kind: 'none', why: 'the mail was not read', isRefuted: false },
    note: null,
    textIdentity: '',
  }
}

/** What later mails have to know of this one; null when nothing may hang on it. */
export function toKnownMessage(imported: ImportedMail): KnownMessage | null {
  const { status, series, part } = imported
  if ((status !== 'imported' && status !== 'quarantined') || series === null || part === null) return null
  // A conflict must not take the place of the mail whose name it bears.
  if (hasOthersId(imported)) return null
  return {
    messageId: imported.messageId,
    isVisible: status === 'imported',
    author: imported.author?.address.toLowerCase() ?? '',
    claim: claimOn(imported.messageId, imported.author?.address ?? '', imported.authentication.kind),
    textIdentity: imported.textIdentity,
    subjectKey: subjectKey(imported.subject),
    series,
    part,
    parent: imported.parent?.messageId ?? null,
    comments: saidIn(imported).map(({ text, anchor }) => ({ text, anchor })),
  }
}

type Reading = Pick<ImportedMail, 'comments' | 'trailers' | 'bareTrailers'>
const NOTHING: Reading = { comments: [], trailers: [], bareTrailers: [] }

/** Its Message-ID is that of another mail, which keeps it. */
export function hasOthersId({ flags }: Pick<ImportedMail, 'flags'>): boolean {
  return flags.includes('message-id-conflict') || flags.includes('message-id-shared')
}

/**
 * Whoever sends first under a name does not own it: a held mail is no obstacle to one that is proved, and one that is shown
 * gives the id up to who can show more for it. `reclaims`: takes the id. `beside`: two proved people, of whom neither shows
 * more; both are let in, as otherwise the one who hurries could silence the other.
 */
function compareWithKnown(
  mail: ParsedMail,
  identity: string,
  auth: Authentication,
  { series, known }: ImportContext,
): 'new' | 'same' | 'other' | 'reclaims' | 'beside' {
  const mailed = findPart(mail.messageId, series)
  if (mailed)
    return [mailed.part, ...mailed.part.earlier].some((part) => isMailedPart(mail, part)) ? 'same' : 'other'
  const before = known.get(mail.messageId)
  if (!before) return 'new'
  const isSame =
    before.textIdentity === identity && before.author === (mail.author?.address.toLowerCase() ?? '')
  if (!before.isVisible && auth.kind !== 'none') return 'new'
  if (isSame) return 'same'
  if (before.claim === null) return 'other'
  const claim = claimOn(mail.messageId, mail.author?.address ?? '', auth.kind)
  if (claim > before.claim && before.isVisible) return 'reclaims'
  const isOtherPerson = before.author !== (mail.author?.address.toLowerCase() ?? '')
  return auth.kind === 'sender' && isOtherPerson && claim === before.claim ? 'beside' : 'other'
}

/** An address as a name, other than the address behind it, is there to be mistaken for it. */
function looksLikeOtherAddress({ author }: ParsedMail): boolean {
  const named = /[^\s<>@"']+@[^\s<>@"']+/.exec(author?.name ?? '')?.[0]
  return named !== undefined && named.toLowerCase() !== author?.address.toLowerCase()
}

function hasTwoSenders(mail: ParsedMail): boolean {
  return mail.headers.filter((field) => field.name.toLowerCase() === 'from').length > 1
}

/** Own words as comments, each on what it answers. */
function readWords(
  mail: ParsedMail,
  auth: Authentication,
  parent: FoundParent,
  context: ImportContext,
  flags: Set<Flag>,
): Reading {
  const places = placesToSearch(parent, context)
  const body = scanBody(
    mail.text,
    subjectKey(mail.subject),
    places.map((place) => place.search),
    parent.by === 'in-reply-to',
  )
  const found = segmentsOf(body.lines, mail.author)
  const { trailers, isTopPost, wasCut } = found
  const segments = storedSegments(found.segments, context.storedWords ?? null)
  if (isTopPost) flags.add('top-post')
  if (wasCut) flags.add('too-many-comments')

  const after = new Array<number>(places.length).fill(0)
  const bare = (context.storedWords ?? null) === null ? found.bare : []
  const bareTrailers: ImportedMail['bareTrailers'][number][] = []
  const findBare = (before: number) => {
    for (const one of bare)
      if (one.before === before)
        // That their place is not found is not worth a look of a person: they count wherever they stand.
        bareTrailers.push({
          before,
          comment: { ...toComment(one.segment, parent, places, after), flags: [] },
        })
  }
  // In the order of the mail, in which quotes are looked for.
  const comments = segments.map((segment, n): ImportedComment => {
    findBare(n)
    const comment = toComment(segment, parent, places, after)
    for (const flag of comment.flags) flags.add(flag)
    return comment
  })
  findBare(segments.length)
  const own = trailers.map((t) => ({ ...t, match: auth.kind === 'sender' && isOwnTrailer(t, mail.author) }))
  if (own.some((t) => !isOwnTrailer(t, mail.author))) flags.add('trailer-mismatch')
  return { comments, trailers: own, bareTrailers }
}

/** One answer with its own words, on what the first of them is about. */
function storedSegments(segments: readonly Segment[], words: string | null): readonly Segment[] {
  if (words === null) return segments
  return [
    {
      quote: segments[0]?.quote ?? [],
      text: words,
      hasDiff: segments.some(({ hasDiff }) => hasDiff),
    },
  ]
}

/** A text in which quotes are looked for: a comment of an ancestor, or a mailed part. */
type Place =
  | {
      readonly kind: 'comment'
      readonly message: KnownMessage
      readonly comment: number
      readonly search: SearchText
    }
  | { readonly kind: 'part'; readonly part: FoundParent['part']; readonly search: SearchText }

/** The parent's comments, its ancestors', the mailed part, the other parts: in the order in which a tie is decided. */
function placesToSearch(parent: FoundParent, { known }: ImportContext): readonly Place[] {
  const places: Place[] = []
  let message = parent.message
  for (let i = 0; message && i < MAX_ANCESTORS; i++) {
    const ancestor: KnownMessage = message
    ancestor.comments.forEach((comment, index) => {
      places.push({ kind: 'comment', message: ancestor, comment: index, search: commentSearch(comment) })
    })
    message = ancestor.parent ? (known.get(ancestor.parent) ?? null) : null
  }
  const parts = [parent.part, ...parent.series.parts.filter((part) => part !== parent.part)]
  // Where a quote fits as well as one of how it was mailed before, it is of what is mailed now.
  const texts = [...parts, ...parts.flatMap(({ earlier }) => earlier)]
  return [...places, ...texts.map((part) => ({ kind: 'part' as const, part, search: part.search }))]
}

/** Comments are values; what was built for one is good as long as it lives. */
const searchTexts = new WeakMap<KnownComment, SearchText>()

function commentSearch(comment: KnownComment): SearchText {
  const built = searchTexts.get(comment) ?? searchTextOf(comment.text)
  searchTexts.set(comment, built)
  return built
}

function toComment(
  segment: Segment,
  parent: FoundParent,
  places: readonly Place[],
  after: number[],
): ImportedComment {
  const quote = segment.quote.map((line) => `${'>'.repeat(line.depth)} ${line.content}`.trimEnd()).join('\n')
  const part: QuoteAnchor = { kind: 'part', part: parent.part.number }
  const base = { text: segment.text, quote, replyTo: null, flags: [] as readonly Flag[] }
  const kindOr = <K extends ImportedComment['kind']>(kind: K) => (segment.hasDiff ? ('patch' as const) : kind)
  const words = quoteWords(segment.quote)
  if (words.text === '') return answerWithoutQuote(base, parent, part, kindOr('general'))

  const found = locateQuote(
    words,
    places.map((place) => place.search),
    after,
  )
  const place = found ? places[found.text] : undefined
  if (!found || !place) {
    const heading = headingAnchor(segment.quote, parent)
    if (heading) return { ...base, kind: kindOr('comment'), anchor: heading }
    return { ...base, kind: kindOr('general'), anchor: part, flags: ['quote-not-found'] }
  }
  const flags: readonly Flag[] = found.isApproximate ? ['quote-approximate'] : []
  if (place.kind === 'comment') {
    const { message, comment } = place
    const anchor = message.comments[comment]?.anchor ?? part
    const replyTo = { messageId: message.messageId, comment }
    return { ...base, kind: kindOr('reply'), anchor, replyTo, flags }
  }
  after[found.text] = found.end
  const passage = passageAt(place.part, found.end - 1)
  const anchor: QuoteAnchor = passage
    ? { kind: 'passage', part: place.part.number, passage: passage.id, start: found.start, end: found.end }
    : { kind: 'part', part: place.part.number }
  const isElsewhere = found.others.some(({ text, end }) => {
    const other = places[text]
    return other?.kind === 'part' && passageAt(other.part, end - 1)?.id !== passage?.id
  })
  const isBeside = passage !== null && found.end > passage.end && found.start >= passage.end
  return {
    ...base,
    kind: kindOr('comment'),
    anchor,
    flags: [
      ...flags,
      ...(isElsewhere ? (['quote-ambiguous'] as const) : []),
      ...(isBeside ? (['quote-beside'] as const) : []),
    ],
  }
}

/** Without a quote a mail answers the mail: its only comment, else the part. */
function answerWithoutQuote(
  base: Omit<ImportedComment, 'kind' | 'anchor'>,
  parent: FoundParent,
  part: QuoteAnchor,
  kind: 'general' | 'patch',
): ImportedComment {
  const only = parent.message?.comments.length === 1 ? parent.message.comments[0] : undefined
  if (!only || !parent.message) return { ...base, kind, anchor: part }
  const replyTo = { messageId: parent.message.messageId, comment: 0 }
  return { ...base, kind: kind === 'patch' ? 'patch' : 'reply', anchor: only.anchor, replyTo }
}

/** A quote of a numbered heading alone is about its section, where the passages know their sections. */
function headingAnchor(quote: readonly BodyLine[], parent: FoundParent): QuoteAnchor | null {
  const last = quote.findLast((line) => /\p{L}/u.test(line.content))?.content ?? ''
  const number = /^(\d{1,3}(?:\.\d{1,3})*)\.?\s+\S/.exec(last)?.[1]
  if (!number) return null
  for (const part of [parent.part, ...parent.series.parts]) {
    const passage = part.passages.find((p) => p.section === number)
    if (passage) {
      const { start } = passage
      return { kind: 'passage', part: part.number, passage: passage.id, start, end: passage.end }
    }
  }
  return null
}
