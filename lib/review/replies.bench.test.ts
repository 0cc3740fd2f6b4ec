/** What ten thousand comments cost on their way out: the limit is 2 s and 300 MB on an idle machine. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { writeMbox } from '#lib/mail/mbox.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/read-bundle.server.ts'
import { ReplyWriter, type ThreadForMail } from './replies.ts'
import { renderSeries } from './series.ts'

const COMMENTS = 10_000
const root = path.join(import.meta.dirname, '../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
if (!questionnaires.ok) throw new Error('questionnaires')
const bundle = await readBundle(path.join(root, 'content/io-uring-futex/v1'), questionnaires.value)
if (!bundle.ok) throw new Error('bundle')
const { blocks } = bundle.value
const series = renderSeries({
  slug: 'x',
  bundle: bundle.value,
  checks: new Map(),
  siteUrl: 'http://localhost:3000',
  previousCover: null,
})
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** One thread; comment i answers comment (i - 1) / 2. */
function threadOf(number: number, comments: number): ThreadForMail {
  const { key = '', text = '' } = blocks[number % blocks.length] ?? {}
  const first = number * comments
  return {
    number,
    kind: 'note',
    state: 'open',
    anchor: { blockKey: key, start: 0, end: text.length },
    comments: Array.from({ length: comments }, (_, i) => ({
      id: uuid(first + i),
      seq: i + 1,
      parentId: i === 0 ? null : uuid(first + Math.floor((i - 1) / 2)),
      messageId: `20261125.c-${uuid(first + i)}@example.org`,
      author: { id: uuid(i % 50), name: `Ünal ${i % 50}`, publicAddress: null },
      writtenAt: 1_800_000_000 + i * 60,
      isDeleted: false,
      body: `What happens when task ${i} exits while the waker is *between* removing the entry and calling back? See \`hb->lock\` and [this](https://example.org/x).\n\nThis makes the hold time depend on the callback. Where is the bound?`,
    })),
  }
}

test.each([
  ['in threads of four', 4],
  ['in one thread', COMMENTS],
])('ten thousand comments %s leave in bounded time and memory', (what, each) => {
  const before = process.memoryUsage().rss
  const began = performance.now()
  const writer = new ReplyWriter({
    series,
    blocks,
    mailDomain: 'example.org',
    proposalUrl: 'https://rfc.example/rfc/x',
  })
  let mails = 0
  let units = 0
  let peak = before
  for (let number = 1; number <= COMMENTS / each; number++) {
    for (const chunk of writeMbox(writer.thread(threadOf(number, each)))) {
      units += chunk.length
      mails++
      if (mails % 200 === 0) peak = Math.max(peak, process.memoryUsage().rss)
    }
  }
  const ms = Math.round(performance.now() - began)
  const megabytes = Math.round((peak - before) / 1e6)
  console.log(`${mails} mails ${what}, ${(units / 1e6).toFixed(1)} MB: ${ms} ms, ${megabytes} MB more memory`)
  expect(mails).toBe(COMMENTS)
  // Other tests run beside this one: four times what an idle machine may take.
  expect(ms).toBeLessThan(8000)
  expect(megabytes).toBeLessThan(300)
})
