import { answerCommentForm, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { OpenThreadInput } from '#lib/review/thread/thread-input.ts'

/** A comment on a passage: opens a thread. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerCommentForm(
    request,
    params,
    'thread',
    OpenThreadInput,
    async (_, { slug, revision, blockKey }) => ({ kind: 'thread', slug, revision, blockKey }),
    openThread,
  )
}

export const GET = toProposal
