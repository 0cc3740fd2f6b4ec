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
const kept = globalThis as typeof globalThis & { coherentRequests?: AsyncLocalStorage<string> }
kept.coherentRequests ??= new AsyncLocalStorage<string>()
const requests = kept.coherentRequests

/** From now on, what runs for this request is logged with its number. Called as the request comes in. */
export function enterRequest(number: string): void {
  requests.enterWith(number)
}

/** The number of the request that this runs for, if any: eight hex digits. */
export function requestNumber(): string | null {
  return requests.getStore() ?? null
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

export const log: Log = {
  debug: (words, fields) => ours().debug(words, fields),
  info: (words, fields) => ours().info(words, fields),
  warn: (words, fields) => ours().warn(words, fields),
  error: (words, fields) => ours().error(words, fields),
}
