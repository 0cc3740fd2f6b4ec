import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { noteLight } from '#lib/aside/give-way.server.ts'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import type { Refusal } from '#lib/request/admit.ts'
import { FORM_LIMIT } from '#lib/request/body-limit.ts'
import {
  type Costly,
  costlyKind,
  isStream,
  noTurn,
  REFUSALS_OF_MUCH,
  restOf,
  TURNS,
} from '#lib/request/costly.ts'
import { refusalAnswer } from '#lib/request/refusal-page.ts'
import { Turns } from '#lib/request/turns.ts'

/**
 * What is done with requests before the framework sees them, beside what their heads say (lib/request/admit.ts): costly ones
 * take turns, and what is refused is answered without being read.
 */

/** After how many milliseconds somebody holds no place any more. */
type Patience = {
  /** With a form whose end has not come: it costs nothing while it is on its way. */
  readonly arrives: number
  /** With what is not answered: it waits for something else than this thread, and others need not wait with it. */
  readonly held: number
}
const PATIENCE: Patience = { arrives: 3000, held: 15_000 }
/** Forms that are on their way without a place. Beyond them each keeps its place. */
const MOST_ARRIVING = 32
/** How often a place looks whether its answer only waits for a reader who does not take it. */
const LOOKS_MS = 100

const later = (work: () => void, ms: number) => {
  const timer = setTimeout(work, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

const turns: Readonly<Record<Costly, Turns>> = {
  password: new Turns(TURNS.password, later),
  upload: new Turns(TURNS.upload, later),
  words: new Turns(TURNS.words, later),
  page: new Turns(TURNS.page, later),
}
const refusals = new Turns(REFUSALS_OF_MUCH, later)
let arriving = 0

/** Of whom a request comes, as the app itself has written it there (instrumentation-node.ts); empty where it is not known. */
const networkOf = (request: IncomingMessage): string => String(request.headers[NETWORK_HEADER] ?? '')

/** Runs `answer` when it is the request's turn; most have not to wait for one. */
export function inTurn(
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => void,
  patience = PATIENCE,
): void {
  const { method = '', url = '' } = request
  const kind = costlyKind({ method, target: url })
  if (isStream(url)) {
    // It is answered for as long as the page is open, and costs nothing: nobody waits for its end.
    answer()
    return
  }
  if (kind === null) {
    response.once('close', noteLight())
    answer()
    return
  }
  // Each in its own context: it is another request that leaves a place.
  const begin = AsyncResource.bind((leave: () => void) => {
    leaveEarly(request, response, leave, patience)
    answer()
  })
  const refused = AsyncResource.bind(() => refuse(request, response, noTurn(kind, method)))
  const rest = restOf(kind, Number(request.headers['content-length'] ?? 0))
  const leave = turns[kind].ask(networkOf(request), begin, refused, rest)
  response.once('close', leave)
}

/** Nobody waits for a sender who is slow, or for a reader who is. */
function leaveEarly(
  request: IncomingMessage,
  response: ServerResponse,
  leave: () => void,
  patience: Patience,
): void {
  const began = performance.now()
  let stood = 0
  let isArriving = false
  const look = setInterval(() => {
    stood = response.writableNeedDrain ? stood + 1 : 0
    const held = performance.now() - began
    const isSlow = !request.complete && held > patience.arrives
    if (isSlow && !isArriving && arriving < MOST_ARRIVING) {
      isArriving = true
      arriving += 1
    }
    if (isArriving || stood >= 2 || (request.complete && held > patience.held)) leave()
  }, LOOKS_MS)
  look.unref()
  response.once('close', () => {
    clearInterval(look)
    if (isArriving) arriving -= 1
  })
}

/** Bytes that are thrown away of one sender. */
const DRAIN_BYTES = 64 * 1024 * 1024
const DRAIN_MS = 30_000
/** Of all senders together in a tick: 8 MB in a second. A tick reads whole pieces of 64 KB. */
const DRAIN_TICK_MS = 50
const DRAIN_OF_A_TICK = 400 * 1024
const PIECE = 64 * 1024
/** Those above that are cut off with their answer. */
const MOST_DRAINING = 64
const MOST_DRAINING_OF_NETWORK = 16

type Draining = { readonly request: IncomingMessage; readonly network: string; left: number; ofTick: number }
const draining = new Set<Draining>()

/**
 * Answers without reading. What is sent on is read slowly and thrown away: the sender sees the answer only when it has sent
 * everything, and a cut line if nobody takes it; read at its own speed it would cost as much as a form that is taken.
 */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { url = '/', headers } = request
  const answer = refusalAnswer(refusal, { target: url, headers })
  response.setHeader('connection', 'close')
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  if (request.method !== 'HEAD') response.write(answer.body)
  drain(request, () => response.end())
}

/**
 * As `refuse`, but what brings much to throw away has a turn: whoever sends the same again as soon as it is refused is refused
 * no more often than that.
 */
export function refuseInTurn(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const answer = AsyncResource.bind(() => refuse(request, response, refusal))
  if (Number(request.headers['content-length'] ?? 0) <= FORM_LIMIT) {
    answer()
    return
  }
  const begin = (leave: () => void) => {
    answer()
    leave()
  }
  response.once('close', refusals.ask(networkOf(request), begin, answer))
}

/** @param done not before the end: Node closes the line with the end of an answer */
function drain(request: IncomingMessage, done: () => void): void {
  const network = networkOf(request)
  const ofNetwork = [...draining].filter((one) => one.network === network).length
  if (draining.size >= MOST_DRAINING || (network !== '' && ofNetwork >= MOST_DRAINING_OF_NETWORK)) {
    done()
    return
  }
  const one: Draining = { request, network, left: DRAIN_BYTES, ofTick: PIECE }
  request.on('data', (chunk: Buffer) => {
    one.left -= chunk.length
    one.ofTick -= chunk.length
    if (one.left < 0) request.destroy()
    else if (one.ofTick <= 0) request.pause()
  })
  request.once('end', done)
  const patience = setTimeout(() => request.destroy(), DRAIN_MS)
  request.once('close', () => {
    clearTimeout(patience)
    draining.delete(one)
  })
  draining.add(one)
  startTicks()
}

let ticks: NodeJS.Timeout | undefined

function startTicks(): void {
  ticks ??= setInterval(() => {
    if (draining.size === 0) {
      clearInterval(ticks)
      ticks = undefined
      return
    }
    const share = Math.max(PIECE, Math.floor(DRAIN_OF_A_TICK / draining.size))
    // Whoever has been read goes behind those who have not.
    for (const one of [...draining].slice(0, Math.ceil(DRAIN_OF_A_TICK / share))) {
      draining.delete(one)
      draining.add(one)
      one.ofTick = share
      one.request.resume()
    }
  }, DRAIN_TICK_MS)
}
