import 'server-only'
import { mailSettings } from '#lib/env.server.ts'
import { queueDigests } from './digest.server.ts'
import { queueListReplies } from './list-replies.server.ts'
import { type Outbox, startOutbox } from './worker.server.ts'

/** The outbox of this process; in `next dev` modules are evaluated again, and there must be one all the same. */
const kept = globalThis as typeof globalThis & { coherentOutbox?: Outbox }

/** Called once when the app starts. */
export function startMail(): void {
  if (kept.coherentOutbox) return
  const mail = mailSettings()
  if (!mail) return
  const chores = async () => {
    const now = new Date()
    await queueListReplies(now)
    await queueDigests(mail, now)
  }
  const outbox = startOutbox(mail, { chores })
  kept.coherentOutbox = outbox
  // The app ends by itself; until it does, no new mail is begun.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void outbox.stop())
}

/** Something was queued in this process: it need not wait for the next look. */
export function nudgeMail(): void {
  kept.coherentOutbox?.nudge()
}
