import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environment, testNumber } from '#lib/env.server.ts'
import { MAX_COMMENTS } from '#lib/mail/import/read/limits.ts'
import { NOW, POLICY, sampleSeries } from '#lib/mail/import/samples/reply.ts'
import rfc from '#lib/mail/import/samples/rfc.json'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'

// Mails that were damaged on the way, by accident or on purpose. FUZZ_MAILS=10000 for the long run, FUZZ_SEED for
// another one; both print what was measured.
const COUNT = testNumber('FUZZ_MAILS', 300)
const SEED = testNumber('FUZZ_SEED', 1)
const MAX_MS = 1000
const MAX_BYTES = 512 * 1024 * 1024

const folder = join(import.meta.dirname, 'samples')
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(join(folder, name), 'latin1'))
const series = sampleSeries(rfc)
const passages = new Set(series.parts.flatMap((part) => part.passages.map((passage) => passage.id)))

const PIECES = [
  '\n',
  '\r\n',
  '\n\n',
  '\0',
  '\u00ff',
  '\u001b[',
  '>',
  '> ',
  '>> > ',
  '| ',
  '-- \n',
  '--b1',
  '--b1--\n',
  '=',
  '=\n',
  '=?utf-8?q?',
  '?=',
  '<',
  '>',
  '"',
  '(',
  ')',
  ':',
  ';',
  '@',
  '<blockquote>',
  '</div>',
  '<table><tr><td>',
  '&#x110000;',
  '\u00ef\u00bb\u00bf',
  'On Mon, Jun 14 2021 at 10:00, X wrote:\n',
  'From: ',
  'Sent: ',
  '-----Original Message-----\n',
  '[...]',
  '@@ -1,99999 +1,1 @@\n',
  'diff --git a/x b/x\n',
  'Reviewed-by: A <a@b.example>\n',
  '-----BEGIN PGP SIGNED MESSAGE-----\n',
  'Content-Type: text/html\n',
  'Content-Type: multipart/mixed; boundary=b1\n',
  'Content-Type: text/plain; format=flowed; delsp=yes\n',
  'Content-Type: text/plain; charset=utf-16\n',
  'Content-Type: text/plain; charset=utf-7\n',
  'Content-Type: text/plain; charset=iso-2022-jp\n',
  'Content-Transfer-Encoding: base64\n',
  'Content-Transfer-Encoding: x-uuencode\n',
  'Content-Type: message/rfc822\n',
  'Content-Type: text/calendar\n',
]

/** A small generator of numbers (mulberry32): the same seed, the same mails. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

function mutate(mail: string, random: (below: number) => number): string {
  const at = random(mail.length + 1)
  const length = random(200)
  switch (random(9)) {
    case 0:
      return mail.slice(0, at) + String.fromCharCode(random(256)) + mail.slice(at + 1)
    case 1:
      return mail.slice(0, at) + mail.slice(at + length)
    case 2:
      return mail.slice(0, at) + mail.slice(at, at + length).repeat(1 + random(40)) + mail.slice(at)
    case 3:
      return mail.slice(0, at)
    case 4: {
      const other = samples[random(samples.length)] ?? ''
      return mail.slice(0, at) + other.slice(random(other.length))
    }
    case 5:
      return (
        mail.slice(0, at) + (PIECES[random(PIECES.length)] ?? '').repeat(1 + random(2000)) + mail.slice(at)
      )
    case 6: {
      const lines = mail.split('\n')
      const [taken = ''] = lines.splice(random(lines.length), 1)
      lines.splice(random(lines.length + 1), 0, taken)
      return lines.join('\n')
    }
    default: {
      const lineStart = mail.lastIndexOf('\n', at) + 1
      return mail.slice(0, lineStart) + (PIECES[random(PIECES.length)] ?? '') + mail.slice(lineStart)
    }
  }
}

test(`${COUNT} damaged mails are imported without a crash, a hang or much memory`, {
  timeout: 60_000 + COUNT * 20,
}, async () => {
  const random = randomFrom(SEED)
  let importer = createMailImporter([series], POLICY, NOW)
  const statuses: Record<string, number> = {}
  let comments = 0
  let slowest = 0
  let mostBytes = 0
  for (let i = 0; i < COUNT; i++) {
    if (i % 500 === 0) importer = createMailImporter([series], POLICY, NOW)
    let mail = samples[random(samples.length)] ?? ''
    for (let n = 1 + random(6); n > 0; n--) mail = mutate(mail, random)
    const bytes = Buffer.from(mail, 'latin1')
    // The time of this process: the clock runs on while others have the processor.
    const start = cpuMs()
    const outcome = await importer.importBytes(bytes)
    const ms = cpuMs() - start
    slowest = Math.max(slowest, ms)
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss)

    const name = `mail ${i} of seed ${SEED}`
    statuses[outcome.status] = (statuses[outcome.status] ?? 0) + 1
    expect(ms, name).toBeLessThan(msHere(MAX_MS))
    expect(outcome.comments.length, name).toBeLessThanOrEqual(MAX_COMMENTS)
    comments += outcome.comments.length
    for (const { anchor, text } of outcome.comments) {
      expect(text.trim(), name).not.toBe('')
      expect(/[\p{Cc}\p{Cf}]/u.test(text.replace(/[\n\t]/g, '')), name).toBe(false)
      if (anchor.kind === 'passage') expect(passages.has(anchor.passage), name).toBe(true)
    }
    if (outcome.status !== 'imported')
      expect(
        outcome.trailers.some((t) => t.match),
        name,
      ).toBe(false)
    if (!['imported', 'quarantined'].includes(outcome.status)) expect(outcome.comments, name).toEqual([])
    for (const line of [outcome.subject, outcome.author?.name ?? '', outcome.messageId]) {
      expect(/[\r\n\0]/.test(line), name).toBe(false)
    }
  }
  // The test's own modules take part of it; the limit is for all of the process.
  expect(mostBytes).toBeLessThan(MAX_BYTES)
  // Mutations that only ever break a mail would test the refusal alone.
  expect(statuses.imported ?? 0).toBeGreaterThan(COUNT / 10)
  expect(comments).toBeGreaterThan(COUNT / 10)
  if (environment().FUZZ_MAILS !== undefined) {
    console.log(
      `${COUNT} mails: ${JSON.stringify(statuses)}; slowest ${slowest.toFixed(0)} ms; ${(mostBytes / 2 ** 20).toFixed(0)} MB`,
    )
  }
})
