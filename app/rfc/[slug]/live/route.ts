import { requestViewer } from '#app/request-viewer.ts'
import { jsonRefusal } from '#app/text-answer.ts'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { changesSince, openLive } from '#lib/review/feed/live.server.ts'
import { eventNumbered } from '#lib/review/feed/live-event.ts'

type Params = { params: Promise<{ slug: string }> }

/** Seconds. Whoever has so many pages open is not in a hurry with this one. */
const RETRY_AFTER = 60

/**
 * What happens to a proposal from now on, or from `?after=<event>` on: a stream for who takes server-sent events, else what
 * there is until now as JSON. Ids and kinds alone.
 */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const [{ slug }, viewer] = await Promise.all([params, requestViewer()])
  const missing = () => jsonRefusal(404, 'There is no such proposal.')
  // A browser whose line broke says what it had last.
  const after =
    eventNumbered(request.headers.get('last-event-id')) ??
    eventNumbered(new URL(request.url).searchParams.get('after'))
  if (!request.headers.get('accept')?.includes('text/event-stream')) {
    const found = await changesSince(viewer, slug, after)
    return found ? Response.json(found, { headers: { 'cache-control': 'private, no-store' } }) : missing()
  }
  const network = request.headers.get(NETWORK_HEADER) ?? ''
  const opened = await openLive({ viewer, slug, after, network })
  if (opened.ok) {
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      // Whoever packs or holds it back on the way would keep it until it is over.
      'cache-control': 'private, no-store, no-transform',
      'x-accel-buffering': 'no',
    }
    return new Response(opened.value, { headers })
  }
  if (opened.error === 'missing') return missing()
  return new Response(null, {
    status: opened.error === 'too-many' ? 429 : 503,
    headers: { 'retry-after': String(RETRY_AFTER), 'cache-control': 'private, no-store' },
  })
}
