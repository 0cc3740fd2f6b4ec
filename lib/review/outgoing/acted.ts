/**
 * What the lines of a mail did, as one mail to its sender: each line with a sentence, and where its thread is. An answer to
 * their mail, so that it stands with it in their reader.
 */
import type { Mailbox, Message, MessageId } from '#lib/mail/message/message.ts'
import { isSafeMessageId } from '#lib/mail/message/message-id.ts'
import { replySubject } from '#lib/mail/message/threading.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { filled } from '#lib/mail/text/wrap.ts'
import { under } from '#lib/review/proposal/address.ts'

export type ActedLine = { readonly line: string; readonly did: boolean; readonly says: string }

export type ActedOf = {
  readonly title: string
  /** `https://host/rfc/slug`, without a final slash. */
  readonly proposalUrl: string
  /** In their order, at least one. */
  readonly lines: readonly ActedLine[]
  /** Numbers of the threads that the mail spoke in. */
  readonly threads: readonly number[]
  /** The mail that is answered. */
  readonly answers: string
  readonly subject: string
  readonly from: string
  readonly to: Mailbox
  readonly messageId: MessageId
  readonly epochSeconds: number
}

const LONGEST_LINE = 200
const MOST_THREADS = 20
const INSET = '    '

export function actedMail(of: ActedOf): Message {
  const said = of.lines.flatMap(({ line, did, says }) => [
    // Set in: it is told here, not said again.
    ...filled(cleanLine(line.slice(0, LONGEST_LINE)), INSET),
    ...filled(cleanLine(did ? says : `Not done: ${says}`), '  '),
    '',
  ])
  const where = of.threads.slice(0, MOST_THREADS).map((number) => under.thread(of.proposalUrl, number))
  const parent = isSafeMessageId(of.answers) ? of.answers : null
  return {
    messageId: of.messageId,
    inReplyTo: parent,
    references: parent === null ? [] : [parent],
    from: { name: 'Coherent', address: of.from },
    to: [of.to],
    cc: [],
    date: { epochSeconds: of.epochSeconds, offsetMinutes: 0 },
    subject: replySubject(cleanLine(of.subject).slice(0, LONGEST_LINE) || 'your mail'),
    note: null,
    body: `${[
      ...filled(`What the lines of your mail did in "${cleanLine(of.title)}":`),
      '',
      ...said,
      ...(where.length > 0 ? ['Its words are here:', ...where] : [of.proposalUrl]),
      '',
      'A program wrote this mail and reads no answer to it.',
    ].join('\n')}\n`,
  }
}

/** Headers by which no program answers it (RFC 3834, 5; the second is what Exchange knows). */
export const ACTED_HEADERS: readonly string[] = [
  'Auto-Submitted: auto-replied',
  'X-Auto-Response-Suppress: All',
]
