import { z } from 'zod'

/**
 * Whether an error says that the database is away, full or too slow, which passes; any other is a bug, or a refusal of a rule.
 * From Prisma, from its adapter, or from Postgres' driver; some of the driver's have no code, and are known by its words
 * (of the library, so always in English), never by those of the server.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 5; depth++) {
    if (codesOf(at).some(isTroubleCode)) return true
    const { message, cause } = Shape.safeParse(at).data ?? {}
    if (message !== undefined && DRIVER_WORDS.test(message)) return true
    at = cause
  }
  return false
}

const Shape = z.object({ message: z.string().optional(), cause: z.unknown().optional() })
const text = z.string().optional().catch(undefined)
const Coded = z.object({
  code: text,
  originalCode: text,
  meta: z
    .object({
      driverAdapterError: z.object({ cause: z.object({ code: text, originalCode: text }) }).optional(),
    })
    .optional()
    .catch(undefined),
})

function codesOf(error: unknown): readonly string[] {
  const read = Coded.safeParse(error).data
  const inner = read?.meta?.driverAdapterError?.cause
  return [read?.code, read?.originalCode, inner?.code, inner?.originalCode].filter(
    (code) => code !== undefined,
  )
}

/** Of Prisma: not reached, timed out, refused the password of a start before, closed, no free connection, too many. */
const OF_PRISMA = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'])
const OF_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/**
 * Of Postgres (its appendix A): classes 08 connection, 53 resources (disk, memory, connections), 57 the operator intervened
 * (shutdown, recovery, a statement that took too long), 58 the system; a lock that was not to be had, an idle transaction.
 */
const OF_POSTGRES = /^(?:08|53|57|58)[0-9A-Z]{3}$|^55P03$|^25P0[34]$|^28P01$/

const isTroubleCode = (code: string) => OF_PRISMA.has(code) || OF_SYSTEM.has(code) || OF_POSTGRES.test(code)

const DRIVER_WORDS =
  /^(?:Connection terminated\b|Client has encountered a connection error|Client was closed and is not queryable|Query read timeout|timeout exceeded when trying to connect)/
