import { randomBytes } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { lookAfterDatabase } from '#lib/database-state.server.ts'
import { isDatabaseTrouble } from '#lib/database-trouble.ts'
import { BadEnvironment, env, environment, environmentWarnings } from '#lib/env.server.ts'
import { NETWORK_HEADER, networkOf } from '#lib/environment/network.ts'
import { enterRequest, log, logRequest, markTrouble } from '#lib/log.server.ts'
import { pathForLog } from '#lib/log-fence.ts'

/**
 * The launcher holds the other end of an IPC channel. When it is gone, even by `kill -9`, the channel closes and the
 * app ends too, rather than keep the port from the next start.
 */
export function endWithLauncher(): void {
  if (!process.channel) return
  process.once('disconnect', () => process.exit(0))
  // The channel must not keep a process alive that has nothing else to do (the build loads this file as well).
  process.channel.unref()
}

export const isBuilding = () => environment().NEXT_PHASE === 'phase-production-build'

/**
 * Ends a start whose environment makes no sense, with a sentence for each variable and exit code 3. The launcher has asked
 * already; this is for a deployment that starts Next by itself.
 */
export async function requireEnvironment(): Promise<void> {
  for (const sentence of environmentWarnings()) console.error(sentence)
  try {
    void [env.databaseUrl, env.secret]
    const { dkim } = env.mail
    if (dkim !== null && dkim !== 'dns') await requireKeys(dkim)
  } catch (error) {
    if (!(error instanceof BadEnvironment)) throw error
    console.error(`Coherent does not start (docs/operating.md):\n${error.message}`)
    process.exit(3)
  }
}

async function requireKeys(path: string): Promise<void> {
  try {
    JSON.parse(await readFile(path, 'utf8'))
  } catch {
    throw new BadEnvironment([`COHERENT_DKIM=${path} is not a JSON file that can be read.`])
  }
}

/**
 * Gives each request a number, for the log and for whoever asks about it, and a line of the log when it is over. By Node's own
 * channel, before Next sees the request: a header that the proxy sets would have to be handed from each page and action to
 * whatever it calls.
 */
export function watchRequests(): void {
  subscribe('http.server.request.start', (event) => {
    // The channel's event, as Node documents it.
    const { request, response } = event as { request: IncomingMessage; response: ServerResponse }
    const { number } = enterRequest(randomBytes(4).toString('hex'))
    response.setHeader('x-request-number', number)
    if (env.hasAccessLog) noteAccess(request, response)
    // Over whatever a client wrote there. As one text: a header that was sent twice comes as one, with commas.
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',')
    request.headers[NETWORK_HEADER] =
      networkOf(request.socket.remoteAddress, forwarded, env.trustedProxies) ?? ''
  })
}

/** What asks whether we live asks every few seconds. */
const HEALTH = new Set(['/healthz', '/readyz'])

function noteAccess(request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '' } = request
  const path = pathForLog(url)
  if (HEALTH.has(path)) return
  const began = performance.now()
  response.once('close', () =>
    logRequest({
      method,
      path,
      status: response.statusCode,
      ms: Math.round(performance.now() - began),
      // The reader went away, or was cut off.
      ...(response.writableFinished ? {} : { unfinished: true }),
    }),
  )
}

type FailedRequest = { readonly path: string; readonly method: string }
type FailedAt = { readonly routePath: string; readonly routeType: string }

/** What a page, an action or a route handler threw. `digest` is what the error page shows. */
export function logRequestError(error: unknown, { path, method }: FailedRequest, at: FailedAt): void {
  if (isDatabaseTrouble(error)) markTrouble()
  void lookAfterDatabase()
  log.error('a request failed', {
    method,
    path: pathForLog(path),
    route: at.routePath,
    part: at.routeType,
    error,
  })
}

/**
 * Next writes errors to the console, with message and stack, beside telling `logRequestError`: the messages have in them
 * what the log must not. What is an error goes to the log, other lines (where the app listens) stay as they are.
 */
export function logInsteadOfConsole(): void {
  const write = console.error
  console.error = (...parts: readonly unknown[]) => {
    const error = parts.find((part) => part instanceof Error)
    // "Failed to handle request for <address>": with all that stands in it.
    if (error === undefined && parts.some((part) => /handle request for/.test(String(part))))
      log.error('a request failed before it reached a page')
    else if (error === undefined) write(...parts)
    else if (!('digest' in error)) log.error('an error outside of a request', { error })
  }
}
