/**
 * Review threads as a list sees them: each comment a mail that quotes what it answers.
 *
 * The first comment of a thread answers the part that holds its passage and quotes the lines that render it; a reply
 * answers the mail of the comment it replies to and quotes that one's own words. Whole lines, verbatim, in order, an
 * attribution above, own words at the end: what mail readers fold and colour, and what an importer finds its way back
 * by. What words cannot carry is in the thread note (`thread-note.ts`).
 *
 * A pure function of the rendered series and of the threads as they are now. An edited comment is mailed as it reads
 * today; a deleted one only when something answers it, as a line that says so.
 *
 * A generator, a mail at a time: of a thread only the mails that still wait for an answer are kept, so a discussion
 * of ten thousand comments leaves in bounded memory.
 */

import { squeeze } from '#lib/mail/import/squeeze.ts'
import { isSameAddress } from '#lib/mail/message/address.ts'
import { formatAttributionDate } from '#lib/mail/message/date.ts'
import type { Mailbox, Message, MessageId } from '#lib/mail/message/message.ts'
import { isSafeMessageId } from '#lib/mail/message/message-id.ts'
import { replyPlace, replySubject } from '#lib/mail/message/threading.ts'
import { utf8Length } from '#lib/mail/message/utf8.ts'
import { CITATION } from '#lib/mail/text/line-signs.ts'
import { type LineRange, quoteExcerpt } from '#lib/mail/text/quote.ts'
import { invariant } from '#lib/result.ts'
import { commentHash } from '#lib/review/comment/comment-hash.ts'
import { withoutEmptyEnd } from '#lib/review/comment/comment-input.ts'
import { mailedComment } from '#lib/review/comment/comment-mail.ts'
import { quotesIn } from '#lib/review/comment/quotes.ts'
import type { ThreadShown } from '#lib/review/thread/thread.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import { type BlockLines, linesOfBlocks } from './block-lines.ts'
import { isDeliverable, nameInAttribution, type PersonForMail, senderOf } from './mail-sender.ts'
import type { RenderedSeries } from './series.ts'
import { formatThreadNote, type MailedWords, type ThreadNote } from './thread-note.ts'

export type CommentForMail = {
  readonly id: string
  /** Position in the thread, from 1. */
  readonly seq: number
  readonly parentId: string | null
  /** Without angle brackets; made when the comment was stored. */
  readonly messageId: string
  readonly author: PersonForMail
  /** As it was typed or mailed; empty when deleted. */
  readonly body: string
  /** Seconds since 1970; fractions are cut off. */
  readonly writtenAt: number
  readonly isDeleted: boolean
  /** As what it left while comments were Markdown; null or left out for one that is mailed as it stands. */
  readonly mailedBefore?: string | null
}

export type ThreadForMail = {
  readonly number: number
  readonly kind: ThreadShown['kind']
  readonly state: ThreadShown['state']
  /** Offsets in UTF-16 units in the block's text. */
  readonly anchor: { readonly blockKey: string; readonly start: number; readonly end: number }
  /** By `seq`. */
  readonly comments: readonly CommentForMail[]
}

/** The revision that was mailed, as replies to it need it. */
export type MailedRevision = {
  readonly series: Pick<RenderedSeries, 'messages' | 'sources'>
  readonly blocks: readonly Block[]
  readonly mailDomain: string
  /** `https://host/rfc/slug`, without a final slash. */
  readonly proposalUrl: string
}

/** Mails below a part. Deeper replies answer the mail at this depth: each mail names all mails above it. */
export const MAX_MAIL_DEPTH = 100
/** Lines of a quote; longer passages show their beginning and their end. */
const MAX_QUOTED = { head: 4, tail: 6 } as const
/** Lines of what the quoted words answered themselves. */
const MAX_CONTEXT = 4
/** Letters from which on quoted words are told apart from others that say nearly the same. */
const SURE_LETTERS = 24
const MAX_QUOTED_LINE_BYTES = 500
const MAX_CC = 30

/** The mails of the threads, each behind the one it answers: thread by thread, and as a tree within one. */
export function* repliesOf(revision: MailedRevision, threads: Iterable<ThreadForMail>): Generator<Message> {
  const writer = new ReplyWriter(revision)
  for (const thread of threads) yield* writer.thread(thread)
}

/** Keeps what does not change from thread to thread: make one for an export that comes in several pieces. */
export class ReplyWriter {
  readonly #revision: MailedRevision
  readonly #blocks: ReadonlyMap<string, Block>
  readonly #places: ReadonlyMap<string, BlockLines>
  readonly #lines = new WeakMap<Message, MailLines>()
  readonly #uniquePlaces = new Map<string, boolean>()

  constructor(revision: MailedRevision) {
    this.#revision = revision
    this.#blocks = new Map(revision.blocks.map((block) => [block.key, block]))
    this.#places = linesOfBlocks(revision.series, revision.blocks)
  }

  *thread(thread: ThreadForMail): Generator<Message> {
    const { roots, replies } = treeOf(thread.comments)
    const part = this.#partOf(thread)
    // The last one is next: its replies come before its neighbours.
    const open: Open[] = roots.map((comment) => ({ comment, parent: part, above: null })).reverse()
    let isFirst = true
    for (let next = open.pop(); next; next = open.pop()) {
      const { comment, parent, above } = next
      const facts: ThreadNote = {
        ...(isFirst ? { kind: thread.kind, state: thread.state } : {}),
        ...(above === null || above === parent.messageId ? {} : { answers: above }),
        ...(comment.isDeleted ? { isDeleted: true } : {}),
      }
      const message =
        parent === part
          ? this.#answerPart(thread, comment, part, facts)
          : this.#answerMail(thread, comment, parent, facts)
      isFirst = false
      yield message
      const isDeepest = message.references.length >= MAX_MAIL_DEPTH + part.references.length
      const answered = isDeepest ? parent : message
      for (const reply of (replies.get(comment.id) ?? []).reverse()) {
        open.push({ comment: reply, parent: answered, above: message.messageId })
      }
    }
  }

  #partOf({ anchor }: ThreadForMail): Message {
    const { messages, sources } = this.#revision.series
    const block = this.#blocks.get(anchor.blockKey)
    const part = block ? sources.findIndex(({ file }) => file === `${block.writeup}.mdx`) : 0
    const message = messages[Math.max(0, part)]
    invariant(message, 'a series has a cover')
    return message
  }

  /** The first comment of a thread: below the lines of its passage. */
  #answerPart(thread: ThreadForMail, comment: CommentForMail, part: Message, facts: ThreadNote): Message {
    const { blockKey, start, end } = thread.anchor
    const block = this.#blocks.get(blockKey)
    const lines = this.#linesOf(part)
    const passage = this.#passage(thread, lines)
    const isPart = block !== undefined && (start > 0 || end < block.text.length)
    const named: ThreadNote = {
      ...(passage && this.#leadsTo(blockKey, passage, lines) ? {} : { block: blockKey }),
      ...(isPart ? { range: { start, end } } : {}),
    }
    const typed = quotesOf(comment)
    const own = lines.typedQuotes(typed, passage ?? null)
    // Typed quotes are about these lines or lines below them; those within them say it better than all of them.
    const isCloser = own.some(({ range }) => passage && range.from < passage.to && range.to > passage.from)
    const quoted = passage && !isCloser ? shortened(lines.quotable(passage)) : []
    // What its writer quotes may stand anywhere: then the mail says where it belongs.
    const place = { ...named, ...(typed.length > 0 ? { block: blockKey } : {}) }
    const note = { ...facts, ...(facts.kind ? place : {}) }
    return this.#compose({ thread, comment, parent: part, lines, quoted, own, context: [], note })
  }

  /** A reply: below the own words of the mail that it answers, and what those were about. */
  #answerMail(thread: ThreadForMail, comment: CommentForMail, parent: Message, facts: ThreadNote): Message {
    const lines = this.#linesOf(parent)
    const typed = quotesOf(comment)
    const own = lines.typedQuotes(typed, null)
    // A comment at the greatest depth answers another mail than it is sent in answer to: it quotes neither.
    const isElsewhere = facts.answers !== undefined
    const quoted = own.length > 0 || isElsewhere ? [] : shortened(lines.ownRanges())
    const last = quoted.at(-1)
    const isSure = last !== undefined && squeeze(lines.textOf(last)).text.length >= SURE_LETTERS
    const context = isSure ? lines.contextOf(quoted[0] ?? last) : []
    return this.#compose({
      thread,
      comment,
      parent,
      lines,
      quoted,
      own: isElsewhere ? [] : own,
      context,
      // Words that somebody else said, quoted by its writer, would lead past the answered mail.
      note: typed.length > 0 ? { ...facts, answers: facts.answers ?? parent.messageId } : facts,
    })
  }

  #compose({ thread, comment, parent, lines, quoted, own, context, note }: Draft): Message {
    const sender = senderOf(comment.author, this.#revision.mailDomain)
    const said = nameInAttribution(parent.from)
    const attribution = said === null ? null : `On ${formatAttributionDate(parent.date)}, ${said} wrote:`
    const out = outgoing(comment, sender)
    const quote = quoteExcerpt(lines.all, quoted).map((line) => line.trimEnd())
    // Typed quotes of the answered mail at the very top stand below the attribution as if they were made here.
    const beginsWithQuote = own.length > 0 && out.lines.find((line) => line.trim() !== '')?.startsWith('>')
    const above =
      attribution === null
        ? []
        : quote.length > 0
          ? [attribution, ...context, ...quote, '']
          : beginsWithQuote
            ? [attribution]
            : []
    const body = [...above, ...out.lines]
    const isWhole = hasWordsBetweenQuotes(body)
    const words =
      out.words === null
        ? {}
        : { words: { ...out.words, firstLine: above.length + 1, lines: out.lines.length } }
    return {
      ...replyPlace(parent),
      messageId: this.#messageIdOf(comment),
      from: sender,
      ...this.#receivers(sender, parent),
      date: {
        epochSeconds: Math.max(Math.floor(comment.writtenAt), parent.date.epochSeconds + 1),
        offsetMinutes: 0,
      },
      subject: replySubject(parent.subject),
      note: formatThreadNote(thread.number, { ...note, ...(isWhole ? { isWhole } : {}), ...words }),
      body: `${body.join('\n')}\n`,
    }
  }

  /** Comments that came by mail keep the id that their mail had, if a header can hold it. */
  #messageIdOf(comment: CommentForMail): MessageId {
    const isHeaderSafe = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,150}@[A-Za-z0-9.-]{1,90}$/.test(
      comment.messageId,
    )
    if (isHeaderSafe) return comment.messageId as MessageId
    const id = `c-${comment.id.replace(/[^A-Za-z0-9-]/g, '-')}@${this.#revision.mailDomain}`
    invariant(isSafeMessageId(id), `a Message-ID that lists would refuse: ${id}`)
    return id
  }

  /** Reply to all: to the author of what is answered, the lists and the others in copy. */
  #receivers(sender: Mailbox, parent: Message): Pick<Message, 'to' | 'cc'> {
    const others = [...parent.to, ...parent.cc].filter((box) => !isSameAddress(box, sender))
    const answered = isDeliverable(parent.from) && !isSameAddress(parent.from, sender) ? [parent.from] : []
    const first = answered.length > 0 ? answered : others.slice(0, 1)
    const to = first.length > 0 ? first : parent.to
    const cc = others
      .filter((box, i) => others.findIndex((other) => isSameAddress(other, box)) === i)
      .filter((box) => !to.some((receiver) => isSameAddress(receiver, box)))
    return { to, cc: cc.slice(0, MAX_CC) }
  }

  /** The lines of the thread's passage in the part; null when the mail shows none. */
  #passage({ anchor }: ThreadForMail, lines: MailLines): LineRange | null {
    const place = this.#places.get(anchor.blockKey)
    const block = this.#blocks.get(anchor.blockKey)
    if (!place || !block) return null
    return lines.within(place, block.text.slice(anchor.start, anchor.end))
  }

  /** Whether somebody who has only the quoted lines finds this block, and no other. */
  #leadsTo(blockKey: string, passage: LineRange, lines: MailLines): boolean {
    const name = `${blockKey} ${passage.from} ${passage.to}`
    const known = this.#uniquePlaces.get(name)
    if (known !== undefined) return known
    const place = this.#places.get(blockKey)
    const block = this.#blocks.get(blockKey)
    // Of two blocks on the same lines (a figure and its diagram) words lead to the first.
    const [first] = [...this.#places].find(
      ([, other]) => other.part === place?.part && other.from < passage.to && other.to > passage.from,
    ) ?? ['']
    const last = shortened(lines.quotable(passage)).at(-1)
    const isUnique =
      block !== undefined &&
      first === blockKey &&
      last !== undefined &&
      lines.isUnique(squeeze(lines.textOf(last)).text)
    this.#uniquePlaces.set(name, isUnique)
    return isUnique
  }

  #linesOf(message: Message): MailLines {
    const known = this.#lines.get(message) ?? new MailLines(message)
    this.#lines.set(message, known)
    return known
  }
}

/** The text that leaves: what was typed, or as what it left before. */
const textOf = ({ body, mailedBefore }: CommentForMail) => withoutEmptyEnd(mailedBefore ?? body)
const quotesOf = (comment: CommentForMail) => (comment.isDeleted ? [] : quotesIn(textOf(comment)))

type Outgoing = {
  readonly lines: readonly string[]
  /** Null for a mail whose words are not the stored ones. */
  readonly words: Pick<MailedWords, 'way' | 'sha256'> | null
}

function outgoing(comment: CommentForMail, sender: Mailbox): Outgoing {
  if (comment.isDeleted) return { lines: ['(This comment was deleted.)'], words: null }
  const text = textOf(comment)
  if (text.trim() === '') return { lines: ['(A comment without visible words.)'], words: null }
  const { lines, way } = mailedComment(text, sender)
  const isStored = (comment.mailedBefore ?? null) === null
  return { lines, words: isStored ? { way, sha256: commentHash(text) } : null }
}

type Open = { comment: CommentForMail; parent: Message; above: MessageId | null }

type Draft = {
  readonly thread: ThreadForMail
  readonly comment: CommentForMail
  readonly parent: Message
  readonly lines: MailLines
  readonly quoted: readonly LineRange[]
  readonly own: readonly TypedQuote[]
  /** Quoted lines of what the quoted words answered, above them. */
  readonly context: readonly string[]
  readonly note: ThreadNote
}

type TypedQuote = { readonly index: number; readonly range: LineRange }

/** The text of an answered mail as lines, and what of it can be quoted. */
class MailLines {
  readonly all: readonly string[]
  #squeezed: { text: string; lineOf: Int32Array } | null = null

  constructor(message: Message) {
    this.all = message.body.split('\n').slice(0, -1)
  }

  textOf({ from, to }: LineRange): string {
    return this.all.slice(from, to).join('\n')
  }

  hasWords(range: LineRange): boolean {
    return this.textOf(range).trim() !== ''
  }

  /** The lines of `place` that hold `words`; all of them when they do not stand there as they are in the source. */
  within(place: LineRange, words: string): LineRange {
    const wanted = squeeze(words).text
    const lines = this.all.slice(place.from, place.to).map((line) => squeeze(line).text)
    const at = lines.join('').indexOf(wanted)
    if (at < 0 || wanted === '') return { from: place.from, to: place.to }
    let from = 0
    let before = 0
    while (before + (lines[from]?.length ?? 0) <= at) before += lines[from++]?.length ?? 0
    let to = from
    while (to < lines.length && before < at + wanted.length) before += lines[to++]?.length ?? 0
    return { from: place.from + from, to: place.from + to }
  }

  /** Without lines that would not fit behind many quote marks, and without empty ends. */
  quotable(range: LineRange): LineRange[] {
    return rangesOf(this.all, range, (line) => utf8Length(line) <= MAX_QUOTED_LINE_BYTES)
  }

  /** What the sender says himself: no quotes, no attribution, no link definitions. */
  ownRanges(): LineRange[] {
    const isOwn = (line: string, i: number) =>
      !line.startsWith('>') &&
      !CITATION.test(line) &&
      !this.#isAttribution(i) &&
      utf8Length(line) <= MAX_QUOTED_LINE_BYTES
    return rangesOf(this.all, { from: 0, to: this.all.length }, isOwn)
  }

  #isAttribution(i: number): boolean {
    return /^On .* wrote:$/.test(this.all[i] ?? '') && this.all[i + 1]?.startsWith('>') === true
  }

  /** The end of the quote right above `range`, behind the attribution that names whose words they are. */
  contextOf(range: LineRange): string[] {
    let to = range.from
    while (to > 0 && this.all[to - 1] === '') to--
    const isQuote = (i: number) => this.all[i]?.startsWith('>') === true
    let from = to
    while (isQuote(from - 1) && !this.all[from - 1]?.startsWith('>>') && to - from < MAX_CONTEXT) from--
    while (from < to && /^>(?: \[\.\.\.\])?$/.test(this.all[from] ?? '')) from++
    let attribution = from - 1
    while (isQuote(attribution)) attribution--
    if (from === to || !this.#isAttribution(attribution)) return []
    const lines = quoteExcerpt(this.all, [
      { from: attribution, to: attribution + 1 },
      { from, to },
    ])
    return [...lines, '>'].map((line) => line.trimEnd())
  }

  /** Of the quotes that the comment's author typed, those that stand in this mail, in order, as whole lines. */
  typedQuotes(typed: readonly string[], passage: LineRange | null): TypedQuote[] {
    if (typed.length === 0) return []
    const fromStart = this.#locate(typed, 0)
    if (passage === null) return fromStart
    const isAbout = fromStart.some(({ range }) => range.from < passage.to && range.to > passage.from)
    return isAbout ? fromStart : this.#locate(typed, passage.to)
  }

  #locate(typed: readonly string[], firstLine: number): TypedQuote[] {
    const { text, lineOf } = this.#searchable()
    const found: TypedQuote[] = []
    let line = firstLine
    typed.forEach((words, index) => {
      const wanted = squeeze(words).text
      // Few letters stand everywhere.
      if (wanted.length < 8) return
      const start = lineOf.findIndex((at) => at >= line)
      const at = start < 0 ? -1 : text.indexOf(wanted, start)
      if (at < 0) return
      const range = { from: lineOf[at] ?? 0, to: (lineOf[at + wanted.length - 1] ?? 0) + 1 }
      if (this.quotable(range).length !== 1) return
      found.push({ index, range })
      line = range.to
    })
    return found
  }

  isUnique(words: string): boolean {
    const { text } = this.#searchable()
    const at = words.length < 4 ? -1 : text.indexOf(words)
    return at >= 0 && text.indexOf(words, at + 1) < 0
  }

  #searchable(): { text: string; lineOf: Int32Array } {
    if (this.#squeezed) return this.#squeezed
    const pieces: string[] = []
    const lineOf: number[] = []
    this.all.forEach((line, i) => {
      const { text } = squeeze(line)
      pieces.push(text)
      for (let k = 0; k < text.length; k++) lineOf.push(i)
    })
    this.#squeezed = { text: pieces.join(''), lineOf: Int32Array.from(lineOf) }
    return this.#squeezed
  }
}

/** Stretches of lines that `isTaken`, each without empty lines at its ends. */
function rangesOf(
  lines: readonly string[],
  { from, to }: LineRange,
  isTaken: (line: string, i: number) => boolean,
): LineRange[] {
  const ranges: LineRange[] = []
  for (let at = from; at < to; at++) {
    if (lines[at] === '' || !isTaken(lines[at] ?? '', at)) continue
    let end = at + 1
    let last = end
    while (end < to && (lines[end] === '' || isTaken(lines[end] ?? '', end))) {
      end++
      if (lines[end - 1] !== '') last = end
    }
    ranges.push({ from: at, to: last })
    at = end - 1
  }
  return ranges
}

/** The beginning and the end of what is too long to be quoted as a whole. */
function shortened(ranges: readonly LineRange[]): LineRange[] {
  const lines = ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))
  const { head, tail } = MAX_QUOTED
  if (lines.length <= head + tail + 2) return [...ranges]
  const kept = [...lines.slice(0, head), ...lines.slice(-tail)]
  const out: { from: number; to: number }[] = []
  for (const line of kept) {
    const last = out.at(-1)
    if (last?.to === line) last.to = line + 1
    else out.push({ from: line, to: line + 1 })
  }
  return out
}

/** Whether an importer would take the mail for several answers: own words above or between its quotes. */
function hasWordsBetweenQuotes(body: readonly string[]): boolean {
  const firstOwn = body.findIndex(
    (line, i) => !line.startsWith('>') && line !== '' && !body[i + 1]?.startsWith('>'),
  )
  const lastQuote = body.findLastIndex((line) => line.startsWith('>'))
  return firstOwn >= 0 && firstOwn < lastQuote
}

/** Comments by whom they answer. A deleted one that nothing answers is left out, and so is what it answered alone. */
function treeOf(comments: readonly CommentForMail[]): {
  roots: CommentForMail[]
  replies: Map<string, CommentForMail[]>
} {
  const known = new Set(comments.map(({ id }) => id))
  const parentOf = ({ parentId }: CommentForMail) =>
    parentId !== null && known.has(parentId) ? parentId : null
  const waiting = new Map<string, number>()
  for (const comment of comments) {
    const parent = parentOf(comment)
    if (parent !== null) waiting.set(parent, (waiting.get(parent) ?? 0) + 1)
  }
  const byId = new Map(comments.map((comment) => [comment.id, comment]))
  const dropped = new Set<string>()
  for (const comment of comments) {
    let at: CommentForMail | undefined = comment
    while (at?.isDeleted && !dropped.has(at.id) && (waiting.get(at.id) ?? 0) === 0) {
      dropped.add(at.id)
      const parent = parentOf(at)
      if (parent !== null) waiting.set(parent, (waiting.get(parent) ?? 0) - 1)
      at = parent === null ? undefined : byId.get(parent)
    }
  }
  const roots: CommentForMail[] = []
  const replies = new Map<string, CommentForMail[]>()
  for (const comment of comments) {
    if (dropped.has(comment.id)) continue
    const parent = parentOf(comment)
    if (parent === null) roots.push(comment)
    else {
      const siblings = replies.get(parent)
      if (siblings) siblings.push(comment)
      else replies.set(parent, [comment])
    }
  }
  return { roots, replies }
}
