import { randomUUID } from 'node:crypto'
import { brokenPiece } from '#app/broken-piece.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { actFormHtml, editForm, writerOf } from '#components/thread/comment-form-html.ts'
import { mayBring } from '#components/thread/may-bring.ts'
import { threadHtml, WORDS_OF_PAGE } from '#components/thread/thread-html.ts'
import { type Html, html } from '#components/ui/html.ts'
import { findComment, findThreadPart } from '#lib/review/thread/read-threads.server.ts'
import { isWordedAct } from '#lib/review/thread/thread-input.ts'

type Params = { params: Promise<{ slug: string; number: string }> }

const COUNTED = /^[1-9]\d{0,8}$/

/**
 * A thread as HTML without a page around it, for a page that shows only a little of it: its first part where it is long; `?edit=2`: the form with the
 * words of its second comment, for who may change them; `?act=answer`: the form of an act that brings words.
 */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, number } = await params
  if (!COUNTED.test(number)) return piece(404, html`<p>There is no such thread.</p>`)
  const viewer = await requestViewer()
  const edited = new URL(request.url).searchParams.get('edit')
  if (edited !== null) {
    const place = { slug, thread: Number(number), comment: COUNTED.test(edited) ? Number(edited) : 0 }
    const comment = await findComment(viewer, place)
    return comment?.mayEdit
      ? piece(200, editForm(place, comment, randomUUID(), writerOf(viewer)))
      : piece(404, html`<p>There is no comment here that you may change.</p>`)
  }
  const found = await findThreadPart(viewer, slug, Number(number), null)
  if (!found) return piece(404, html`<p>There is no such thread.</p>`)
  const act = new URL(request.url).searchParams.get('act')
  if (act !== null) {
    const of = { slug, thread: found.thread.number, clientKey: randomUUID(), writer: writerOf(viewer) }
    return isWordedAct(act) && mayBring(found.thread, act)
      ? piece(200, actFormHtml({ ...of, act }))
      : piece(404, html`<p>This is not possible now.</p>`)
  }
  const { thread, parts, comments } = found
  const next = parts[1]
  const behind = next ? { comments: comments - thread.comments.length, first: next.from } : null
  const context = {
    ...{ slug, signedIn: viewer !== null, layout: 'inline' as const, broken: brokenPiece },
    ...{ wordsLeft: { elements: WORDS_OF_PAGE }, unfolded: true, now: Date.now(), unread: found.unread },
  }
  return piece(200, threadHtml(thread, context, 0, behind))
}

function piece(status: number, { text }: Html): Response {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-store' }
  return new Response(text, { status, headers })
}
