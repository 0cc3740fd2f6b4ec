/**
 * From what a mail says to what is written: for each of its comments the thread it goes to, or the passage on which it
 * opens one. Pure, so that the way back can be tested without a database on as many discussions as one likes.
 *
 * A mail that this program wrote is one comment, and its thread note names what words cannot; a mail that a person
 * wrote is as many comments as it has answers. A comment whose place is not found in a mail that answers a comment
 * answers that comment: its writer was talking to somebody.
 */
import { makeSelector, type Selector } from '#lib/anchor/selector.ts'
import { type ImportedComment, type ImportedMail, saidIn } from '#lib/mail/import/imported-mail.ts'
import type { IndexedSeries } from '#lib/mail/import/mailed-series.ts'
import { saysNothing } from '#lib/mail/import/read/unread-words.ts'
import type { ImportedTrailer } from '#lib/mail/import/trailers.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { invariant } from '#lib/result.ts'
import { WHOLE_LINE } from '#lib/review/export/replies.ts'
import { parseThreadNote, type ThreadNote } from '#lib/review/export/thread-note.ts'
import type { ThreadShown } from '#lib/review/thread/thread.ts'
import { type About, writeupOfWhole } from '#lib/review/thread/whole.ts'
import type { StepSeen } from '#lib/simulation/step-shown.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import { believedNote, kindOfMailed, type NoteRights } from './note-rights.ts'
import { quotedRange } from './quoted-range.ts'

/** The revision that a mail is about. */
export type RevisionForImport = {
  readonly indexed: IndexedSeries
  readonly blocks: readonly Block[]
  /** All block texts, as selectors refer to them. */
  readonly text: string
  readonly textVersion: number
  /** The step of a simulation (by its block's key) that a link names, gone to; null: there is none. Left out: nobody looks. */
  readonly stepAt?: (blockKey: string, link: string) => StepSeen | null
}

/** A comment that is here already, by its mail and its position in it. */
export type CommentRef = { readonly messageId: MessageId; readonly comment: number }

export type PlannedThread = {
  readonly selector: Selector
  readonly about: About
  /** Of a thread on a step; else null. */
  readonly step: StepSeen | null
  readonly threadKind: ThreadShown['kind']
  readonly state: ThreadShown['state']
}
export type PlannedPlace =
  | { readonly kind: 'reply'; readonly to: CommentRef }
  | ({ readonly kind: 'thread' } & PlannedThread)

export type PlannedComment = {
  readonly place: PlannedPlace
  /** Each within the limit of a comment; what follows the first answers the one before. Empty: deleted there. */
  readonly pieces: readonly string[]
  readonly flags: readonly string[]
}

/** Whether the comments of a message are known here, and how many there are; null for a message that is not. */
export type CountComments = (id: MessageId) => number | null

/** UTF-16 units; a comment of the database may have 65,536 characters. */
export const PIECE_LIMIT = 60_000

export function planComments(
  mail: ImportedMail,
  revision: RevisionForImport,
  rights: NoteRights,
  countComments: CountComments,
  /** A block that a person chose for what finds no place by itself. */
  chosenBlock: string | null = null,
): PlannedComment[] {
  const note = believedNote(parseThreadNote(mail.note ?? ''), rights)
  const comments = note.isWhole ? joined(saidIn(mail)) : saidIn(mail)
  const said = mail.isAsStored ? comments : withTrailers(comments, mail)
  const isWithin = mail.flags.includes('wrapped-by-list')
  const hasAttachments = mail.attachments.some(
    (one) => !saysNothing(one) && !(isWithin && one.contentType === 'message/rfc822'),
  )
  return said.map((comment, i) => {
    const own = said.length === 1 ? note : {}
    const isPlaceless = chosenBlock !== null && comment.anchor.kind === 'part'
    const ofNote: ThreadNote = isPlaceless ? { ...own, block: chosenBlock } : own
    const place = placeOf(comment, ofNote, mail, revision, rights, countComments)
    const isReply = place.kind === 'reply'
    const isDeleted = ofNote.isDeleted === true
    const isOnWhole = place.kind === 'thread' && place.about === 'whole'
    return {
      place,
      pieces: isDeleted
        ? []
        : mail.isAsStored
          ? [comment.text]
          : inPieces(isOnWhole ? withoutWholeLine(comment.text) : comment.text),
      flags: [
        // Where the note says the place, nobody has to look for what its writer quotes.
        ...comment.flags.filter(() => !(mail.isAsStored && isPlacedBy(ofNote, revision, countComments))),
        ...(comment.anchor.kind === 'part' && !isReply && !isPlaceless ? ['about-part'] : []),
        // As a rule they are spoken of at the end.
        ...(hasAttachments && i === said.length - 1 ? ['attachments'] : []),
      ],
    }
  })
}

function isPlacedBy(
  { answers, block }: ThreadNote,
  { blocks }: RevisionForImport,
  countComments: CountComments,
): boolean {
  const named = answers as MessageId | undefined // somebody's words; it is only looked up
  return (named !== undefined && (countComments(named) ?? 0) > 0) || blockNamed(block, blocks) !== null
}

/** A block, or the first one of a write-up that is meant as a whole. */
function blockNamed(
  name: string | undefined,
  blocks: readonly Block[],
): { readonly block: Block; readonly isWhole: boolean } | null {
  const whole = writeupOfWhole(name ?? '')
  const block = blocks.find(({ key, writeup }) => (whole === null ? key === name : writeup === whole))
  return block ? { block, isWhole: whole !== null } : null
}

/** What a mail of ours says in place of a quote is nobody's words. */
function withoutWholeLine(text: string): string {
  const [first = '', ...rest] = text.split('\n')
  return WHOLE_LINE.test(first) && rest.some((line) => line.trim() !== '')
    ? rest.join('\n').replace(/^\n+/, '')
    : text
}

function placeOf(
  comment: ImportedComment,
  note: ThreadNote,
  mail: ImportedMail,
  revision: RevisionForImport,
  rights: NoteRights,
  countComments: CountComments,
): PlannedPlace {
  const named = note.answers as MessageId | undefined // somebody's words; it is only looked up
  if (named !== undefined && (countComments(named) ?? 0) > 0)
    return { kind: 'reply', to: { messageId: named, comment: 0 } }
  const block = blockNamed(note.block, revision.blocks)
  if (!block && comment.replyTo) return { kind: 'reply', to: comment.replyTo }
  const answered = mail.parent && countComments(mail.parent.messageId)
  if (!block && comment.anchor.kind === 'part' && mail.parent && answered)
    return { kind: 'reply', to: { messageId: mail.parent.messageId, comment: answered - 1 } }
  return {
    kind: 'thread',
    ...pointedAt(comment, note, block, mail, revision),
    threadKind: note.kind ?? kindOfMailed(rights),
    state: note.state ?? 'open',
  }
}

/** The passage: named by the note, else the quoted words; else the whole of the part. */
function pointedAt(
  { anchor, quote }: ImportedComment,
  note: ThreadNote,
  named: ReturnType<typeof blockNamed>,
  mail: ImportedMail,
  revision: RevisionForImport,
): Pick<PlannedThread, 'selector' | 'about' | 'step'> {
  const { blocks, indexed } = revision
  const quoted = anchor.kind === 'passage' ? blocks.find(({ key }) => key === anchor.passage) : undefined
  const block = named?.block ?? quoted ?? firstOfPart(anchor.part, revision)
  // A part without a text of its own has nothing that a thread on all of it could hang on.
  const isOfPart = indexed.parts[anchor.part]?.passages.some(({ id }) => id === block.key) ?? false
  if (named ? named.isWhole : !quoted && isOfPart)
    return { selector: certainly(block, null, revision), about: 'whole', step: null }
  const step =
    note.step !== undefined && block.kind === 'simulation'
      ? (revision.stepAt?.(block.key, note.step) ?? null)
      : null
  if (step !== null) return { selector: certainly(block, null, revision), about: 'step', step }
  const passage = indexed.parts.flatMap(({ text, passages }) =>
    passages.filter(({ id }) => id === block.key).map(({ start, end }) => text.slice(start, end)),
  )[0]
  const ofQuote = quoted && !named && passage !== undefined ? quotedRange(block.text, passage, quote) : null
  // A mail of this program says the range where there is one; without it the whole passage is meant.
  const range = note.range ?? (mail.note === null ? ofQuote : null)
  return { selector: certainly(block, range, revision), about: 'passage', step: null }
}

/** All of the block where the range is none of it. */
function certainly(block: Block, range: ThreadNote['range'] | null, revision: RevisionForImport): Selector {
  return (
    selectorFor(block, range, revision) ??
    selectorFor(block, null, revision) ??
    (invariant(false, `block ${block.key} has text`) as never)
  )
}

function selectorFor(
  { key }: Block,
  range: ThreadNote['range'] | null,
  { text, textVersion, blocks }: RevisionForImport,
): Selector | null {
  const made = makeSelector({ text, textVersion, blocks }, key, range ?? undefined)
  return made.ok ? made.value : null
}

/** What a comment on a part as a whole hangs on. A part without blocks lends the next one's first. */
export function firstOfPart(part: number, { blocks, indexed }: RevisionForImport): Block {
  const { passages } = indexed.parts[part] ?? { passages: [] }
  const first = passages[0] ?? indexed.parts.flatMap((one) => one.passages)[0]
  const block = blocks.find(({ key }) => key === first?.id) ?? blocks[0]
  invariant(block, 'a revision has blocks')
  return block
}

/** One comment that answers several quotes: those between its words are words of it. */
function joined(comments: readonly ImportedComment[]): readonly ImportedComment[] {
  const [first, ...others] = comments
  if (!first) return []
  const text = [first.text, ...others.flatMap(({ quote, text }) => (quote === '' ? [text] : [quote, text]))]
  return [{ ...first, text: text.join('\n\n') }]
}

/** The trailers of a mail that says nothing else are its words. */
function withTrailers(comments: readonly ImportedComment[], mail: ImportedMail): readonly ImportedComment[] {
  const said = new Set(comments.flatMap(({ text }) => text.split('\n').map((line) => line.trim())))
  const lines = mail.trailers.flatMap(({ line }: ImportedTrailer) => (said.has(line) ? [] : [line]))
  if (lines.length === 0) return comments
  const last = comments.at(-1)
  if (last) return [...comments.slice(0, -1), { ...last, text: `${last.text}\n\n${lines.join('\n')}` }]
  const anchor = { kind: 'part', part: mail.part ?? 0 } as const
  return [{ kind: 'general', text: lines.join('\n'), anchor, replyTo: null, quote: '', flags: [] }]
}

/** Cut at line ends where there are any; never within a character. */
export function inPieces(text: string): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > PIECE_LIMIT) {
    const line = rest.lastIndexOf('\n', PIECE_LIMIT)
    const isPair = /[\ud800-\udbff]/.test(rest[PIECE_LIMIT - 1] ?? '')
    const at = line > PIECE_LIMIT / 2 ? line : PIECE_LIMIT - (isPair ? 1 : 0)
    pieces.push(rest.slice(0, at))
    rest = rest.slice(at === line ? at + 1 : at)
  }
  pieces.push(rest)
  return pieces.filter((piece) => piece.trim() !== '')
}
