import {
  type CommandParams,
  commandAnswer,
  commandBody,
  commandRefusal,
  commandViewer,
} from '#app/command-viewer.ts'
import { FORM_LIMIT } from '#lib/request/body-limit.ts'
import { reply } from '#lib/review/acts/reply.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { describeFailure } from '#lib/review/thread/thread.ts'
import { ReplyInput } from '#lib/review/thread/thread-input.ts'

/** An answer to a comment. Sent again with its key it is the same one. */
export async function POST(request: Request, { params }: CommandParams): Promise<Response> {
  const viewer = await commandViewer(request, 'comment')
  if (!viewer.ok) return viewer.error
  const { slug } = await params
  const sent = ReplyInput.safeParse(Object.assign({}, await commandBody(request, FORM_LIMIT), { slug }))
  if (!sent.success) return commandRefusal(422, sent.error.issues[0]?.message ?? 'It cannot be read.')
  const { body, clientKey, ...place } = sent.data
  const ids = await idsAt(viewer.value, place)
  if (!ids) return commandRefusal(404, describeFailure({ kind: 'no-such-comment' }))
  const said = await reply(viewer.value, { commentId: ids.comment, body, clientKey })
  return said.ok ? commandAnswer(said.value) : commandRefusal(409, describeFailure(said.error))
}
