import { join } from 'node:path'
import { expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { environment, testNumber } from '#lib/env.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { exportRevision } from '#lib/review/export/export.server.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { importMails } from './import.server.ts'

/** `IMPORT_BENCH=2000 npx vitest run -c vitest.database.config.ts lib/review/incoming/speed` measures in earnest. */
const MAILS = testNumber('IMPORT_BENCH', 400)
/** Of the 200 a second that are asked for, what a busy machine still has to reach. */
const FLOOR = environment().IMPORT_BENCH ? 200 : 40

test(`${MAILS} mails, half of them replies to others, are imported and kept`, async () => {
  const content = join(import.meta.dirname, '../../../content/io-uring-futex/v1')
  const read = await readBundle(content, await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const bundle = { ...read.value, cover: { ...read.value.cover, changeId: '20261123-import-speed-0a0b0c0d' } }
  expect((await publishBundle('import-speed', bundle)).ok).toBe(true)
  const parts = (await exportRevision(null, 'import-speed', 1))?.series.messages ?? []
  const lines = parts.map(({ body }) => body.split('\n').filter((line) => /^[A-Z].{40,}/.test(line)))

  const mails = Array.from({ length: MAILS }, (_, i) => {
    const part = 1 + (i % 4)
    const isReply = i % 2 === 1
    const to = isReply ? `s${i - 1}@speed.example` : parts[part]?.messageId
    const quoted = isReply
      ? `Question number ${i - 1} about this, at some length.`
      : (lines[part]?.[i % 11] ?? '')
    return Buffer.from(
      `From: Person ${i % 40} <p${i % 40}@speed.example>\nTo: list@speed.example\nSubject: Re: speed\n` +
        `Date: Tue, 15 Jun 2021 09:00:00 +0000\nMessage-ID: <s${i}@speed.example>\nIn-Reply-To: <${to}>\n` +
        `References: <${parts[part]?.messageId}> <${to}>\nContent-Type: text/plain; charset=utf-8\n\n` +
        `> ${quoted}\n\n${isReply ? 'An answer' : `Question number ${i} about this, at some length.`}\n`,
    )
  })
  // The rendering of the revision is made once, whoever asks first.
  for await (const _ of importMails({ kind: 'command' }, mails.slice(0, 2))) void _
  const began = performance.now()
  let imported = 0
  for await (const { status } of importMails({ kind: 'command' }, mails.slice(2))) {
    if (status === 'imported') imported++
  }
  const rate = ((MAILS - 2) / (performance.now() - began)) * 1000
  console.log(`import: ${MAILS} mails, ${Math.round(rate)} a second`)
  expect(imported).toBe(MAILS - 2)
  expect(await db().comment.count({ where: { messageId: { endsWith: '@speed.example' } } })).toBe(MAILS)
  expect(rate).toBeGreaterThan(FLOOR)
}, 120_000)
