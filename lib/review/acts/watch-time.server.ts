import 'server-only'
import { log } from '#lib/log.server.ts'
import { onStop } from '#lib/stopping.server.ts'
import { passTime } from './pass-time.server.ts'

const EVERY_MS = 10 * 60_000

/** While the app runs: what time alone changes. Of several instances each may look, and the second finds it done. */
export function watchTime(): void {
  let passing: Promise<unknown> = Promise.resolve()
  const look = () => {
    passing = passTime().catch((error: unknown) => log.error('time could not pass', { error }))
  }
  const timer = setInterval(look, EVERY_MS).unref()
  look()
  onStop('what time changes', async () => {
    clearInterval(timer)
    await passing
  })
}
