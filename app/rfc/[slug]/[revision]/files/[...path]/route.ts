import { requestViewer } from '#app/request-viewer.ts'
import { orUnreadableText } from '#app/rfc/[slug]/unreadable-text.ts'
import { revisionNamed } from '#lib/review/proposal/address.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'

type Params = { params: Promise<{ slug: string; revision: string; path: string[] }> }

/** One file of a revision's bundle, byte for byte, as plain text: a model for Spin, a write-up's source. */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const given = await params
  return orUnreadableText(given.slug, answer(given))
}

async function answer(given: Awaited<Params['params']>): Promise<Response> {
  const { slug, revision, path } = given
  const number = revisionNamed(revision)
  const viewer = await requestViewer()
  const loaded = number === null ? null : await loadRevision(viewer, slug, number)
  const file = loaded?.bundle.files.find((one) => one.path === path.join('/'))
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' }
  if (!file) return new Response(`There is no such file in ${slug} ${revision}.\n`, { status: 404, headers })
  return new Response(new Uint8Array(file.bytes), { headers })
}
