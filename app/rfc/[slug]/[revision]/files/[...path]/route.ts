import { requestViewer } from '#app/request-viewer.ts'
import { textAnswer } from '#app/text-answer.ts'
import { revisionNamed } from '#lib/review/proposal/address.ts'
import { fileOf } from '#lib/review/revision/revisions.server.ts'

type Params = { params: Promise<{ slug: string; revision: string; path: string[] }> }

/** One file of a revision's bundle, byte for byte, as plain text: a model for Spin, a write-up's source. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, revision, path } = await params
  const number = revisionNamed(revision)
  const viewer = await requestViewer()
  const bytes = number === null ? null : await fileOf(viewer, slug, number, path.join('/'))
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' }
  if (!bytes) return new Response(`There is no such file in ${slug} ${revision}.\n`, { status: 404, headers })
  return textAnswer(request, bytes, headers)
}
