import { readiness } from '#lib/database-state.server.ts'
import { isStopping } from '#lib/stopping.server.ts'

/** That requests can be served now: for who sends them here. 503 says why not, in a line. */
export const dynamic = 'force-dynamic'

export async function GET(): Promise<Response> {
  const ready = isStopping() ? ({ isReady: false, why: 'it is stopping' } as const) : await readiness()
  return new Response(ready.isReady ? 'ready\n' : `not ready: ${ready.why}\n`, {
    status: ready.isReady ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  })
}
