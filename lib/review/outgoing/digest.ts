/**
 * New comments of a proposal as one mail to a person who asked for it: who said what where, in the order in which it was
 * said, with a link to each. Not a list mail, but plain text in the same hand; `List-Id` lets its reader sort it.
 */

import { figure, groupDigits } from '#lib/figures.ts'
import type { Mailbox, Message, MessageId } from '#lib/mail/message/message.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { filled } from '#lib/mail/text/wrap.ts'
import { withoutEmptyEnd } from '#lib/review/comment/comment-input.ts'
import { mailedComment } from '#lib/review/comment/comment-mail.ts'
import { senderOf } from '#lib/review/export/mail-sender.ts'
import { END_WORD } from '#lib/review/outbox/end-of-mail.ts'
import { under } from '#lib/review/proposal/address.ts'

export type DigestComment = {
  readonly thread: number
  /** The words of the text that its thread is about. */
  readonly about: string
  readonly seq: number
  readonly author: string
  readonly body: string
}

/** Something that waits for the reader, as a list of turns says it, and since when. */
export type DigestTurn = { readonly words: string; readonly days: number; readonly url: string }

/** What an author decided on a suggestion of the reader's. */
export type DigestDecision = { readonly words: string; readonly url: string }

export type DigestOf = {
  readonly slug: string
  readonly title: string
  /** `https://host/rfc/slug`, without a final slash. */
  readonly proposalUrl: string
  /** How many there are. */
  readonly count: number
  /** The first of them. */
  readonly comments: readonly DigestComment[]
  /** The oldest first; there is one of them, or a comment. */
  readonly turns: readonly DigestTurn[]
  /** Left out: none. */
  readonly decisions?: readonly DigestDecision[]
  /** How its reader ends it without signing in. `address`: where mails that do so are taken; null: nowhere. */
  readonly end: { readonly url: string; readonly address: string | null; readonly token: string }
  readonly from: string
  readonly to: Mailbox
  readonly messageId: MessageId
  readonly epochSeconds: number
}

const LINES_SHOWN = 12
const LINES_QUOTED = 4
export const TURNS_SHOWN = 20
export const COMMENTS_SHOWN = 50

export function digestMail(of: DigestOf): Message {
  const { slug, comments, proposalUrl } = of
  const decisions = of.decisions ?? []
  const count =
    of.count > 0
      ? figure(of.count, 'new comment')
      : decisions.length > 0
        ? 'Your suggestions were decided on'
        : 'Something waits for you'
  const shown = comments.slice(0, COMMENTS_SHOWN).flatMap(({ thread, about, seq, author, body }) => {
    const url = under.comment(proposalUrl, thread, seq)
    const name = senderOf({ id: '0', name: author, publicAddress: null }, 'example.org').name
    const lines = mailedComment(withoutEmptyEnd(body), { name, address: 'nobody@example.org' }).lines
    const cut = lines.length > LINES_SHOWN ? [...lines.slice(0, LINES_SHOWN), '[...]'] : lines
    return [
      `${name}, in thread ${thread}:`,
      `  ${url}`,
      '',
      ...quoted(about),
      ...cut.map((line) => `  ${line}`.trimEnd()),
      '',
    ]
  })
  const waits = of.turns.flatMap(({ words, days, url: at }) => [
    ...filled(`${cleanLine(words)}, for ${days < 1 ? 'less than a day' : figure(days, 'day')}`, '- ', '  '),
    `  ${at}`,
  ])
  const decided = decisions.flatMap(({ words, url: at }) => [
    ...filled(cleanLine(words), '- ', '  '),
    `  ${at}`,
  ])
  const yours = decided.length > 0 ? ['Your suggestions:', ...decided, ''] : []
  const turns = waits.length > 0 ? ['Your turn:', ...waits, ''] : []
  const more =
    of.count > COMMENTS_SHOWN
      ? [`And ${groupDigits(of.count - COMMENTS_SHOWN)} more: ${proposalUrl}`, '']
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
    body: `${[...filled(`${count} on "${cleanLine(of.title)}".`), '', ...turns, ...yours, ...shown, ...more, 'You asked for this mail. To have some quiet:', under.digest(proposalUrl), 'To end it, without signing in:', of.end.url].join('\n')}\n`,
  }
}

/** The beginning of the words that are spoken about. */
function quoted(about: string): string[] {
  const lines = filled(cleanLine(about.slice(0, 2000)), '  > ')
  if (lines.length === 0) return []
  return [...(lines.length > LINES_QUOTED ? [...lines.slice(0, LINES_QUOTED), '  > [...]'] : lines), '']
}

/**
 * Headers that a list mail must not have, and a mail of a program should. `List-Unsubscribe` (RFC 2369, 3.2) says how it is
 * ended; where the page is reached by TLS a mail program may do it for its reader by one POST (RFC 8058, 3.1, which asks that
 * the mail server signs both headers).
 */
export function digestHeaders({
  slug,
  proposalUrl,
  end,
}: Pick<DigestOf, 'slug' | 'proposalUrl' | 'end'>): string[] {
  const { hostname, protocol } = new URL(proposalUrl)
  const byMail = end.address === null ? '' : `, <mailto:${end.address}?subject=${END_WORD}%20${end.token}>`
  return [
    `List-Id: <${slug}.${hostname}>`,
    `List-Archive: <${proposalUrl}>`,
    `List-Unsubscribe: <${end.url}>${byMail}`,
    ...(protocol === 'https:' ? ['List-Unsubscribe-Post: List-Unsubscribe=One-Click'] : []),
    'Auto-Submitted: auto-generated',
  ]
}
