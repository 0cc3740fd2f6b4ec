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
import { type LineRange, quoteExcerpt } from '#lib/mail/text/quote.ts'
import { filled } from '#lib/mail/text/wrap.ts'
import { invariant } from '#lib/result.ts'
import { commentHash } from '#lib/review/comment/comment-hash.ts'
import { withoutEmptyEnd } from '#lib/review/comment/comment-input.ts'
import { mailedComment } from '#lib/review/comment/comment-mail.ts'
import { standInMessageId } from '#lib/review/comment/message-id.ts'
import { quotesIn } from '#lib/review/comment/quotes.ts'
import { under } from '#lib/review/proposal/address.ts'
import { writeupGoneFrom } from '#lib/review/thread/port.ts'
import { wholeWords, writeupOfWhole } from '#lib/review/thread/whole.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import { type BlockLines, linesOfBlocks } from './block-lines.ts'
import { MailLines, shortened, type TypedQuote } from './mail-lines.ts'
import { isDeliverable, nameInAttribution, senderOf } from './mail-sender.ts'
import { replyTree } from './reply-tree.ts'
import type { RenderedSeries } from './series.ts'
import { threadFoot, threadsFoot } from './thread-foot.ts'
import {
  type AnsweredForMail,
  type CommentForMail,
  DELETED_WORDS,
  type MailOfSeveral,
  type StanceForMail,
  type ThreadForMail,
} from './thread-for-mail.ts'
import { formatThreadNote, type MailedWords, type ThreadNote } from './thread-note.ts'

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
/** Letters from which on quoted words are told apart from others that say nearly the same. */
const SURE_LETTERS = 24
const MAX_CC = 30

/** The mails of the threads, each behind the one it answers: thread by thread, and as a tree within one. */
export function* repliesOf(revision: MailedRevision, threads: Iterable<ThreadForMail>): Generator<Message> {
  const writer = new ReplyWriter(revision)
  const written: MailsOfSeveral = new Map()
  for (const thread of threads) yield* writer.thread(thread, written)
}

/**
 * The mails of several comments that an export has written, by Message-ID: later threads hold others of their comments,
 * whose answers answer the same mail. One is forgotten behind its last comment.
 */
export type MailsOfSeveral = Map<string, WrittenMail>
type WrittenMail = {
  readonly message: Message
  /** The lines of each of its comments. */
  readonly ranges: ReadonlyMap<string, LineRange>
  /** Comments of it that were not met yet. */
  readonly left: Set<string>
}

/** Keeps what does not change from thread to thread: make one for an export that comes in several pieces. */
export class ReplyWriter {
  readonly #revision: MailedRevision
  readonly #blocks: ReadonlyMap<string, Block>
  readonly #places: ReadonlyMap<string, BlockLines>
  readonly #lines = new WeakMap<Message, MailLines>()
  readonly #feet = new WeakMap<ThreadForMail, readonly string[]>()
  readonly #uniquePlaces = new Map<string, boolean>()

  constructor(revision: MailedRevision) {
    this.#revision = revision
    this.#blocks = new Map(revision.blocks.map((block) => [block.key, block]))
    this.#places = linesOfBlocks(revision.series, revision.blocks)
  }

  /** `written`: the same for all threads of an export. */
  *thread(thread: ThreadForMail, written: MailsOfSeveral = new Map()): Generator<Message> {
    const { roots, replies } = replyTree(thread.comments)
    const part = this.#partOf(thread)
    // The last one is next: its replies come before its neighbours.
    const open: Open[] = roots
      .map((comment): Open => ({ comment, parent: part, above: null, within: null, unsent: null }))
      .reverse()
    let isFirst = true
    for (let next = open.pop(); next; next = open.pop()) {
      const { comment, parent, above } = next
      const mail = comment.cameBy ?? null
      const before = mail === null ? null : takenFrom(written, mail.messageId, comment.id)
      const facts: ThreadNote = {
        ...(isFirst ? { kind: thread.kind, state: thread.state } : {}),
        ...(above === null || above === parent.messageId ? {} : { answers: above }),
        ...(comment.isDeleted ? { isDeleted: true } : {}),
      }
      let whole = before
      if (mail !== null && whole === null) {
        whole = mail.review
          ? this.#mailOfReview(thread, comment, mail, mail.review.stance)
          : this.#mailOfSeveral(thread, comment, mail, this.#partNamed(mail.parent) ?? parent)
        if (whole.left.size > 0) written.set(mail.messageId, whole)
      }
      const message =
        whole?.message ??
        (parent === part
          ? this.#answerPart(thread, next, part, facts)
          : this.#answerMail(thread, next, parent, facts))
      isFirst = false
      if (before === null) yield message
      const own = this.#messageIdOf(comment)
      const isDeepest = message.references.length >= MAX_MAIL_DEPTH + part.references.length
      // An id that no list has seen must not be answered on one, nor can one be that no header can hold.
      const isThere = comment.isOnList !== false && isWritable(whole?.message.messageId ?? comment.messageId)
      const isAnswered = !isDeepest && isThere
      const below: Omit<Open, 'comment'> = {
        parent: isAnswered ? message : parent,
        above: own,
        within: isAnswered ? (whole?.ranges.get(comment.id) ?? null) : null,
        unsent: comment.isOnList === false ? comment.seq : null,
      }
      for (const reply of (replies.get(comment.id) ?? []).reverse()) open.push({ comment: reply, ...below })
    }
  }

  /** The part that has this Message-ID. */
  #partNamed(id: string | null): Message | null {
    return this.#revision.series.messages.find(({ messageId }) => messageId === id) ?? null
  }

  /**
   * A mail that became several comments, as one mail again: each below the lines that it is about, as far as they stand
   * in what the mail answers. Its lines are somebody's, quotes included: who quoted what is not asked again.
   */
  #mailOfSeveral(
    thread: ThreadForMail,
    comment: CommentForMail,
    mail: MailOfSeveral,
    parent: Message,
  ): WrittenMail {
    const sender = senderOf(comment.author, this.#revision.mailDomain)
    const lines = this.#linesOf(parent)
    const body: string[] = []
    const ranges = new Map<string, LineRange>()
    for (const one of mail.comments) {
      const passage = one.anchor && parent === this.#partOf({ anchor: one.anchor })
      const place = passage && one.anchor ? this.#passage({ anchor: one.anchor }, lines) : null
      const quoted = place
        ? shortened(lines.quotable(place))
        : one === mail.comments[0] && !isPlaceless(one.anchor?.blockKey ?? '')
          ? lines.ownRanges()
          : []
      const quote = quoteExcerpt(lines.all, shortened(quoted)).map((line) => line.trimEnd())
      const said = nameInAttribution(parent.from)
      if (body.length > 0) body.push('')
      if (quote.length > 0 && body.length === 0 && said !== null)
        body.push(`On ${formatAttributionDate(parent.date)}, ${said} wrote:`)
      if (quote.length > 0) body.push(...quote, '')
      const from = body.length
      body.push(...outgoing(one, sender).lines)
      ranges.set(one.id, { from, to: body.length })
    }
    return this.#mailOfAll(thread, comment, mail, { sender, parent, body, ranges })
  }

  /**
   * A review as one mail: below the lines of each passage what was said of it, below quoted words their answer, and the stance
   * at its end. It answers the part that all of it is about, or else the cover.
   */
  #mailOfReview(
    thread: ThreadForMail,
    comment: CommentForMail,
    mail: MailOfSeveral,
    stance: StanceForMail | null,
  ): WrittenMail {
    const sender = senderOf(comment.author, this.#revision.mailDomain)
    const parts = mail.comments.map((one) => this.#partOf({ anchor: placeOf(one) }))
    const covered = stance && stanceCovers(stance)
    const [cover, part] = [this.#revision.series.messages[0], parts[0]]
    const isOfPart = part !== undefined && parts.every((one) => one === part)
    const parent =
      isOfPart && (covered === null || this.#partOfWriteup(covered) === part) ? part : (cover ?? part)
    invariant(parent, 'a series has a cover')
    const body: string[] = []
    const ranges = new Map<string, LineRange>()
    let said = ''
    for (const one of mail.comments) {
      const { attribution, quote, instead = [] } = this.#above(one)
      if (body.length > 0) body.push('')
      if (quote.length > 0 && attribution !== null && attribution !== said) {
        body.push(attribution)
        said = attribution
      }
      if (quote.length > 0) body.push(...quote, '')
      body.push(...instead)
      const from = body.length
      body.push(...outgoing(one, sender).lines)
      ranges.set(one.id, { from, to: body.length })
    }
    if (stance) {
      const isAll = covered === null || this.#partOfWriteup(covered) !== parent
      body.push('', ...closingLines(stance, sender, isAll))
    }
    return this.#mailOfAll(thread, comment, mail, { sender, parent, body, ranges })
  }

  /** Several comments under the id of the one mail that they are; `comment` stands for all of them in its thread. */
  #mailOfAll(
    thread: ThreadForMail,
    comment: CommentForMail,
    mail: MailOfSeveral,
    of: {
      readonly sender: Mailbox
      readonly parent: Message
      readonly body: readonly string[]
      readonly ranges: ReadonlyMap<string, LineRange>
    },
  ): WrittenMail {
    const message: Message = {
      ...this.#envelope(comment, of.sender, of.parent),
      messageId: isWritable(mail.messageId) ? mail.messageId : this.#messageIdOf(comment),
      note: formatThreadNote(thread.number, { typed: { firstLine: 1, lines: of.body.length } }),
      body: `${[...of.body, ...this.#footOfAll(thread, mail, of.body)].join('\n')}\n`,
    }
    const left = new Set(mail.comments.map(({ id }) => id).filter((id) => id !== comment.id))
    return { message, ranges: of.ranges, left }
  }

  /**
   * What one comment of a review is about: lines of its passage, or words that it answers, and whose they are; or what stands
   * in place of them.
   */
  #above(one: MailOfSeveral['comments'][number]): {
    readonly attribution: string | null
    readonly quote: readonly string[]
    readonly instead?: readonly string[]
  } {
    if (one.answers) return this.#aboveAnswer(one.answers)
    if (!one.anchor) return { attribution: null, quote: [] }
    const part = this.#partOf({ anchor: one.anchor })
    const instead = this.#instead(one.anchor, part)
    if (isPlaceless(one.anchor.blockKey)) return { attribution: null, quote: [], instead }
    const lines = this.#linesOf(part)
    const passage = this.#passage({ anchor: one.anchor }, lines)
    if (!passage) return { attribution: null, quote: [], instead }
    const typed = one.isDeleted ? [] : quotesIn(textOf(one))
    // Its writer quoted what they mean; all of the passage above it would say less.
    const isCloser = lines
      .typedQuotes(typed, passage)
      .some(({ range }) => range.from < passage.to && range.to > passage.from)
    const name = nameInAttribution(part.from)
    return {
      instead,
      attribution: name === null ? null : `On ${formatAttributionDate(part.date)}, ${name} wrote:`,
      quote: isCloser
        ? []
        : quoteExcerpt(lines.all, shortened(lines.quotable(passage))).map((line) => line.trimEnd()),
    }
  }

  /** The words that an answer in a review answers: a list has them, or they are named and nobody's name is. */
  #aboveAnswer(answered: AnsweredForMail) {
    if (answered.isOnList === false)
      return { attribution: null, quote: [], instead: this.#pointer(answered.thread, answered.seq) }
    const from = senderOf({ ...answered.author, publicAddress: null }, this.#revision.mailDomain)
    const name = nameInAttribution(from)
    const date = { epochSeconds: Math.floor(answered.writtenAt), offsetMinutes: 0 }
    const words = new MailLines({ body: `${outgoing(answered, from).lines.join('\n')}\n` })
    return {
      attribution: name === null ? null : `On ${formatAttributionDate(date)}, ${name} wrote:`,
      quote: quoteExcerpt(words.all, shortened(words.ownRanges())).map((line) => line.trimEnd()),
    }
  }

  /** The part that has this write-up. */
  #partOfWriteup(writeup: string): Message | null {
    const at = this.#revision.series.sources.findIndex(({ file }) => file === `${writeup}.mdx`)
    return at < 0 ? null : (this.#revision.series.messages[at] ?? null)
  }

  #partOf({ anchor }: Pick<ThreadForMail, 'anchor'>): Message {
    const { messages, sources } = this.#revision.series
    const { blockKey: key } = anchor
    const writeup = this.#blocks.get(key)?.writeup ?? writeupGoneFrom(key) ?? writeupOfWhole(key)
    const part = sources.findIndex(({ file }) => file === `${writeup}.mdx`)
    const message = messages[Math.max(0, part)]
    invariant(message, 'a series has a cover')
    return message
  }

  /** What stands in place of a quote, or below it, since no lines of the text say it: whose words they are nobody asks. */
  #instead({ blockKey, step }: ThreadForMail['anchor'], part: Message): readonly string[] {
    const whole = writeupOfWhole(blockKey)
    if (whole !== null) return [wholeLine(whole, part), '']
    return [
      ...(writeupGoneFrom(blockKey) === null ? [] : GONE_WORDS),
      ...(step ? [...filled(step.words, '', '    '), ''] : []),
    ]
  }

  /** The first comment of a thread: below the lines of its passage. */
  #answerPart(thread: ThreadForMail, { comment, unsent }: Open, part: Message, facts: ThreadNote): Message {
    const { blockKey, start, end } = thread.anchor
    const block = this.#blocks.get(blockKey)
    const lines = this.#linesOf(part)
    const passage = this.#passage(thread, lines)
    const isGone = isPlaceless(blockKey)
    const { step } = thread.anchor
    const isPart = block !== undefined && (start > 0 || end < block.text.length)
    const named: ThreadNote = {
      ...(isGone || (passage && this.#leadsTo(blockKey, passage, lines)) ? {} : { block: blockKey }),
      ...(isPart && !step ? { range: { start, end } } : {}),
      ...(step && step.link.length <= MOST_OF_A_STEP ? { step: step.link } : {}),
    }
    const typed = quotesOf(comment)
    const own = lines.typedQuotes(typed, passage ?? null)
    // Typed quotes are about these lines or lines below them; those within them say it better than all of them.
    const isCloser = own.some(({ range }) => passage && range.from < passage.to && range.to > passage.from)
    const quoted = passage && !isCloser ? shortened(lines.quotable(passage)) : []
    // What its writer quotes may stand anywhere: then the mail says where it belongs.
    const isTyped = typed.length > 0 && writeupGoneFrom(blockKey) === null
    const place = { ...named, ...(isTyped ? { block: blockKey } : {}) }
    const note = { ...facts, ...(facts.kind ? place : {}) }
    return this.#compose({ thread, comment, parent: part, lines, quoted, own, context: [], note, unsent })
  }

  /** A reply: below the own words of the mail that it answers, and what those were about. */
  #answerMail(
    thread: ThreadForMail,
    { comment, within, unsent }: Open,
    parent: Message,
    facts: ThreadNote,
  ): Message {
    const lines = this.#linesOf(parent)
    const typed = quotesOf(comment)
    const own = lines.typedQuotes(typed, null)
    // A comment at the greatest depth answers another mail than it is sent in answer to: it quotes neither.
    const isElsewhere = facts.answers !== undefined && within === null
    const quoted = own.length > 0 || isElsewhere ? [] : shortened(lines.ownRanges(within))
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
      unsent,
    })
  }

  #compose({ thread, comment, parent, lines, quoted, own, context, note, unsent }: Draft): Message {
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
    const pointer =
      unsent !== null
        ? this.#pointer(thread.number, unsent)
        : parent === this.#partOf(thread)
          ? this.#instead(thread.anchor, parent)
          : []
    const before = [...above, ...pointer]
    const body = [...before, ...out.lines]
    const whole = [...body, ...this.#foot(thread, body)]
    const isWhole = hasWordsBetweenQuotes(body)
    const words =
      out.words === null
        ? {}
        : { words: { ...out.words, firstLine: before.length + 1, lines: out.lines.length } }
    return {
      ...this.#envelope(comment, sender, parent),
      messageId: this.#messageIdOf(comment),
      note: formatThreadNote(thread.number, { ...note, ...(isWhole ? { isWhole } : {}), ...words }),
      body: `${whole.join('\n')}\n`,
    }
  }

  /** One for all threads that the mail speaks in; none of what is not published yet, and has no threads. */
  #footOfAll(thread: ThreadForMail, { comments }: MailOfSeveral, body: readonly string[]): readonly string[] {
    const threads = new Map(comments.flatMap((one) => (one.thread ? [[one.thread.number, one.thread]] : [])))
    if (threads.size === 0) return []
    if (threads.size === 1 && threads.has(thread.number)) return this.#foot(thread, body)
    const foot = threadsFoot([...threads.values()], under.threads(this.#revision.proposalUrl)) ?? []
    return foot.length === 0 ? [] : [body.includes('-- ') ? '' : '-- ', ...foot]
  }

  /** Behind the signature mark; a mail has one of those, and its writer may have set it already. */
  #foot(thread: ThreadForMail, body: readonly string[]): readonly string[] {
    const foot =
      this.#feet.get(thread) ??
      threadFoot(thread, under.thread(this.#revision.proposalUrl, thread.number)) ??
      []
    this.#feet.set(thread, foot)
    return foot.length === 0 ? [] : [body.includes('-- ') ? '' : '-- ', ...foot]
  }

  /** What a comment answers that the list has not: it is named, and not sent along in a quote. */
  #pointer(thread: number, seq: number): readonly string[] {
    const address = under.comment(this.#revision.proposalUrl, thread, seq)
    return [POINTER, address, '']
  }

  #envelope(comment: CommentForMail, sender: Mailbox, parent: Message) {
    return {
      ...replyPlace(parent),
      from: sender,
      ...this.#receivers(sender, parent),
      date: {
        epochSeconds: Math.max(Math.floor(comment.writtenAt), parent.date.epochSeconds + 1),
        offsetMinutes: 0,
      },
      subject: replySubject(parent.subject),
    } satisfies Partial<Message>
  }

  /** Comments that came by mail keep the id that their mail had, if a header can hold it. */
  #messageIdOf(comment: CommentForMail): MessageId {
    if (isWritable(comment.messageId)) return comment.messageId
    const id = standInMessageId(comment.id, this.#revision.mailDomain)
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
  #passage({ anchor }: Pick<ThreadForMail, 'anchor'>, lines: MailLines): LineRange | null {
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

/** Above what is about a passage that the mailed revision has no more. */
const GONE_WORDS: readonly string[] = ['The words that this is about are gone from this text.', '']

/** A value of a thread note has so many characters at most; what is longer is said in words alone. */
const MOST_OF_A_STEP = 1200

/** It has no lines in the mail that it answers. */
const isPlaceless = (blockKey: string) =>
  writeupGoneFrom(blockKey) !== null || writeupOfWhole(blockKey) !== null

/** `On the whole of “Lifetime and cancellation”:`, by the subject of the mail that has it. */
function wholeLine(writeup: string, part: Message): string {
  const title = part.subject.replace(/^(?:\s*\[[^\]]*\])+\s*/, '').replace(/[“”]/g, '"')
  const short = title.length > 48 ? `${title.slice(0, 46)} …` : title
  return `${wholeWords(writeup, short === '' ? writeup : short)}:`
}
export const WHOLE_LINE = /^On the whole of (?:this proposal|“[^“”\n]{1,80}”):$/

/** As `stepSentence` begins. */
const STEP_LINE = /^Step [\d,]{1,7} of “[^“”\n]{1,120}”: \S/

/** Above the address of what is not sent along. */
const POINTER = 'This answers a comment that is on the page only:'

/** What was mailed without the lines that stand there in place of a quote: they are nobody's words. */
export function withoutMadeLines(text: string): string {
  const lines = text.split('\n')
  let isStep = false
  return lines
    .filter((line, i) => {
      // A step's words go on set in.
      isStep = STEP_LINE.test(line) || (isStep && /^ {4}\S/.test(line))
      if (isStep) return false
      const isAddress = lines[i - 1] === POINTER && /^https?:\/\/\S+#c\d+$/.test(line)
      return line !== POINTER && !isAddress && line !== GONE_WORDS[0] && !WHOLE_LINE.test(line)
    })
    .join('\n')
}

/** What a comment of a review hangs on, for the part of the series. */
const placeOf = ({ anchor, answers }: MailOfSeveral['comments'][number]): ThreadForMail['anchor'] =>
  anchor ?? { blockKey: answers?.blockKey ?? '', start: 0, end: 0 }

/** The one write-up that a stance is about; null: several, or all. */
const stanceCovers = ({ writeups }: StanceForMail): string | null =>
  writeups.length === 1 ? (writeups[0] ?? null) : null

/** `isNamed`: the mail answers the cover, so the write-ups are named where they are not all. */
export function closingLines(
  { value, writeups, words, trailer }: StanceForMail,
  sender: Mailbox,
  isNamed: boolean,
): readonly string[] {
  const said = words.trim() === '' ? [] : [...mailedComment(words, sender).lines, '']
  const of = isNamed && writeups.length > 0 ? `, of ${writeups.join(', ')}` : ''
  if (trailer === null)
    return [
      `On the whole, ${STANCE_IN_MAIL[value]}${of}.`,
      ...(said.length > 0 ? ['', ...said.slice(0, -1)] : []),
    ]
  return [...said, ...(of === '' ? [] : [`This is${of.slice(1)}:`, '']), trailer]
}

/** Of what no trailer says. */
const STANCE_IN_MAIL: Readonly<Record<StanceForMail['value'], string>> = {
  concern: 'I have a concern',
  no_objection: 'I have no objection',
  acked_by: 'I ack this',
  reviewed_by: 'I reviewed this',
  tested_by: 'I tested this',
  nacked_by: 'I nack this',
  recuse: 'I stand aside',
}

/** The text that leaves: what was typed, or as what it left before. */
const textOf = ({ body, mailedBefore }: Words) => withoutEmptyEnd(mailedBefore ?? body)
const quotesOf = (comment: CommentForMail) => (comment.isDeleted ? [] : quotesIn(textOf(comment)))

type Outgoing = {
  readonly lines: readonly string[]
  /** Null for a mail whose words are not the stored ones. */
  readonly words: Pick<MailedWords, 'way' | 'sha256'> | null
}

type Words = Pick<CommentForMail, 'body' | 'mailedBefore' | 'isDeleted'>

function outgoing(comment: Words, sender: Mailbox): Outgoing {
  if (comment.isDeleted) return { lines: [DELETED_WORDS], words: null }
  const text = textOf(comment)
  if (text.trim() === '') return { lines: ['(A comment without visible words.)'], words: null }
  const { lines, way } = mailedComment(text, sender)
  const isStored = (comment.mailedBefore ?? null) === null
  return { lines, words: isStored ? { way, sha256: commentHash(text) } : null }
}

type Open = {
  readonly comment: CommentForMail
  /** The mail that its own answers. */
  readonly parent: Message
  /** The id of the comment that it answers; null for a part. */
  readonly above: MessageId | null
  /** The lines of that comment in a mail that says more; null for all of a mail. */
  readonly within: LineRange | null
  /** The position of that comment, where its mail is on no list. */
  readonly unsent: number | null
}

/**
 * Whether a header can hold it as it is: whoever answers a mail has to name it as it names itself, however odd that is
 * (`/`, brackets, a quoted local part). Longer ones fit no line (RFC 5322, 2.1.1).
 */
function isWritable(id: string): id is MessageId {
  return /^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/.test(id)
}

/** What was written of a mail, for one more of its comments; null when nothing was. */
function takenFrom(written: MailsOfSeveral, messageId: string, comment: string): WrittenMail | null {
  const mail = written.get(messageId) ?? null
  mail?.left.delete(comment)
  if (mail?.left.size === 0) written.delete(messageId)
  return mail
}

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
  readonly unsent: number | null
}

/** Whether an importer would take the mail for several answers: own words above or between its quotes. */
function hasWordsBetweenQuotes(body: readonly string[]): boolean {
  const firstOwn = body.findIndex(
    (line, i) => !line.startsWith('>') && line !== '' && !body[i + 1]?.startsWith('>'),
  )
  const lastQuote = body.findLastIndex((line) => line.startsWith('>'))
  return firstOwn >= 0 && firstOwn < lastQuote
}
