import type { Message } from '#lib/mail/message/message.ts'
import { inThreadOrder, type ThreadedMail } from '#lib/mail/message/threading.ts'

/** The mails of a window as a reader lists them, and which of them is open. */
export type OpenMail = {
  readonly ordered: readonly ThreadedMail[]
  /** Within `ordered`. */
  readonly at: number
  readonly message: Message
  /** Within the series and then its replies, as they are numbered. */
  readonly position: number
}

/** `wanted`: a Message-ID; the first mail where there is no such. Null: there are no mails. */
export function openMail(
  {
    series,
    replies,
  }: { readonly series: { readonly messages: readonly Message[] }; readonly replies: readonly Message[] },
  wanted: string | null,
): OpenMail | null {
  const all = [...series.messages, ...replies]
  const ordered = inThreadOrder(all)
  const found = ordered.findIndex(({ message }) => message.messageId === wanted)
  const at = Math.max(0, found)
  const message = ordered[at]?.message
  return message ? { ordered, at, message, position: all.indexOf(message) } : null
}
