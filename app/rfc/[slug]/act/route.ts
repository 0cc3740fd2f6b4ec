import { answerCommentForm, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err } from '#lib/result.ts'
import { changeThread, stateCondition } from '#lib/review/acts/change-thread.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { saidOf } from '#lib/review/thread/said.ts'
import { type ActInput, actInputOf } from '#lib/review/thread/thread-input.ts'

/** What may happen to a thread and brings words, a reason or points. Buttons without them post to `resolve`. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerCommentForm<ActInput>(
    request,
    params,
    'act',
    ({ act = '' }, intent) => actInputOf({ act, intent }),
    async (viewer, { slug, thread }) => {
      const ids = await idsAt(viewer, { slug, thread, comment: 1 })
      return ids && { kind: 'reply' as const, commentId: ids.comment }
    },
    async (viewer, input) => {
      const ids = await idsAt(viewer, { slug: input.slug, thread: input.thread, comment: 1 })
      if (!ids) return err({ kind: 'no-such-thread' })
      switch (input.act) {
        case 'condition':
          return stateCondition(viewer, ids.thread, input.body)
        case 'split':
          return changeThread(viewer, ids.thread, 'split', { points: input.points })
        case 'challenge':
        case 'override':
          return changeThread(viewer, ids.thread, input.act, { reason: input.body })
        default: {
          const { body, clientKey } = input
          const brought = body === null ? { isPromise: true } : { words: { body, clientKey } }
          return changeThread(viewer, ids.thread, input.act, brought)
        }
      }
    },
    (input) => saidOf('body' in input && input.body === null ? 'promise' : input.act, input.thread),
  )
}

export const GET = toProposal
