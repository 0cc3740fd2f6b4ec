/** What ten thousand comments cost on their way out: the limit is 2 s and 300 MB on an idle machine. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { writeMbox } from '#lib/mail/message/mbox.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { ReplyWriter } from './replies.ts'
import { renderSeries } from './series.ts'
import type { ThreadForMail } from './thread-for-mail.ts'

const COMMENTS = 10_000
const root = path.join(import.meta.dirname, '../../..')
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
/** What people write: words, a list, a table, code, a quote of what they answer. */
const BODIES = [
  'What happens when the task exits while the waker is *between* removing the entry and calling back? See `hb->lock` and [this](https://example.org/x).\n\nThis makes the hold time depend on the callback. Where is the bound?',
  'Three points:\n\n- the **store** comes first,\n- then `hb->lock` is dropped,\n- and only then is the task woken.\n\nWhich of them holds on every path?',
  'Measured again:\n\n| N | before | after |\n| --- | ---: | --- |\n| 1 | 2.3 | `x` |\n| 10 | 4.5 | b |\n\nThe last row is a surprise.',
  'I would write it as\n\n```c\nif (!q->lock_ptr)\n\treturn -EAGAIN;\n```\n\nand drop the test below.',
  '> The entry is owned by the request.\n\nBy which one, when two race?',
] as const

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** One thread; comment i answers comment (i - 1) / 2. */
function threadOf(number: number, comments: number, isMixed: boolean): ThreadForMail {
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
      body: `${(isMixed ? BODIES[(first + i) % BODIES.length] : BODIES[0]) ?? ''} ${i}`,
    })),
  }
}

test.each([
  ['of words, in threads of four', 4, false],
  ['of words, in one thread', COMMENTS, false],
  ['with lists, tables, code and quotes', 4, true],
])('ten thousand comments %s leave in bounded time and memory', (what, each, isMixed) => {
  const before = process.memoryUsage().rss
  // Of this process: whatever else the machine does meanwhile is not in it.
  const began = cpuMs()
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
    for (const chunk of writeMbox(writer.thread(threadOf(number, each, isMixed)))) {
      units += chunk.length
      mails++
      if (mails % 200 === 0) peak = Math.max(peak, process.memoryUsage().rss)
    }
  }
  const ms = Math.round(cpuMs() - began)
  const megabytes = Math.round((peak - before) / 1e6)
  console.log(
    `${mails} mails ${what}, ${(units / 1e6).toFixed(1)} MB: ${ms} ms of CPU, ${megabytes} MB more memory`,
  )
  expect(mails).toBe(COMMENTS)
  // Shared caches and a cold start cost time of the CPU as well: twice what an idle machine may take.
  expect(ms).toBeLessThan(msHere(5000))
  expect(megabytes).toBeLessThan(300)
})
