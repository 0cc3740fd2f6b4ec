import { brokenPiece } from '#app/broken-piece.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { jsonRefusal } from '#app/text-answer.ts'
import { LIVE_AT_ONCE, type LivePieces } from '#components/thread/live-pieces.ts'
import { lineOf, threadHead, threadHtml, threadLine, WORDS_OF_PAGE } from '#components/thread/thread-html.ts'
import { revisionNamed } from '#lib/review/proposal/address.ts'
import { threadsNow } from '#lib/review/thread/threads-now.server.ts'

type Params = { params: Promise<{ slug: string; revision: string }> }

/** `?thread=5&thread=7`: those threads as they are now, for a page of that revision that was told that they changed. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, revision } = await params
  const asked = new URL(request.url).searchParams
  const numbers = asked
    .getAll('thread')
    .slice(0, LIVE_AT_ONCE)
    .flatMap((text) => (/^[1-9]\d{0,8}$/.test(text) ? [Number(text)] : []))
  const viewer = await requestViewer()
  const number = revisionNamed(revision)
  const found = number === null ? null : await threadsNow(viewer, slug, number, numbers)
  if (!found) return jsonRefusal(404, 'There is no such revision.')
  const layout: 'page' | 'inline' = asked.get('layout') === 'page' ? 'page' : 'inline'
  const wordsLeft = { elements: WORDS_OF_PAGE }
  const threads = found.threads.map(({ thread, blockKey, carried, unread, behind }) => {
    const line = { ...lineOf(thread, behind?.comments ?? 0), unread }
    const context = {
      ...{ slug, signedIn: viewer !== null, layout, broken: brokenPiece, wordsLeft, now: Date.now() },
      ...{ carried, unread },
    } as const
    return {
      number: thread.number,
      blockKey,
      html: threadHtml(thread, context, 0, behind).text,
      head: threadHead(line).text,
      line: threadLine(line, slug).text,
    }
  })
  return Response.json({ threads, open: found.open } satisfies LivePieces, {
    headers: { 'cache-control': 'private, no-store' },
  })
}
