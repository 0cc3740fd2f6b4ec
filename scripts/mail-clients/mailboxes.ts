/**
 * The mailboxes that other people's mail programs are given, and what they have to find in them.
 *
 * Made by the real writer from values: the flagship's series with its claims checked on the spot, the same with a
 * review, and the example of 2021. No database, no clock. Run with a folder it writes `<name>.mbox` and `<name>.json`
 * (what each program must read, in the order of the thread); without one it prints all mailboxes, for the comparison of
 * two runs.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { env } from '#lib/env.server.ts'
import { displayNameOf } from '#lib/mail/message/address.ts'
import { writeMbox } from '#lib/mail/message/mbox.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { inThreadOrder } from '#lib/mail/message/threading.ts'
import { exportBundle } from '#lib/review/export/export.server.ts'
import { repliesOf } from '#lib/review/export/replies.ts'
import type { RenderedSeries } from '#lib/review/export/series.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { reviewOf } from './review.ts'

const { root } = env
const SITE = 'https://review.example.org'

/** What a program must find: the same shape as `readers.mjs` gives. */
export type MailExpected = {
  readonly id: string
  readonly parent: string | null
  readonly subject: string
  readonly name: string
  readonly address: string
  /** Seconds since 1970. */
  readonly date: number
  readonly text: string
}

async function shipped(slug: string): Promise<{ bundle: Bundle; series: RenderedSeries }> {
  const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
  if (!questionnaires.ok) throw new Error(JSON.stringify(questionnaires.error))
  const bundle = await readBundle(path.join(root, 'content', slug, 'v1'), questionnaires.value)
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  const series = await exportBundle(slug, bundle.value, SITE)
  if (!series.ok) throw new Error(JSON.stringify(series.error))
  return { bundle: bundle.value, series: series.value }
}

async function mailboxes(): Promise<Record<string, readonly Message[]>> {
  const flagship = await shipped('io-uring-futex')
  const { bundle, series } = flagship
  const revision = {
    series,
    blocks: bundle.blocks,
    mailDomain: bundle.cover.mailDomain,
    proposalUrl: `${SITE}/rfc/io-uring-futex`,
  }
  return {
    series: series.messages,
    review: [...series.messages, ...repliesOf(revision, reviewOf(bundle))],
    'series-2021': (await shipped('futex-requests-2021')).series.messages,
  }
}

const expected = (message: Message): MailExpected => ({
  id: message.messageId,
  parent: message.inReplyTo,
  subject: message.subject,
  name: displayNameOf(message.from),
  address: message.from.address,
  date: message.date.epochSeconds,
  text: message.body,
})

const folder = process.argv[2]
if (folder !== undefined) mkdirSync(folder, { recursive: true })
for (const [name, messages] of Object.entries(await mailboxes())) {
  const mailbox = [...writeMbox(messages)].join('')
  if (folder === undefined) process.stdout.write(mailbox)
  else {
    writeFileSync(path.join(folder, `${name}.mbox`), mailbox)
    const mails = inThreadOrder(messages).map(({ message }) => expected(message))
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(mails))
  }
}
