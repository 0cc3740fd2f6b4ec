import { requestViewer } from '#app/request-viewer.ts'
import { moreThreads, threadLine, threadLines } from '#components/thread/thread-html.ts'
import { revisionNamed, site } from '#lib/review/proposal/address.ts'
import { linesAt } from '#lib/review/thread/read-threads.server.ts'

type Params = { params: Promise<{ slug: string; revision: string }> }

/** `?at=<block>`: the threads on a passage as lines, for a page that had room for their number alone. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, revision } = await params
  const number = revisionNamed(revision)
  const at = new URL(request.url).searchParams.get('at') ?? ''
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-store' }
  const found = number === null ? null : await linesAt(await requestViewer(), slug, number, at)
  if (number === null || !found)
    return new Response('<p>There is no such passage.</p>', { status: 404, headers })
  const whole = `${site.whole(slug, number)}${site.blockAnchor(at)}`
  const more = found.left > 0 ? moreThreads(found.left, whole, site.threadLines(slug, number, at)) : null
  const lines = found.lines.map((line) => threadLine(line, slug))
  return new Response(threadLines(lines, more).text, { headers })
}
