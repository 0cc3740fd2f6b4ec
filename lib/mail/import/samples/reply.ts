/** Replies to the sample series, made for tests: Reva's, authenticated, to a part; everything can be said otherwise. */
import { type CorpusModel, seriesOfModel } from '#lib/mail/import/corpus-form.ts'
import { type IndexedSeries, indexSeries } from '#lib/mail/import/mailed-series.ts'

export const POLICY = { authservId: 'mx.rfc.example', lists: [] }
export const NOW = new Date('2021-07-01T00:00:00Z')
export const PASS = 'mx.rfc.example; dkim=pass header.d=example.org; dmarc=pass header.from=example.org'

export function sampleSeries(model: unknown): IndexedSeries {
  return indexSeries(seriesOfModel(model as CorpusModel)) // rfc.json, as it lies beside this file
}

export function partId(part: number): string {
  return `<20210614-futex-uring-v2-${part}-3f9c1a7e@rfc.example>`
}

export type ReplySpelling = {
  /** Header lines by name; null leaves one out. The first lines of the mail come from `above`. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly above?: readonly string[]
  readonly part?: number
  readonly id?: string
}

let made = 0

/** The mail as text; encode it as UTF-8. Each has another Message-ID unless `id` is given. */
export function reply(body: string, { headers = {}, above = [], part = 4, id }: ReplySpelling = {}): string {
  const fields: Record<string, string | null> = {
    'Authentication-Results': PASS,
    From: 'Reva Reviewer <reva@example.org>',
    To: 'linux-kernel@vger.kernel.org',
    Subject: `Re: [RFC v2 ${part}/4] io_uring/futex: Something`,
    Date: 'Tue, 15 Jun 2021 09:00:00 +0200',
    'Message-ID': id ?? `<${++made}.reply@import.example>`,
    'In-Reply-To': partId(part),
    References: `${partId(0)} ${partId(part)}`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Transfer-Encoding': '8bit',
    ...headers,
  }
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  )
  return `${[...above, ...lines].join('\n')}\n\n${body}`
}
