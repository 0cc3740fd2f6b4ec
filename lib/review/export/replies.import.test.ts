/** The way back: what a thread leaves as is read by the importer as the same thread, on the same block. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { indexSeries, type Passage } from '#lib/mail/import/mailed-series.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { type BlockLines, linesOfBlocks } from './block-lines.ts'
import { repliesOf } from './replies.ts'
import { renderSeries } from './series.ts'
import type { CommentForMail, ThreadForMail } from './thread-for-mail.ts'
import { parseThreadNote } from './thread-note.ts'

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

/** Of several blocks on the same lines, the first. */
function passagesOf(part: number, { body }: Message, places: ReadonlyMap<string, BlockLines>): Passage[] {
  const starts = [0]
  for (const line of body.split('\n')) starts.push((starts.at(-1) ?? 0) + line.length + 1)
  const passages: Passage[] = []
  for (const [id, place] of [...places].sort((a, b) => a[1].from - b[1].from)) {
    const start = starts[place.from] ?? 0
    if (place.part !== part || start < (passages.at(-1)?.end ?? 0)) continue
    passages.push({ id, section: null, start, end: (starts[place.to] ?? 0) - 1 })
  }
  return passages
}

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

function threadOn(number: number, key: string, text: string, bodies: readonly string[]): ThreadForMail {
  return {
    number,
    kind: 'note',
    state: 'open',
    anchor: { blockKey: key, start: 0, end: text.length },
    comments: bodies.map((body, i): CommentForMail => {
      const id = uuid(number * 10 + i)
      const parentId = i === 0 ? null : uuid(number * 10 + i - 1)
      const author = { id: uuid(i), name: `Person ${i}`, publicAddress: `p${i}@example.net` }
      const messageId = `20261125.c-${id}@example.org`
      return { id, seq: i + 1, parentId, messageId, author, body, writtenAt: 1.9e9 + i, isDeleted: false }
    }),
  }
}

test('a thread on each block of the shipped proposal leads back to its block, and its replies to what they answer', async () => {
  const places = linesOfBlocks(series, blocks)
  const indexed = indexSeries({
    key: 'v1',
    revision: 1,
    parts: series.messages.map((message, number) => ({
      messageId: message.messageId,
      number,
      subject: message.subject,
      author: message.from,
      text: message.body,
      passages: passagesOf(number, message, places),
    })),
  })
  const list = { authservId: 'mx.rfc.example', lists: [] }
  const importer = createMailImporter([indexed], list, new Date('2031-01-01T00:00:00Z'))
  const threads = blocks.map(({ key, text }, i) =>
    threadOn(i + 1, key, text, [
      `Where is the bound of number ${i}?\n\nIt is not said.`,
      'No.',
      'Then say where it *is*, please.',
    ]),
  )
  const mailed = { series, blocks, mailDomain: 'example.org', proposalUrl: 'https://rfc.example/rfc/x' }
  let named = 0
  const wrong: string[] = []
  for (const [i, thread] of threads.entries()) {
    for (const [k, message] of [...repliesOf(mailed, [thread])].entries()) {
      const proof = 'Authentication-Results: mx.rfc.example; dmarc=pass header.from=example.net\n'
      const outcome = await importer.importBytes(Buffer.from(proof + writeMessage(message)))
      const [comment, ...others] = outcome.comments
      const block = parseThreadNote(outcome.note ?? '').block
      if (k === 0 && block !== undefined) named++
      const anchor =
        block ??
        (comment?.anchor.kind === 'passage' ? comment.anchor.passage : JSON.stringify(comment?.anchor))
      const about = `${blocks[i]?.kind} ${blocks[i]?.key}, mail ${k}`
      if (outcome.status !== 'imported' || others.length > 0)
        wrong.push(`${about}: ${outcome.status} ${outcome.flags}`)
      else if (k === 0 && anchor !== blocks[i]?.key) wrong.push(`${about}: on ${anchor}`)
      else if (k > 0 && comment?.replyTo?.messageId !== message.inReplyTo) wrong.push(`${about}: no reply`)
    }
  }
  expect(wrong).toEqual([])
  // Words alone lead back nearly everywhere; the header is for what they cannot say.
  expect(named / blocks.length).toBeLessThan(0.2)
}, 60_000)
