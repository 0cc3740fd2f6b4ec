import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { NotNow } from '#lib/aside/not-now.ts'
import { fileAnswer } from './export-answer.ts'

const missing = () => new Response('none', { status: 404 })
const asked = (headers: Record<string, string> = {}) => new Request('https://rfc.example/x', { headers })
const bytes = (text: string) => new TextEncoder().encode(text)

async function* failing(error: Error | null): AsyncGenerator<Uint8Array> {
  if (error) throw error
  yield bytes('never')
}

test('a file is its pieces, in order', async () => {
  async function* pieces() {
    yield bytes('one ')
    yield bytes('two')
  }
  const answer = await fileAnswer(asked(), pieces(), { 'content-type': 'text/plain' }, missing)
  expect(answer.headers.get('content-type')).toBe('text/plain')
  expect(await answer.text()).toBe('one two')
})

test('without a piece there is no file', async () => {
  async function* pieces() {
    for (const piece of [] as Uint8Array[]) yield piece
  }
  expect((await fileAnswer(asked(), pieces(), {}, missing)).status).toBe(404)
})

test('what is too much now says when to come again, and a bug is none of that', async () => {
  const answer = await fileAnswer(asked(), failing(new NotNow('busy')), {}, missing)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('60')
  expect(await answer.text()).toContain('try again in a minute')
  await expect(fileAnswer(asked(), failing(new TypeError('a bug')), {}, missing)).rejects.toThrow(TypeError)
})

test('a reader who goes away closes what makes the pieces', async () => {
  let isClosed = false
  async function* pieces() {
    try {
      for (;;) yield bytes('more')
    } finally {
      isClosed = true
    }
  }
  const answer = await fileAnswer(asked(), pieces(), {}, missing)
  await answer.body?.cancel()
  expect(isClosed).toBe(true)
})

test('a reader who has the file is told so, and one who takes gzip gets it, a long file too', async () => {
  async function* pieces(count: number) {
    for (let i = 0; i < count; i++) yield bytes('x'.repeat(1_000_000))
  }
  const first = await fileAnswer(asked({ 'accept-encoding': 'gzip' }), pieces(2), {}, missing)
  expect(first.headers.get('x-packed')).toBe('gzip')
  const etag = first.headers.get('etag') ?? ''
  const again = await fileAnswer(asked({ 'if-none-match': etag }), pieces(2), {}, missing)
  expect([again.status, await again.text()]).toEqual([304, ''])
  const long = await fileAnswer(asked({ 'accept-encoding': 'br, gzip' }), pieces(6), {}, missing)
  expect([long.headers.get('x-packed'), long.headers.get('etag')]).toEqual(['gzip', null])
  const packed = Buffer.from(await long.arrayBuffer())
  expect(gunzipSync(packed).length).toBe(6_000_000)
})
