import { feedViewer } from '#app/feed-viewer.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { jsonAnswer, jsonRefusal, textAnswer } from '#app/text-answer.ts'
import { proposalFeed } from '#lib/review/feed/proposal-feed.server.ts'
import { proposalAsJson } from '#lib/review/feed/revision-json.server.ts'

type Params = { params: Promise<{ slug: string; form: string }> }

/** `/rfc/futex.json`, `/rfc/futex.atom` (next.config.mjs rewrites them to here): what programs and readers of feeds take. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, form } = await params
  const missing = () => jsonRefusal(404, `There is no ${slug}.${form}.`)
  if (form === 'json') {
    const json = await proposalAsJson(await requestViewer(), slug)
    return json ? jsonAnswer(request, json) : missing()
  }
  if (form !== 'atom') return missing()
  const viewer = await feedViewer(request)
  if (!viewer.ok) return viewer.error
  const feed = await proposalFeed(viewer.value, slug)
  return feed
    ? textAnswer(request, feed, { 'content-type': 'application/atom+xml; charset=utf-8' })
    : missing()
}
