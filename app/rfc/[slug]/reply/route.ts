import { answerCommentForm, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err } from '#lib/result.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { keepDraft } from '#lib/review/acts/review-draft.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { ReplyInput } from '#lib/review/thread/thread-input.ts'

/** An answer to a comment. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerCommentForm(
    request,
    params,
    'reply',
    ReplyInput,
    async (viewer, place) => {
      const ids = await idsAt(viewer, place)
      return ids && { kind: 'reply' as const, commentId: ids.comment }
    },
    async (viewer, { body, clientKey, ...place }) => {
      const ids = await idsAt(viewer, place)
      return ids
        ? reply(viewer, { commentId: ids.comment, body, clientKey })
        : err({ kind: 'no-such-comment' })
    },
    null,
    async (viewer, { body, clientKey, ...place }) => {
      const ids = await idsAt(viewer, place)
      return ids
        ? keepDraft(viewer, { commentId: ids.comment, body, clientKey })
        : err({ kind: 'no-such-comment' })
    },
  )
}

export const GET = toProposal
