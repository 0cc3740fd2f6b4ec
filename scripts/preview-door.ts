import type { IncomingMessage, ServerResponse } from 'node:http'
import { site } from '#lib/review/proposal/address.ts'

/**
 * What an app answers that shows a folder and has no database: its page, what that loads, and of everything else the
 * sentence that it is not here.
 */
const SERVED = /^\/(?:_next\/|preview(?:\/changed)?$|checker-worker\.js$|icon\.svg$|favicon\.ico$)/

const WORDS =
  'This is the preview of a folder: there is no database, and only the page of the folder is here. Threads, exports and other pages are there once it is pushed or published.\n'

/** True: it is answered. */
export function answerOfPreview(request: IncomingMessage, response: ServerResponse): boolean {
  // A name of somebody else's that leads here (DNS rebinding) reads nothing.
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  if (host !== '127.0.0.1' && host !== 'localhost') return refuse(request, response)
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (path === '/') {
    response.writeHead(307, { location: site.preview(), 'content-length': '0' })
    response.end()
    return true
  }
  return SERVED.test(path) ? false : refuse(request, response)
}

function refuse(request: IncomingMessage, response: ServerResponse): true {
  response.writeHead(404, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(WORDS)),
  })
  response.end(request.method === 'HEAD' ? undefined : WORDS)
  return true
}
