/** A list quotes for years what it once got: a revision is found by how it reads now, and by how it was mailed before. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { indexSeries, type MailedSeries } from '#lib/mail/import/mailed-series.ts'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { type CheckForMail, renderSeries } from '#lib/review/export/series.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { seriesForImport } from './series-for-import.ts'

const root = path.join(import.meta.dirname, '../../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
if (!questionnaires.ok) throw new Error('questionnaires')
const read = await readBundle(path.join(root, 'content/io-uring-futex/v1'), questionnaires.value)
if (!read.ok) throw new Error(JSON.stringify(read.error[0]))
const bundle = read.value
const checked = { states: 1234, depth: 17, checkerVersion: 'coherent-promela-2' }
const checks = new Map(
  bundle.claims.map(({ id, expect: expected }, i): [string, CheckForMail] => [
    id,
    expected === 'holds'
      ? { verdict: { kind: 'holds', ...checked, depth: 10 + i }, trace: [], traceStatements: 0 }
      : {
          verdict: { kind: 'violated', ...checked, states: 100 + i, error: `assertion ${i}`, line: 10 + i },
          trace: ['CPU0        CPU1', `step${i}()`, `            other${i}()`],
          traceStatements: 2,
        },
  ]),
)
const rendered = (edition: 1 | 2) =>
  renderSeries({
    ...{ slug: 'io-uring-futex', bundle, checks, siteUrl: 'https://rfc.example', previousCover: null },
    edition,
  })
const [first, present] = [rendered(1), rendered(2)]

async function blocksOf(series: MailedSeries, mails: readonly Buffer[]): Promise<string[]> {
  const trusted = { authservId: 'mx.rfc.example', lists: [] }
  const importer = createMailImporter([indexSeries(series)], trusted, new Date('2031-01-01T00:00:00Z'))
  const found: string[] = []
  for (const mail of mails) {
    const { status, comments, flags } = await importer.importBytes(mail)
    const [comment] = comments
    const anchor = comment?.anchor
    found.push(`${status} ${anchor?.kind === 'passage' ? anchor.passage : anchor?.kind} ${flags.join(' ')}`)
  }
  return found
}

test('a quote of a text as it was mailed before finds the block that it found then', {
  timeout: 120_000,
}, async () => {
  const { blocks } = bundle
  // Every paragraph, caption, row and verdict of the earlier text, quoted to its end.
  const mails = first.messages.flatMap(({ body, messageId }, part) => {
    const lines = body.split('\n')
    const ends = lines.flatMap((line, i) => (line !== '' && (lines[i + 1] ?? '') === '' ? [i] : []))
    return ends.map((end, i) => {
      const quote = lines.slice(Math.max(0, end - 3), end + 1).map((line) => `> ${line}`.trimEnd())
      return Buffer.from(
        `Authentication-Results: mx.rfc.example; dmarc=pass header.from=example.net\nFrom: Reva <reva@example.net>\nTo: list@example.org\n` +
          `Subject: Re: x\nDate: Tue, 24 Nov 2026 09:00:00 +0200\nMessage-ID: <q${part}-${i}@example.net>\nIn-Reply-To: <${messageId}>\n` +
          `MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\n${quote.join('\n')}\n\nWhere is the bound of ${part}-${i}?\n`,
      )
    })
  })
  expect(mails.length).toBeGreaterThan(150)
  const then = await blocksOf(seriesForImport('v1', 1, first, blocks), mails)
  const now = await blocksOf(seriesForImport('v1', 1, present, blocks, [first]), mails)
  const differing = then.flatMap((one, i) => (one === now[i] ? [] : [`${one} became ${now[i]}`]))
  expect(differing).toEqual([])
  // Without the earlier text some of them would be lost or on another block.
  const without = await blocksOf(seriesForImport('v1', 1, present, blocks), mails)
  expect(then.filter((one, i) => one !== without[i]).length).toBeGreaterThan(5)
})

test('a series that comes back as it was mailed before is the one that is here', async () => {
  const series = seriesForImport('v1', 1, present, bundle.blocks, [first])
  const { writeMessage } = await import('#lib/mail/message/write-message.ts')
  const back = await blocksOf(
    series,
    [...first.messages, ...present.messages].map((message) => Buffer.from(writeMessage(message))),
  )
  expect(new Set(back.map((one) => one.split(' ')[0]))).toEqual(new Set(['duplicate']))
})
