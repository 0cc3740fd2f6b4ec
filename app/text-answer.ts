import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/**
 * What is read by programs, and by people with a slow line: text that a reader who has it already is not sent again (ETag), and
 * that is packed for who takes it so (gzip).
 *
 * The tag is of the bytes: they may differ by viewer, by what was said a moment ago and by the program's version, and no count of
 * all that would be right for ever.
 */
const pack = promisify(gzip)

/**
 * Next takes `Content-Encoding` away from what a route answers, as it may come from a fetch that has decoded it. So the packing is
 * named here by a header of our own, which our server (`scripts/failure-answers.ts`) puts in its place; and who stands between
 * is asked not to pack it again. In development, where that server is not, nothing is packed.
 */
const PACKED = { 'x-packed': 'gzip', 'cache-control': 'private, no-cache, no-transform' }

/** Shorter ones grow by it. */
const PACKED_FROM = 1000

const HEADERS = { 'cache-control': 'private, no-cache', vary: 'accept-encoding, cookie' }

export async function textAnswer(
  request: Request,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  // Weak: the same text, packed or not.
  const etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const all = { ...HEADERS, etag, ...headers }
  if (hasIt(request, etag)) return new Response(null, { status: 304, headers: { ...HEADERS, etag } })
  if (!takesGzip(request) || bytes.length < PACKED_FROM) return new Response(bytes, { headers: all })
  return new Response(new Uint8Array(await pack(bytes)), { headers: { ...all, ...PACKED } })
}

/** Of a text that is too long to be held: packed while it is made, and without a tag. */
export function packedAnswer(
  request: Request,
  body: ReadableStream<Uint8Array>,
  headers: Readonly<Record<string, string>>,
): Response {
  const all = { ...HEADERS, ...headers }
  if (!takesGzip(request)) return new Response(body, { headers: all })
  // Its type wants chunks that share no memory with another thread; whichever they are, it reads them.
  const gzipped = new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>
  return new Response(body.pipeThrough(gzipped), {
    headers: { ...all, ...PACKED },
  })
}

export const jsonAnswer = (request: Request, value: unknown): Promise<Response> =>
  textAnswer(request, `${JSON.stringify(value, null, 1)}\n`, {
    'content-type': 'application/json; charset=utf-8',
  })

/** For programs: what was wrong, as a sentence. */
export const jsonRefusal = (status: number, error: string): Response =>
  Response.json({ error }, { status, headers: HEADERS })

const hasIt = (request: Request, etag: string) =>
  (request.headers.get('if-none-match') ?? '')
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === etag || `W/${one}` === etag)

/** RFC 9110, 12.5.3, as far as it is about gzip. */
function takesGzip(request: Request): boolean {
  if (process.env.NODE_ENV === 'development') return false
  const codings = (request.headers.get('accept-encoding') ?? '').toLowerCase().split(',')
  return codings.some((one) => {
    const [coding, ...parameters] = one.split(';').map((part) => part.trim())
    return (coding === 'gzip' || coding === '*') && !parameters.some((part) => /^q=0(?:\.0*)?$/.test(part))
  })
}
