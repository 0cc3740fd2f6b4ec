import 'server-only'
import { mailSettings } from '#lib/env.server.ts'
import { onStop } from '#lib/stopping.server.ts'
import { type Outbox, startOutbox } from './worker.server.ts'

/** The outbox of this process; in `next dev` modules are evaluated again, and there must be one all the same. */
const kept = globalThis as typeof globalThis & { coherentOutbox?: Outbox }

/** Called once when the app starts. `queueWhatIsDue`: where what takes long is done. */
export function startMail({
  queueWhatIsDue,
}: {
  readonly queueWhatIsDue: (now: Date) => Promise<void>
}): void {
  if (kept.coherentOutbox) return
  const mail = mailSettings()
  if (!mail) return
  const outbox = startOutbox(mail, { chores: () => queueWhatIsDue(new Date()) })
  kept.coherentOutbox = outbox
  onStop('outbox', () => outbox.stop())
}

/** Something was queued in this process: it need not wait for the next look. */
export function nudgeMail(): void {
  kept.coherentOutbox?.nudge()
}
