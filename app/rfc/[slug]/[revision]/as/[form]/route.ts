import { exportRevision } from '#lib/review/export.server.ts'
import { mboxOf, textOf } from '#lib/review/series.ts'
import { viewerFrom } from '#lib/review/viewer.server.ts'

type Params = { params: Promise<{ slug: string; revision: string; form: string }> }

/** `v1.txt` and `v1.mbox` (next.config.mjs rewrites them to here): the revision as plain text and as a mailbox. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, revision, form } = await params
  const number = /^v([1-9]\d{0,2})$/.exec(revision)?.[1]
  const viewer = await viewerFrom(request.headers)
  const exported = number === undefined ? null : await exportRevision(viewer, slug, Number(number))
  if (!exported || (form !== 'txt' && form !== 'mbox')) {
    return new Response(`There is no ${slug} ${revision}.\n`, {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
  }
  const { messages } = exported.series
  const name = `${slug}-${revision}.${form}`
  if (form === 'txt') {
    return new Response(textOf(messages), { headers: { 'content-type': 'text/plain; charset=utf-8' } })
  }
  return new Response(mboxOf(messages), {
    headers: { 'content-type': 'application/mbox', 'content-disposition': `attachment; filename="${name}"` },
  })
}
