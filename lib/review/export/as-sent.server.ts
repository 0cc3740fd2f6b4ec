import 'server-only'
import { db } from '#lib/db.server.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import type { ListTextEdition } from '#lib/writeup/list-text/list-text.ts'
import { datedFrom } from './dated.ts'
import { mboxOf, type RenderedSeries } from './series.ts'

export type RenderEdition = (edition?: ListTextEdition) => Promise<RenderedSeries>

/** A series as people have it, and whether anybody does. */
export type SeriesAsSent = { readonly series: RenderedSeries; readonly wasSent: boolean }

/**
 * A series as it leaves, and as it is shown. Once it was sent it stays as it was, date and text, in whatever edition: who gets
 * it later gets the same mail, replies quote it, and a page or file that says it otherwise is of no use to who reads them.
 *
 * One that was never sent has the day of its cover; where it is about to leave (`today`), that moment, in its author's zone:
 * lists and spam filters put a mail of last month where nobody looks. (Message-IDs are those of the content, on every day.)
 */
export async function asSent(render: RenderEdition, today: Date | null): Promise<SeriesAsSent> {
  const present = await render()
  const known = settled.get(present)
  if (known) return { series: known, wasSent: true }
  const [cover] = present.messages
  const sent = await sentMails(present.messages)
  const before = cover && sent.get(cover.messageId)
  if (!cover || (!before && today === null)) return { series: present, wasSent: false }
  const date = before?.date ?? { ...cover.date, epochSeconds: Math.floor((today?.getTime() ?? 0) / 1000) }
  const isAsSent = ({ messages }: RenderedSeries) =>
    messages.every(({ messageId, body }) => (sent.get(messageId)?.body ?? body) === body)
  const texts = (await asEdition(present, render, isAsSent)) ?? withSentTexts(present, sent)
  const series = { ...texts, messages: datedFrom(texts.messages, date) }
  if (present.messages.every(({ messageId }) => sent.has(messageId))) settled.set(present, series)
  return { series, wasSent: before !== undefined }
}

/** Of all editions, the newest first, the one that says what was sent; null: none does. */
async function asEdition(
  present: RenderedSeries,
  render: RenderEdition,
  isAsSent: (series: RenderedSeries) => boolean,
): Promise<RenderedSeries | null> {
  if (isAsSent(present)) return present
  for (const edition of [2, 1] as const) {
    const before = await render(edition)
    if (isAsSent(before)) return before
  }
  return null
}

/** Of series that left whole, which never change again; kept as long as what they were made from. */
const settled = new WeakMap<RenderedSeries, RenderedSeries>()

/** By Message-ID, as they left first. */
async function sentMails(series: readonly Message[]): Promise<Map<string, Message>> {
  const rows = await db().outgoingMail.findMany({
    where: { messageId: { in: series.map(({ messageId }) => messageId) }, kind: 'series' },
    orderBy: { createdAt: 'desc' },
    select: { bytes: true },
  })
  const mails = rows.flatMap(({ bytes }) => {
    const mail = readMessage(Buffer.from(bytes).toString('utf8'))
    return mail.ok ? [[mail.value.messageId, mail.value] as const] : []
  })
  // The last one of an id stays: the first that left.
  return new Map(mails)
}

/** Of texts that no version of the renderer makes any more it is not known which line is which block. */
function withSentTexts(series: RenderedSeries, sent: ReadonlyMap<string, Message>): RenderedSeries {
  const bodies = series.messages.map(({ messageId, body }) => sent.get(messageId)?.body ?? body)
  const messages = series.messages.map((message, i) => ({ ...message, body: bodies[i] ?? message.body }))
  return {
    messages,
    sources: series.sources.map((source, i) =>
      bodies[i] === series.messages[i]?.body ? source : { ...source, lines: [] },
    ),
    // What is said of the present source is not said of a text that is another one.
    notes: [],
    lint: lintMbox(mboxOf(messages), { kind: 'series' }),
  }
}
