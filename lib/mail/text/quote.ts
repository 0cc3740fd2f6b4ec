/** Quoting in a reply: the attribution line and the `>` lines, in the one form that all list readers colour. */
import { displayNameOf } from '#lib/mail/message/address.ts'
import { formatAttributionDate } from '#lib/mail/message/date.ts'
import type { Message } from '#lib/mail/message/message.ts'

/** `On Mon, Jun 14 2021 at 10:00, Reva Reviewer wrote:` */
export function attribution(parent: Pick<Message, 'from' | 'date'>): string {
  return `On ${formatAttributionDate(parent.date)}, ${displayNameOf(parent.from)} wrote:`
}

/** One line, one level deeper: `>` repeated and one space; an empty line is `>` alone. */
export function quoteLine(line: string): string {
  if (line.startsWith('>')) return `>${line}`
  return line === '' ? '>' : `> ${line}`
}

export type LineRange = { readonly from: number; readonly to: number }

/**
 * Whole lines of a parent's text, quoted; between two ranges stands `> [...]`.
 * Ranges are in order, do not overlap; `from` is the first line, from 0, `to` is exclusive.
 */
export function quoteExcerpt(parentLines: readonly string[], ranges: readonly LineRange[]): string[] {
  return ranges.flatMap(({ from, to }, i) => {
    const gap = i > 0 && from > (ranges[i - 1]?.to ?? 0) ? ['> [...]'] : []
    return [...gap, ...parentLines.slice(from, to).map(quoteLine)]
  })
}
