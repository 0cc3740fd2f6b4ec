import { brokenPiece } from '#app/broken-piece.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { threadHtml } from '#components/thread/thread-html.ts'
import { findThread } from '#lib/review/thread/read-threads.server.ts'

type Params = { params: Promise<{ slug: string; number: string }> }

/** A whole thread as HTML without a page around it, for a page that shows only a part of it. */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug, number } = await params
  const viewer = await requestViewer()
  const thread = /^[1-9]\d{0,8}$/.test(number) ? await findThread(viewer, slug, Number(number)) : null
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-store' }
  if (!thread) return new Response('<p>There is no such thread.</p>', { status: 404, headers })
  const context = { slug, signedIn: viewer !== null, layout: 'inline' as const, broken: brokenPiece }
  return new Response(threadHtml(thread, context).text, { headers })
}
