import type { z } from 'zod'
import { answerButton, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err } from '#lib/result.ts'
import { pinThread } from '#lib/review/acts/pin-thread.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { PinInput } from '#lib/review/thread/thread-input.ts'

const PIN = {
  schema: PinInput,
  what: 'thread',
  said: ({ thread }: z.infer<typeof PinInput>) => `Thread ${thread} is placed by hand.`,
} as const

/** Says by hand where a thread stands in the newest revision. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerButton(request, params, PIN, async (viewer, { slug, thread, ...place }) => {
    const ids = await idsAt(viewer, { slug, thread, comment: 1 })
    return ids ? pinThread(viewer, { ...place, threadId: ids.thread }) : err({ kind: 'no-such-thread' })
  })
}

export const GET = toProposal
