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
import { invariant } from '#lib/result.ts'
import { commentHash } from '#lib/review/comment/comment-hash.ts'
import { withoutEmptyEnd } from '#lib/review/comment/comment-input.ts'
import { mailedComment } from '#lib/review/comment/comment-mail.ts'
import { quotesIn } from '#lib/review/comment/quotes.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import { type BlockLines, linesOfBlocks } from './block-lines.ts'
import { MailLines, shortened, type TypedQuote } from './mail-lines.ts'
import { isDeliverable, nameInAttribution, senderOf } from './mail-sender.ts'
import { replyTree } from './reply-tree.ts'
import type { RenderedSeries } from './series.ts'
import { type CommentForMail, DELETED_WORDS, type ThreadForMail } from './thread-for-mail.ts'
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
    const { roots, replies } = replyTree(thread.comments)
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
  if (comment.isDeleted) return { lines: [DELETED_WORDS], words: null }
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

/** Whether an importer would take the mail for several answers: own words above or between its quotes. */
function hasWordsBetweenQuotes(body: readonly string[]): boolean {
  const firstOwn = body.findIndex(
    (line, i) => !line.startsWith('>') && line !== '' && !body[i + 1]?.startsWith('>'),
  )
  const lastQuote = body.findLastIndex((line) => line.startsWith('>'))
  return firstOwn >= 0 && firstOwn < lastQuote
}
