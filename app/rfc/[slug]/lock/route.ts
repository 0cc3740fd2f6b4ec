import type { z } from 'zod'
import { answerButton, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err } from '#lib/result.ts'
import { lockThread } from '#lib/review/acts/lock-thread.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { LockInput } from '#lib/review/thread/thread-input.ts'

const LOCK = {
  schema: LockInput,
  what: 'thread',
  said: ({ act }: z.infer<typeof LockInput>) => `Thread ${act.thread} is ${act.wish}ed.`,
} as const

/** Locks a thread, or unlocks it: what its button says. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerButton(request, params, LOCK, async (viewer, { slug, act }) => {
    const ids = await idsAt(viewer, { slug, thread: act.thread, comment: 1 })
    return ids ? lockThread(viewer, ids.thread, act.wish) : err({ kind: 'no-such-thread' })
  })
}

export const GET = toProposal
