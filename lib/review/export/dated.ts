import { addSeconds, type MailDate } from '#lib/mail/message/date.ts'
import type { Message } from '#lib/mail/message/message.ts'

/** A series whose cover has this Date, and each part one second more than the one before: so readers sort them. */
export function datedFrom(series: readonly Message[], cover: MailDate): Message[] {
  return series.map((message, i) => ({ ...message, date: addSeconds(cover, i) }))
}
