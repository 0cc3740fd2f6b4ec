/**
 * The app's server in production: Next behind a door of our own (Next's documented custom server). What is refused by its
 * head alone (lib/request) never reaches Next, which would read its body first and answer without words; and every response
 * has the headers of lib/request, also those that Next writes by itself.
 *
 * Run by the launcher as `node dist/serve.mjs PORT HOST`; says `Ready in` when it listens.
 *
 * SIGTERM and SIGINT end it in order: no new connection is taken, and each answer closes its own; what is being answered and
 * what runs beside the requests (lib/stopping.server.ts) ends. A second signal cuts off all.
 */
import { createServer, type ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import next from 'next'
import { isDatabaseAway } from '#lib/database-away.server.ts'
import { env } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import { admit } from '#lib/request/admit.ts'
import { POLICY_OF_THE_REST, securityHeaders } from '#lib/request/security-headers.ts'
import { isStopping, stopAll } from '#lib/stopping.server.ts'
import { inTurn, refuseInTurn } from './door.ts'
import { answerIfAway, replaceBareFailure } from './failure-answers.ts'
import { answerOfPreview } from './preview-door.ts'

/** A head that takes longer is no browser's. */
const HEAD_MS = 20_000
/** A mailbox of 10 MB over a slow line. */
const REQUEST_MS = 300_000

// Here and not only in the instrumentation, which Next runs a while later: a launcher that is killed while the app starts would
// leave it behind. `connected` is undefined where there is no launcher.
if (process.connected === false) process.exit(0)
process.once('disconnect', () => process.exit(0))

const [port, host] = [Number(process.argv[2]), process.argv[3]]
const headers = Object.entries(securityHeaders(env.publicUrl))
const app = next({ dev: false, port, hostname: host, quiet: true })
/**
 * How long kept connections have to send one more request, whose answer closes them, before idle ones are closed: a connection
 * that is closed while a request is on its way to it would cut that request.
 */
const LAST_REQUESTS_MS = 2000
/** For what runs beside the requests. The launcher cuts all off after 25 s. */
const PATIENCE_MS = 20_000

/** At the last moment, so that a policy of the page itself stands alone: two would both hold. */
function addHeaders(response: ServerResponse): void {
  for (const [name, value] of headers) response.setHeader(name, value)
  const writeHead = response.writeHead
  response.writeHead = function (this: ServerResponse, ...rest: unknown[]) {
    // Also what was asked before the signal.
    if (isStopping()) this.setHeader('connection', 'close')
    if (!this.hasHeader('content-security-policy'))
      this.setHeader('content-security-policy', POLICY_OF_THE_REST)
    // The overloads of `writeHead` end in one list of arguments, which is handed on as it came.
    return Reflect.apply(writeHead, this, rest) as ServerResponse
  } as typeof writeHead
}

const server = createServer(
  // Without a Host the answer is ours as well.
  { requireHostHeader: false, headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS },
  (request, response) => {
    replaceBareFailure(request, response)
    addHeaders(response)
    const admitted = admit({
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
    })
    if (!admitted.ok) return refuseInTurn(request, response, admitted.error)
    if (env.previewFolder !== null && answerOfPreview(request, response)) return
    if (answerIfAway(isDatabaseAway(), request, response)) return
    inTurn(request, response, () => {
      handle(request, response).catch((error: unknown) => {
        console.error(error)
        if (!response.headersSent) response.statusCode = 500
        response.end()
      })
    })
  },
)

/** What is no HTTP, or whose head is too long, has no response to write into. */
server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
  const [status, words] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The head of the request is too long.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request took too long to arrive.']
        : ['400 Bad Request', 'What came is not a request that can be read.']
  const lines = [
    `HTTP/1.1 ${status}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-security-policy: ${POLICY_OF_THE_REST}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${words.length + 1}`,
    'connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${words}\n`)
})

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    if (isStopping()) return process.exit(code)
    log.info('stopping', { signal })
    void endInOrder().then(() => process.exit(code))
  })
}

async function endInOrder(): Promise<void> {
  const rest = stopAll(PATIENCE_MS)
  // The listener alone: `close` of an HTTP server closes connections that are idle at this moment as well.
  const closed = new Promise((done) => NetServer.prototype.close.call(server, done))
  await Promise.race([closed, sleep(LAST_REQUESTS_MS)])
  const idle = setInterval(() => server.closeIdleConnections(), 200)
  await closed
  clearInterval(idle)
  const unfinished = await rest
  if (unfinished.length > 0) log.warn('cut off, as it did not end', { parts: unfinished })
  await app.close()
}

await app.prepare()
const handle = app.getRequestHandler()
server.on('error', (error) => {
  console.error(error.message)
  process.exit(4)
})
server.listen(port, host, () => console.log(`Ready in ${process.uptime().toFixed(1)} s`))
