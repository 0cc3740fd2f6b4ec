/** What one page weighs: bytes on the wire and packed, elements, and the milliseconds until it was there. */
import { gzipSync } from 'node:zlib'

export async function weigh(url, cookie = '') {
  const began = performance.now()
  const response = await fetch(url, { headers: { accept: 'text/html', cookie } })
  const html = await response.text()
  const ms = Math.round(performance.now() - began)
  const drawn = html.replace(/<script[\s\S]*?<\/script>/g, '')
  return {
    status: response.status,
    bytes: Buffer.byteLength(html),
    gzip: gzipSync(html).length,
    elements: drawn.match(/<[a-z][^>]*>/gi)?.length ?? 0,
    ms,
  }
}
