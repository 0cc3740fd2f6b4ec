import { answerButton, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err } from '#lib/result.ts'
import { deleteComment } from '#lib/review/acts/delete-comment.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { DeletionInput } from '#lib/review/thread/thread-input.ts'

const DELETION = { schema: DeletionInput, what: 'comment', said: () => 'The comment is deleted.' } as const

export function POST(request: Request, params: Params): Promise<Response> {
  return answerButton(request, params, DELETION, async (viewer, { slug, comment }) => {
    const ids = await idsAt(viewer, { slug, ...comment })
    return ids ? deleteComment(viewer, ids.comment) : err({ kind: 'no-such-comment' })
  })
}

export const GET = toProposal
