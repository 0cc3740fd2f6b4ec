/** Lines of a mailed series that people quote besides its prose: each leads to its block, or is flagged. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { indexSeries } from '#lib/mail/import/mailed-series.ts'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { renderSeries } from '#lib/review/export/series.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { seriesForImport } from './series-for-import.ts'

const root = path.join(import.meta.dirname, '../../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
if (!questionnaires.ok) throw new Error('questionnaires')
const bundle = await readBundle(path.join(root, 'content/io-uring-futex/v1'), questionnaires.value)
if (!bundle.ok) throw new Error(JSON.stringify(bundle.error[0]))
const { blocks } = bundle.value
const series = renderSeries({
  slug: 'io-uring-futex',
  bundle: bundle.value,
  checks: new Map(),
  siteUrl: 'https://rfc.example',
  previousCover: null,
})
const mailed = seriesForImport('v1', 1, series, blocks)
const indexed = indexSeries(mailed)
const NOW = new Date('2031-01-01T00:00:00Z')
const kindOf = (key: string) => blocks.find((block) => block.key === key)?.kind
let made = 0

async function placeOf(part: number, lines: readonly string[], of = indexed) {
  const head =
    `Authentication-Results: mx.rfc.example; dmarc=pass header.from=bugs.example\nFrom: Rory Bugg <rory@bugs.example>\n` +
    `Date: Wed, 25 Nov 2026 21:00:00 +0000\nMessage-ID: <${++made}.quoted@bugs.example>\nIn-Reply-To: <${of.parts[part]?.messageId}>\nSubject: Re: x\n\n`
  const body = `${lines.map((line) => `> ${line}`).join('\n')}\n\nWhy?\n`
  const importer = createMailImporter([of], { authservId: 'mx.rfc.example', lists: [] }, NOW)
  const [comment] = (await importer.importBytes(Buffer.from(head + body))).comments
  return {
    passage: comment?.anchor.kind === 'passage' ? comment.anchor.passage : null,
    flags: comment?.flags,
  }
}

const bodyOf = (part: number) => series.messages[part]?.body.split('\n') ?? []

test('three lines of a drawing are its figure, wherever they are taken from', async () => {
  for (const key of ['wait-and-wake', 'ownership', 'exit-order']) {
    const part = mailed.parts.find(({ passages }) => passages.some(({ id }) => id === key))
    const passage = part?.passages.find(({ id }) => id === key)
    const lines = part?.text.slice(passage?.start, passage?.end).split('\n') ?? []
    expect(lines.length).toBeGreaterThan(8)
    const drawn = lines.filter((line) => /\p{L}/u.test(line))
    for (let at = 0; at + 3 <= Math.min(drawn.length, 9); at += 3)
      expect(await placeOf(part?.number ?? 0, drawn.slice(at, at + 3))).toMatchObject({ passage: key })
  }
})

test('the frame and the head of a table are its rows, and what stands below a claim is the claim', async () => {
  const lines = bodyOf(2)
  const head = lines.findIndex((line) => line.includes('| SQE field |'))
  const place = await placeOf(2, lines.slice(head - 1, head + 1))
  expect(kindOf(place.passage ?? '')).toBe('table-row')
  const claims = bodyOf(4)
  const claim = claims.findIndex((line) => line.startsWith('Claim one-owner-two-requests'))
  const model = claims.findIndex((line, i) => i > claim && line.includes('variant two-requests'))
  expect(await placeOf(4, claims.slice(model, model + 2))).toEqual({
    passage: 'one-owner-two-requests',
    flags: [],
  })
})

test('items of the cover’s lists are their items; its list of parts is no passage’s, and that is said', async () => {
  const cover = bodyOf(0)
  const items = cover.flatMap((line, i) => (line.startsWith('- ') ? [i] : []))
  expect(items.length).toBeGreaterThan(5)
  for (const item of items) {
    const { passage, flags } = await placeOf(0, cover.slice(item, item + 2))
    expect([kindOf(passage ?? ''), flags]).toEqual(['list-item', []])
  }
  const parts = cover.findIndex((line) => line.startsWith('  4/4  '))
  expect((await placeOf(0, cover.slice(parts, parts + 1))).flags).toEqual(['quote-beside'])
})

test('steps that stand in several traces are found by their blanks, or are flagged', async () => {
  const traces = ['first', 'second', 'third'].map((id, i) => {
    const indent = ' '.repeat([4, 24, 8][i] ?? 4)
    return {
      id,
      text: `Claim ${id}: a sentence of its own.\n\n${['spin_lock(hb_lock)', 'r < REQUESTS && queued[0]', 'futex_wake_mark(0)'].map((step) => indent + step).join('\n')}\n`,
    }
  })
  let text = ''
  const passages = traces.map(({ id, text: words }) => {
    const start = text.length
    text += `${words}\n`
    return { id, section: null, start, end: text.length - 2 }
  })
  const [part] = mailed.parts
  if (!part) throw new Error('no part')
  const of = indexSeries({ key: 'traces', revision: 1, parts: [{ ...part, text, passages }] })
  for (const { id, text: words } of traces)
    expect(await placeOf(0, words.trimEnd().split('\n').slice(-3), of)).toEqual({ passage: id, flags: [] })
  const unsure = ['  spin_lock(hb_lock)', '  r < REQUESTS && queued[0]', '  futex_wake_mark(0)']
  expect((await placeOf(0, unsure, of)).flags).toEqual(['quote-ambiguous'])
})
