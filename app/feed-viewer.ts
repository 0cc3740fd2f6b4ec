import { err, ok, type Result } from '#lib/result.ts'
import { viewerOfFeedToken } from '#lib/review/account/feed-token.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { requestViewer } from './request-viewer.ts'
import { jsonRefusal } from './text-answer.ts'

/** Who reads a feed: whose token its address carries, else whose session it is. A token that is over is told, not passed over. */
export async function feedViewer(request: Request): Promise<Result<Viewer, Response>> {
  const token = new URL(request.url).searchParams.get('token')
  if (token === null) return ok(await requestViewer())
  const viewer = await viewerOfFeedToken(token)
  return viewer
    ? ok(viewer)
    : err(jsonRefusal(401, 'This address of a feed is over: its owner made another one, or revoked it.'))
}
