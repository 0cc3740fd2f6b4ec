/** A published proposal of a test's own, and mails to it as people write them. */
import 'server-only'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { changeEnvironment } from '#lib/env.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { exportRevision } from '#lib/review/export/export.server.ts'
import { heldToItsAnswers } from '#lib/review/gate/samples/held-to-its-answers.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'

export type MailSpelling = {
  readonly id?: string
  readonly from?: string
  /** Message-ID of what it answers; a part when left out. */
  readonly to?: string
  readonly part?: number
  readonly references?: readonly string[]
  /** A header line of our mail server; proved when left out. */
  readonly proof?: string
  readonly headers?: string
  readonly date?: string
}

export type TestProposal = {
  readonly slug: string
  readonly bundle: Bundle
  readonly parts: readonly Message[]
  readonly mail: (body: string, spelling?: MailSpelling) => Buffer
  /** A line of prose of a part, as it was mailed. */
  readonly line: (part: number) => string
}

export const PASS = 'Authentication-Results: mx.rfc.example; dmarc=pass header.from=example.org\n'
export const FAIL = 'Authentication-Results: mx.rfc.example; dmarc=fail header.from=example.org\n'

let made = 0

/** `of`: which of the shipped proposals it is made of. */
export async function newProposal(
  slug: string,
  of: 'futex-requests-2021' | 'io-uring-futex' = 'futex-requests-2021',
): Promise<TestProposal> {
  changeEnvironment({ COHERENT_AUTHSERV_ID: 'mx.rfc.example' })
  const content = join(import.meta.dirname, '../../../../content', of, 'v1')
  const read = await readBundle(content, await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const cover = { ...read.value.cover, changeId: `20261123-${slug}-0a0b0c0d` }
  const bundle = heldToItsAnswers({ ...read.value, cover })
  const published = await publishBundle(slug, bundle)
  if (!published.ok) throw new Error(published.error.kind)
  const parts = (await exportRevision('program', slug, 1))?.series.messages ?? []
  const mail = (body: string, spelling: MailSpelling = {}) => {
    const { id, from, to, part = 1, references = [], proof = PASS, headers = '', date } = spelling
    const answered = to ?? parts[part]?.messageId ?? ''
    const refs = [...references, answered].map((one) => `<${one}>`).join(' ')
    return Buffer.from(
      `${proof}From: ${from ?? 'Reva Reviewer <reva@example.org>'}\nTo: list@example.org\nSubject: Re: whatever\n` +
        `Date: ${date ?? 'Tue, 15 Jun 2021 09:00:00 +0200'}\nMessage-ID: <${id ?? `m${++made}.${slug}@example.org`}>\n` +
        `In-Reply-To: <${answered}>\nReferences: ${refs}\n${headers}` +
        `MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\n${body}`,
    )
  }
  const line = (part: number) => {
    const found = parts[part]?.body.split('\n').find((one) => /^[A-Z][a-z]+ .{40,}/.test(one))
    if (!found) throw new Error('no prose')
    return found
  }
  return { slug, bundle, parts, mail, line }
}

/** A revision of which the stored parse is broken, so that nothing can be made of it. */
export async function publishUnreadable(slug: string, bundle: Bundle): Promise<void> {
  const cover = { ...bundle.cover, changeId: `20261123-${slug}-0a0b0c0d` }
  const questionnaire = { ...bundle.questionnaire, title: 'x'.repeat(1_000_000) }
  const contentHash = randomBytes(32).toString('hex')
  const published = await publishBundle(slug, { ...bundle, cover, questionnaire, contentHash })
  if (!published.ok) throw new Error(published.error.kind)
}
