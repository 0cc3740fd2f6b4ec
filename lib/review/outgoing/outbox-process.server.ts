import 'server-only'
import { mailSettings } from '#lib/env.server.ts'
import { invariant } from '#lib/result.ts'
import { startOutbox } from './worker.server.ts'

/**
 * The outbox in a process of its own: for tests that kill it. `patience` and `rest` in milliseconds, from the arguments.
 */
const settings = mailSettings()
invariant(settings, 'the environment of the test configures mail')
const [patienceMs, restMs] = process.argv.slice(2).map(Number)
const outbox = startOutbox(settings, { patienceMs, restMs, lookEveryMs: 50 })
const alive = setInterval(() => {}, 60_000)
process.on('SIGTERM', async () => {
  await outbox.stop()
  clearInterval(alive)
  process.exit(0)
})
