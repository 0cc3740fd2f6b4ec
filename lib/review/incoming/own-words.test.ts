import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { repliesOf } from '#lib/review/export/replies.ts'
import { renderSeries } from '#lib/review/export/series.ts'
import { discussions } from '#lib/review/incoming/samples/discussions.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { isSaidBy, isSaidByOneOf, isSaidBySeveral, ownWordsOf } from './own-words.ts'

const root = path.join(import.meta.dirname, '../../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
if (!questionnaires.ok) throw new Error('questionnaires')
const bundle = await readBundle(
  path.join(import.meta.dirname, '../export/samples/small'),
  questionnaires.value,
)
if (!bundle.ok) throw new Error('bundle')
const { blocks } = bundle.value
const series = renderSeries({
  slug: 'small',
  bundle: bundle.value,
  checks: new Map(),
  siteUrl: 'http://localhost:3000',
  previousCover: '20261101-small-v1-0-89abcdef@example.org' as MessageId,
})
const mailed = { series, blocks, mailDomain: 'example.org', proposalUrl: 'https://rfc.example/rfc/small' }

test('the mail of a comment says what the comment says, and not what another one does', () => {
  let compared = 0
  fc.assert(
    fc.property(discussions(blocks), (threads) => {
      const messages = new Map([...repliesOf(mailed, threads)].map((message) => [message.messageId, message]))
      for (const { messageId, body, isDeleted } of threads.flatMap(({ comments }) => comments)) {
        const message = messages.get(messageId as MessageId)
        if (!message || isDeleted) continue
        const own = ownWordsOf(message.body, message.subject)
        expect([own, body, isSaidBy(own, body)]).toEqual([own, body, true])
        expect(isSaidBy(`${own}more`, body)).toBe(false)
        expect(isSaidBy(own, `${body}\n\nand more words`)).toBe(false)
        compared++
      }
    }),
    { numRuns: testNumber('FUZZ_RUNS', 15) },
  )
  expect(compared).toBeGreaterThan(10)
}, 300_000)

test('a comment that came by mail says the lines that were mailed, with its quotes or without', () => {
  expect(isSaidBy('one.two.', 'one.\n\n> quoted\n\ntwo.')).toBe(true)
  expect(isSaidBy('one.quotedtwo.', 'one.\n\n> quoted\n\ntwo.')).toBe(true)
  expect(isSaidBy('one.', 'one.\n\n> quoted\n\ntwo.')).toBe(false)
})

test('of a comment that was edited many times the mail is found without trying all ways of each version', () => {
  const quotes = Array.from({ length: 5 }, (_, i) => `> quoted words ${i}\n\nown words ${i}\n\n`).join('')
  const version = (n: number) => `${quotes}${'w o r d s '.repeat(6200)}\n\nversion ${n}`
  const texts = Array.from({ length: 30 }, (_, i) => version(i))
  const own = ownWordsOf(version(0), '')
  expect(isSaidByOneOf(own, [version(29), ...texts])).toBe(true)
  const withQuotes = ownWordsOf(version(0).replaceAll('> ', ''), '')
  expect(isSaidByOneOf(withQuotes, texts)).toBe(true)
  const began = cpuMs()
  expect(isSaidByOneOf(withQuotes.replace('version0', ''), texts)).toBe(false)
  expect(isSaidByOneOf(own.replace('version0', ''), texts)).toBe(false)
  expect(cpuMs() - began).toBeLessThan(msHere(3000))
})

test('several comments are found in their mail in whatever version each left, and no word more or less', () => {
  const own = ownWordsOf('First, as it was.\n\nSecond.\n\nAcked-by: Reva <reva@example.org>\n', '')
  const first = ['First, edited.', 'First, as it was.']
  const ending = [
    'This is of problem:\n\nAcked-by: Reva <reva@example.org>',
    'Acked-by: Reva <reva@example.org>',
  ]
  expect(isSaidBySeveral(own, [first, ['Second.']], ending)).toBe(true)
  expect(isSaidBySeveral(own, [first, ['Second.']], [''])).toBe(false)
  expect(isSaidBySeveral(own, [['First, edited.'], ['Second.']], ending)).toBe(false)
  expect(isSaidBySeveral(own, [['Second.'], first], ending)).toBe(false)
  expect(isSaidBySeveral(own, [first, ['Second.'], ['Third.']], ending)).toBe(false)
  // Of one that was deleted nobody knows the words.
  expect(isSaidBySeveral(own, [null, ['Second.']], ending)).toBe(true)
  expect(isSaidBySeveral(own, [first, null], ending)).toBe(true)
  expect(isSaidBySeveral(own, [null, ['Other words.']], ending)).toBe(false)
  expect(isSaidBySeveral('onequotedtwo', [['one'], ['> quoted\n\ntwo']], [''])).toBe(true)
  expect(isSaidBySeveral('onetwo', [['one'], ['> quoted\n\ntwo']], [''])).toBe(true)
})

test('comments of a few letters with many versions are compared in no time', () => {
  const versions = Array.from({ length: 22 }, (_, n) => 'a'.repeat(n + 1))
  const began = cpuMs()
  expect(
    isSaidBySeveral(
      'a'.repeat(100_000),
      Array.from({ length: 200 }, () => versions),
      ['b'],
    ),
  ).toBe(false)
  expect(cpuMs() - began).toBeLessThan(msHere(2000))
})
