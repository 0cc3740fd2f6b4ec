import { feedViewer } from '#app/feed-viewer.ts'
import { askedOf } from '#app/search/asked.ts'
import { jsonRefusal, textAnswer } from '#app/text-answer.ts'
import { searchFeed } from '#lib/review/feed/proposal-feed.server.ts'

/** The newest comments that a search finds, as a feed. */
export async function GET(request: Request): Promise<Response> {
  const { asked } = askedOf(Object.fromEntries(new URL(request.url).searchParams))
  const viewer = await feedViewer(request)
  if (!viewer.ok) return viewer.error
  const feed = await searchFeed(viewer.value, asked.trim())
  if (!feed.ok) return jsonRefusal(400, feed.error)
  return textAnswer(request, feed.value, { 'content-type': 'application/atom+xml; charset=utf-8' })
}
