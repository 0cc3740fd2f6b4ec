/**
 * New comments of a proposal as one mail to a person who asked for it: who said what where, in the order in which it was
 * said, with a link to each. Not a list mail, but plain text in the same hand; `List-Id` lets its reader sort it.
 */

import type { Mailbox, Message, MessageId } from '#lib/mail/message/message.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { withoutEmptyEnd } from '#lib/review/comment/comment-input.ts'
import { mailedComment } from '#lib/review/comment/comment-mail.ts'
import { senderOf } from '#lib/review/export/mail-sender.ts'
import { under } from '#lib/review/proposal/address.ts'

export type DigestComment = {
  readonly thread: number
  readonly seq: number
  readonly author: string
  readonly body: string
}

export type DigestOf = {
  readonly slug: string
  readonly title: string
  /** `https://host/rfc/slug`, without a final slash. */
  readonly proposalUrl: string
  /** At least one. */
  readonly comments: readonly DigestComment[]
  readonly from: string
  readonly to: Mailbox
  readonly messageId: MessageId
  readonly epochSeconds: number
}

const LINES_SHOWN = 12
const COMMENTS_SHOWN = 50

export function digestMail(of: DigestOf): Message {
  const { slug, comments, proposalUrl } = of
  const count = comments.length === 1 ? '1 new comment' : `${comments.length} new comments`
  const shown = comments.slice(0, COMMENTS_SHOWN).flatMap(({ thread, seq, author, body }) => {
    const url = under.comment(proposalUrl, thread, seq)
    const name = senderOf({ id: '0', name: author, publicAddress: null }, 'example.org').name
    const lines = mailedComment(withoutEmptyEnd(body), { name, address: 'nobody@example.org' }).lines
    const cut = lines.length > LINES_SHOWN ? [...lines.slice(0, LINES_SHOWN), '[...]'] : lines
    return [`${name}, in thread ${thread}:`, `  ${url}`, '', ...cut.map((line) => `  ${line}`.trimEnd()), '']
  })
  const more =
    comments.length > COMMENTS_SHOWN
      ? [`And ${comments.length - COMMENTS_SHOWN} more: ${proposalUrl}`, '']
      : []
  return {
    messageId: of.messageId,
    inReplyTo: null,
    references: [],
    from: { name: 'Coherent', address: of.from },
    to: [of.to],
    cc: [],
    date: { epochSeconds: of.epochSeconds, offsetMinutes: 0 },
    subject: cleanLine(`[${slug}] ${count}`),
    note: null,
    body: `${[`${count} on "${cleanLine(of.title)}".`, '', ...shown, ...more, 'You asked for this mail; to stop it, or to have some quiet:', under.digest(proposalUrl)].join('\n')}\n`,
  }
}

/** Headers that a list mail must not have, and a mail of a program should. */
export function digestHeaders({ slug, proposalUrl }: Pick<DigestOf, 'slug' | 'proposalUrl'>): string[] {
  const { hostname } = new URL(proposalUrl)
  return [
    `List-Id: <${slug}.${hostname}>`,
    `List-Archive: <${proposalUrl}>`,
    'Auto-Submitted: auto-generated',
  ]
}
