import type { IncomingMessage, ServerResponse } from 'node:http'
import { currentRequest } from '#lib/log.server.ts'
import { databaseIsAway, NOT_NOW_RETRY_AFTER, programFailed } from '#lib/request/failure.ts'
import { refusalAnswer } from '#lib/request/refusal-page.ts'

/** Whether a request is answered without the database: who asks how we are wants to know just that. */
const doesWithout = /^\/(?:healthz|readyz|_next\/|checker-worker\.js|icon\.svg)/

/**
 * True: it was answered, as the database is known to be away; a page would wait for a connection first. A form is not stopped
 * here: who handles it can keep what was typed.
 */
export function answerIfAway(isAway: boolean, request: IncomingMessage, response: ServerResponse): boolean {
  const { method = 'GET', url = '/' } = request
  if (!isAway || (method !== 'GET' && method !== 'HEAD') || doesWithout.test(url)) return false
  // Without a number: it is no error of the program, and nothing in the log would be found by it.
  const answer = refusalAnswer(databaseIsAway(method, null), { target: url, headers: request.headers })
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  response.end(method === 'HEAD' ? '' : answer.body)
  return true
}

/**
 * An answer of 500 that nobody wrote (a page that threw, an action, a route handler) becomes one with words: Next's own is
 * empty without scripts. Where the database failed this request it is a 503. All of our own answers of failure have another
 * status than 500. A page that says *not now* becomes a 503 and one that is not there a 404, with their words as they are.
 * Called before anything else takes hold of the response.
 */
export function replaceBareFailure(request: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', url = '/', headers } = request
  const { writeHead, write, end } = response
  const marks = currentRequest()
  let state: 'not' | 'replacing' | 'replaced' = 'not'
  const replace = () => {
    state = 'replacing'
    const failed = marks?.hasMetTrouble ? databaseIsAway : programFailed
    const answer = refusalAnswer(failed(method, marks?.number ?? null), { target: url, headers })
    // By the outermost call, so that what others add (policies) is added; they may also mean to compress what comes.
    response.statusCode = answer.status
    ours = { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) }
    response.writeHead(answer.status)
    state = 'replaced'
    end.call(response, method === 'HEAD' ? '' : answer.body, 'utf8')
  }
  let ours: Readonly<Record<string, string>> = {}
  // Node types each form of these calls; what is done here is the same in all: hence the casts.
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (state === 'replaced') return response
    if (state === 'replacing') {
      for (const name of ['content-encoding', 'transfer-encoding', 'etag', 'vary'])
        response.removeHeader(name)
      for (const [name, value] of Object.entries(ours)) response.setHeader(name, value)
    } else if (args[0] === 500) {
      replace()
      return response
    } else if (args[0] === 200 && marks?.isNotNow) {
      response.setHeader('retry-after', String(NOT_NOW_RETRY_AFTER))
      response.statusCode = 503
      args[0] = 503
    } else if (args[0] === 200 && marks?.isNotThere) {
      response.statusCode = 404
      args[0] = 404
    }
    // What a route has packed itself (app/text-answer.ts): Next lets no route say so.
    const packed = response.getHeader('x-packed')
    if (packed !== undefined) {
      response.removeHeader('x-packed')
      // Next sets each header as a list of values.
      response.setHeader('content-encoding', String(packed))
    }
    return writeHead.apply(response, args)
  }) as typeof writeHead
  const unlessReplaced =
    (call: typeof write | typeof end, nothing: unknown) =>
    (...args: unknown[]) => {
      if (state === 'not' && !response.headersSent && response.statusCode === 500) replace()
      if (state === 'not') return Reflect.apply(call, response, args)
      // Dropped; who waits for it goes on.
      const done = args.find((arg) => typeof arg === 'function')
      if (done) setImmediate(done as () => void)
      return nothing
    }
  response.write = unlessReplaced(write, true) as typeof write
  response.end = unlessReplaced(end, response) as typeof end
}
