import { site } from '#lib/review/proposal/address.ts'

/** Messages and findings as the components show them. */

import { displayNameOf } from '#lib/mail/message/address.ts'
import { formatAttributionDate, formatRfc5322Date } from '#lib/mail/message/date.ts'
import type { Mailbox, Message } from '#lib/mail/message/message.ts'
import type { FindingPlace } from '#lib/review/export/finding-place.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import type { MailListed } from './mail-list.tsx'
import type { FindingShown } from './mail-message.tsx'

const boxText = ({ name, address }: Mailbox) => (name === '' ? address : `${name} <${address}>`)

export function headersOf(message: Message): [name: string, value: string][] {
  const all: [string, string][] = [
    ['From', boxText(message.from)],
    ['To', message.to.map(boxText).join(', ')],
    ['Cc', message.cc.map(boxText).join(', ')],
    ['Date', formatRfc5322Date(message.date)],
    ['Message-ID', `<${message.messageId}>`],
    ['In-Reply-To', message.inReplyTo === null ? '' : `<${message.inReplyTo}>`],
  ]
  return all.filter(([, value]) => value !== '')
}

export function listed(
  message: Message,
  depth: number,
  findings: number,
  href: (id: string) => string,
): MailListed {
  const { messageId, subject, from, date } = message
  // `Mon, Jun 14 2021 at 10:00`: the day is behind the weekday.
  const day = formatAttributionDate(date).replace(/^\w+, | at .*$/g, '')
  return { messageId, subject, who: displayNameOf(from), day, depth, findings, href: href(messageId) }
}

export function shownFinding({ finding, bodyLine, source }: FindingPlace, href: string | null): FindingShown {
  const { rule, severity, text } = finding
  return {
    rule,
    severity,
    text,
    line: bodyLine,
    source: source && { words: `${source.file}:${source.line}`, href },
  }
}

export function sourceHref(slug: string, revision: number, block: Pick<Block, 'key'> | null): string | null {
  return block && site.block(slug, revision, block.key)
}
