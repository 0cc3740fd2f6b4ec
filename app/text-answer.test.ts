import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { jsonAnswer, textAnswer } from './text-answer.ts'

const asked = (headers: Record<string, string> = {}) => new Request('https://rfc.example/x', { headers })
const long = 'a line of text\n'.repeat(200)

test.each([
  ['gzip', true],
  ['br, gzip;q=0.5', true],
  ['*', true],
  ['GZIP', true],
  ['gzip;q=0', false],
  ['gzip; q=0.0', false],
  ['br', false],
  ['', false],
])('who accepts %j gets it packed: %s', async (accept, isPacked) => {
  const answer = await textAnswer(asked({ 'accept-encoding': accept }), long, {})
  expect(answer.headers.get('x-packed')).toBe(isPacked ? 'gzip' : null)
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect((isPacked ? gunzipSync(bytes) : bytes).toString()).toBe(long)
  expect(answer.headers.get('vary')).toContain('accept-encoding')
})

test('a short text is not packed', async () => {
  expect((await textAnswer(asked({ 'accept-encoding': 'gzip' }), 'x', {})).headers.get('x-packed')).toBeNull()
})

test('who has the text is told so, however they took it, and who has another one gets it', async () => {
  const first = await textAnswer(asked({ 'accept-encoding': 'gzip' }), long, { 'content-type': 'text/plain' })
  const etag = first.headers.get('etag') ?? ''
  for (const given of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
    const again = await textAnswer(asked({ 'if-none-match': given }), long, {})
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
  }
  expect((await textAnswer(asked({ 'if-none-match': etag }), `${long}!`, {})).status).toBe(200)
})

test('what is kept between has to be asked for again by each reader', async () => {
  const answer = await jsonAnswer(asked(), { a: 1 })
  expect(answer.headers.get('cache-control')).toBe('private, no-cache')
  expect(await answer.json()).toEqual({ a: 1 })
})
