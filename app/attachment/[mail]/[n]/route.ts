import { requestViewer } from '#app/request-viewer.ts'
import { readAttachment } from '#lib/review/queue/attachments.server.ts'

type Context = { params: Promise<{ mail: string; n: string }> }

/**
 * What somebody attached to a mail, as a file to keep: a stranger made it, so no browser shows it or guesses what it is,
 * whatever it says itself.
 */
export async function GET(_: Request, { params }: Context): Promise<Response> {
  const { mail, n } = await params
  const found = /^\d{1,3}$/.test(n) ? await readAttachment(await requestViewer(), mail, Number(n)) : null
  if (!found) return new Response('There is no such attachment.\n', { status: 404, headers: PLAIN })
  const name = found.filename === '' ? `attachment-${n}` : found.filename
  return new Response(found.bytes, {
    headers: {
      'Content-Type': 'application/octet-stream',
      // RFC 6266: the name in ASCII for old programs, in UTF-8 for the others.
      'Content-Disposition': `attachment; filename="${name.replace(/[^\w. -]/g, '_')}"; filename*=UTF-8''${encoded(name)}`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'private, no-store',
    },
  })
}

const PLAIN = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }

/** RFC 8187: what encodeURIComponent leaves and a header does not take. Half a surrogate pair is no character. */
function encoded(name: string): string {
  return encodeURIComponent(name.replace(/[\ud800-\udfff]/gu, '_')).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
