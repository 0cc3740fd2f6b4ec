import type { z } from 'zod'
import { answerButton, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err } from '#lib/result.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { saidOf } from '#lib/review/thread/said.ts'
import { StateInput } from '#lib/review/thread/thread-input.ts'

const STATE = {
  schema: StateInput,
  what: 'thread',
  said: ({ act }: z.infer<typeof StateInput>) => saidOf(act.wish, act.thread),
} as const

/** Resolves a thread, or opens it again: what its buttons say. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerButton(request, params, STATE, async (viewer, { slug, act }) => {
    const ids = await idsAt(viewer, { slug, thread: act.thread, comment: 1 })
    return ids ? changeThread(viewer, ids.thread, act.wish) : err({ kind: 'no-such-thread' })
  })
}

export const GET = toProposal
