import 'server-only'
import { mailSettings } from '#lib/env.server.ts'
import { queueActed } from './acted.server.ts'
import { queueDigests } from './digest.server.ts'
import { queueListReplies } from './list-replies.server.ts'

/**
 * Puts into the outbox what is due by itself: comments that follow to their list, what became of lines that act, and digests. It renders mails, which outsiders
 * can make long, so the app asks for it aside of its readers. What is wrong with one of them keeps the others from nothing.
 */
export async function queueWhatIsDue(now: Date): Promise<void> {
  const mail = mailSettings()
  if (!mail) return
  const done = [
    await settled(queueActed(mail, now)),
    await settled(queueListReplies(now)),
    await settled(queueDigests(mail, now)),
  ]
  for (const one of done) if (one.status === 'rejected') throw one.reason
}

const settled = async (work: Promise<unknown>) => (await Promise.allSettled([work]))[0]
