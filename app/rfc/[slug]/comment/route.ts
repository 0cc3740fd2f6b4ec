import type { z } from 'zod'
import { answerCommentForm, type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type NewThread, openThread } from '#lib/review/acts/open-thread.server.ts'
import { keepDraft } from '#lib/review/acts/review-draft.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { newThreadOf, OpenThreadInput } from '#lib/review/thread/thread-input.ts'

/** A comment on a passage, a whole write-up or a step of a run: opens a thread. */
export function POST(request: Request, params: Params): Promise<Response> {
  return answerCommentForm(
    request,
    params,
    'thread',
    OpenThreadInput,
    async (viewer, { slug, revision, blockKey, ...input }) => {
      const looked = await lookedAt(viewer, { ...input, slug, revision, blockKey })
      // What is wrong with the step is said when it is sent.
      return { kind: 'thread', slug, revision, blockKey, step: looked.ok ? looked.value.step : undefined }
    },
    async (viewer, input) => {
      const looked = await lookedAt(viewer, input)
      const opened = looked.ok ? await openThread(viewer, looked.value) : looked
      // Of a step on an older revision: whether the later ones still have it. Nobody waits for it in vain: it is looked at again.
      if (opened.ok && input.step !== '') await heavy.lookAtSteps().catch(() => 0)
      return opened
    },
    null,
    async (viewer, input) => {
      const looked = await lookedAt(viewer, input)
      return looked.ok ? keepDraft(viewer, looked.value) : looked
    },
  )
}

/** With the step that the form names, as the program finds it. */
async function lookedAt(
  viewer: Viewer,
  { step: link, ...typed }: z.output<typeof OpenThreadInput>,
): Promise<Result<NewThread, ThreadFailure>> {
  const input = newThreadOf(typed)
  if (link === '') return ok(input)
  const { slug, revision, blockKey: simulation } = input
  const step = await heavy.stepOf(viewer, { slug, revision, simulation }, link)
  if (step.ok) return ok({ ...input, step: step.value })
  const { error } = step
  return err(error.kind === 'no-such-revision' ? error : { kind: 'step-not-there', why: error })
}

export const GET = toProposal
