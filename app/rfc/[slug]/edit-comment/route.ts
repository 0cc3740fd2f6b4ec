import { answerCommentForm, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err } from '#lib/result.ts'
import { editComment } from '#lib/review/acts/edit-comment.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { EditInput } from '#lib/review/thread/thread-input.ts'

/** Other words for one's own comment. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerCommentForm(
    request,
    params,
    'edit',
    EditInput,
    async (viewer, place) => {
      const ids = await idsAt(viewer, place)
      return ids && { kind: 'edit' as const, commentId: ids.comment }
    },
    async (viewer, { body, lockVersion, ...place }) => {
      const ids = await idsAt(viewer, place)
      return ids
        ? editComment(viewer, { commentId: ids.comment, body, lockVersion })
        : err({ kind: 'no-such-comment' })
    },
  )
}

export const GET = toProposal
