import 'server-only'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Failure, Helper, type Work } from '#lib/aside/helper.server.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { env } from '#lib/env.server.ts'
import { log, markTrouble } from '#lib/log.server.ts'
import { UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { CALLS, LANES, type LaneName, STREAMS, WHERE } from './jobs.server.ts'

/**
 * The door of the app to what is heavy. The same functions as in `jobs.server.ts`; where the helper process runs, they run
 * there, and may fail with `NotNow` besides.
 */

// Next evaluates modules once for each of its bundles: one helper for the process.
const kept = globalThis as typeof globalThis & { coherentHelper?: Helper<LaneName> }

/** Beyond it a job is out of memory, and the app is not. */
const HEAP_MB = 1024

/** Called once when the app starts. Without it (`next dev`, tests) everything is done in place. */
export function startHelper(script = join(env.root, 'dist/helper.mjs')): void {
  if (kept.coherentHelper) return
  if (!existsSync(/*turbopackIgnore: true*/ script)) {
    log.warn('no program for work aside: it is done in place')
    return
  }
  kept.coherentHelper = new Helper({ script, lanes: LANES, heapMb: HEAP_MB })
  kept.coherentHelper.start()
}

const Packed = z.union([
  z.object({ unreadable: z.array(z.string()) }),
  z.object({ databaseTrouble: z.literal(true) }),
])
/** As Postgres' driver names a connection that failed: whoever looks whether it is trouble of the database finds it. */
const CONNECTION_FAILURE = '08006'

/** Of this bundle's own classes, which its callers look for. */
function errorOf(failure: Failure): Error {
  if (failure.kind === 'not-now') return new NotNow(failure.why)
  const read = Packed.safeParse(failure.packed)
  if (!read.success) return new Error('work aside failed: the log has the cause')
  if ('unreadable' in read.data) return new UnreadableRevision(read.data.unreadable)
  // The request is answered in this process, and was marked in the other one.
  markTrouble()
  const error = new Error('the database failed what was done aside')
  return Object.assign(error, { code: CONNECTION_FAILURE })
}

const workOf = (name: keyof typeof WHERE, args: readonly unknown[] = []): Work<LaneName> => ({
  ...{ name, ...WHERE[name], who: personOf(args[0]) },
})

/** Whoever asks is the first argument of all that is asked for somebody. */
function personOf(first: unknown): string | null {
  const id = typeof first === 'object' && first !== null && 'personId' in first ? first.personId : null
  return typeof id === 'string' ? id : null
}

type Call = (...args: readonly unknown[]) => Promise<unknown>

function doors<Calls extends object>(calls: Calls): Calls {
  const made = Object.entries(calls).map(([name, inPlace]: [string, Call]) => {
    const door: Call = async (...args) => {
      if (!kept.coherentHelper) return inPlace(...args)
      const work = workOf(name as keyof typeof CALLS, args) // its own name
      const answer = await kept.coherentHelper.call(work, args)
      if (answer.ok) return answer.value
      throw errorOf(answer.error)
    }
    return [name, door]
  })
  return Object.fromEntries(made) as Calls // the same functions, asked for by their names
}

export const heavy = doors(CALLS)

export async function* heavyFile(...args: Parameters<typeof STREAMS.exportFile>): AsyncGenerator<Uint8Array> {
  if (!kept.coherentHelper) return yield* STREAMS.exportFile(...args)
  for await (const piece of kept.coherentHelper.open(workOf('exportFile'), args)) {
    if (!piece.ok) throw errorOf(piece.error)
    yield piece.value
  }
}
