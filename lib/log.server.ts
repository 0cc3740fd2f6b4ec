import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import pino, { type DestinationStream } from 'pino'
import { env } from './env.server.ts'
import { type Fields, fenced } from './log-fence.ts'

/**
 * The log: one line of JSON for each event, with level, time, the number of the request where there is one, and fields that
 * have passed the fence (`log-fence.ts`). No text of a person, no address, no token is in it. The command line does not use
 * it to speak to its user.
 *
 * The words of a line are a text of the program, without anything put into it (a test looks): what varies is in the fields.
 */
export type Log = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (words: string, fields?: Fields) => void>
>

// Next evaluates this module once for each of its bundles: the number has to be the same in all of them.
const kept = globalThis as typeof globalThis & { coherentRequests?: AsyncLocalStorage<RequestMarks> }
kept.coherentRequests ??= new AsyncLocalStorage<RequestMarks>()
const requests = kept.coherentRequests

/** What is known of a request while it is being answered. */
export type RequestMarks = {
  readonly number: string
  hasMetTrouble: boolean
  isNotNow: boolean
  isNotThere: boolean
}

/** From now on, what runs for this request is logged with its number. Called as the request comes in. */
export function enterRequest(number: string): RequestMarks {
  const marks = { number, hasMetTrouble: false, isNotNow: false, isNotThere: false }
  requests.enterWith(marks)
  return marks
}

/** The number of the request that this runs for, if any: eight hex digits. */
export function requestNumber(): string | null {
  return requests.getStore()?.number ?? null
}

/** What is known of the request that this runs for, if any. */
export const currentRequest = (): RequestMarks | null => requests.getStore() ?? null

/** The database failed this request: if it fails as well, it is told so (503), and not that the program is wrong. */
export function markTrouble(): void {
  const marks = requests.getStore()
  if (marks) marks.hasMetTrouble = true
}

/** Its page says that it cannot be made now: the status says so, too, which a page of Next cannot choose. */
export function markNotNow(): void {
  const marks = requests.getStore()
  if (marks) marks.isNotNow = true
}

/** Its page says that there is nothing at the address: the status says so, too. */
export function markNotThere(): void {
  const marks = requests.getStore()
  if (marks) marks.isNotThere = true
}

export function createLog(level: string, stream?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => {
      const request = requestNumber()
      return request === null ? {} : { request }
    },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const logger = stream ? pino(options, stream) : pino(options, pino.destination({ fd: 1, sync: true }))
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (words: string, fields: Fields = {}): void =>
      // Before pino looks at them: it reads every field, and a getter may throw.
      logger[name](fenced(fields), words)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

let made: Log | undefined

/** Made when the first line is written: `next build` loads this module without an environment. */
function ours(): Log {
  made ??= createLog(env.logLevel)
  return made
}

let madeForAccess: Log | undefined

/**
 * A line for each request has a switch of its own (`COHERENT_ACCESS_LOG`): who wants no other lines, or only errors, has
 * not asked for no requests.
 */
export function logRequest(fields: Fields): void {
  madeForAccess ??= createLog('info')
  madeForAccess.info('request', fields)
}

export const log: Log = {
  debug: (words, fields) => ours().debug(words, fields),
  info: (words, fields) => ours().info(words, fields),
  warn: (words, fields) => ours().warn(words, fields),
  error: (words, fields) => ours().error(words, fields),
}

/**
 * What Node and packages warn of, as lines of the log. The process is started with `--no-warnings`, since they would be printed
 * in words of their own, in which anything may stand.
 */
export function logWarnings(to: Log = log): void {
  process.on('warning', (error) => to.warn('a warning of the runtime', { error }))
}
