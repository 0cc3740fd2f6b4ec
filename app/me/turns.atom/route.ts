import { feedViewer } from '#app/feed-viewer.ts'
import { jsonRefusal, textAnswer } from '#app/text-answer.ts'
import { turnsFeed } from '#lib/review/feed/turns-feed.server.ts'

/** What waits for somebody, as a feed: by the token in its address, as the other feeds of what is not public. */
export async function GET(request: Request): Promise<Response> {
  const viewer = await feedViewer(request)
  if (!viewer.ok) return viewer.error
  const feed = await turnsFeed(viewer.value, new Date())
  return feed === null
    ? jsonRefusal(
        404,
        'Whose turns? Sign in, or put the token of your feeds behind the address: /me names it.',
      )
    : textAnswer(request, feed, { 'content-type': 'application/atom+xml; charset=utf-8' })
}
