import { requestViewer } from '#app/request-viewer.ts'
import { askedOf, partNamed } from '#app/search/asked.ts'
import { jsonAnswer, jsonRefusal } from '#app/text-answer.ts'
import { site } from '#lib/review/proposal/address.ts'
import { search } from '#lib/review/search/search.server.ts'

/** What the page of a search shows, for programs. What is no search is a 400 with the sentence that the page says. */
export async function GET(request: Request): Promise<Response> {
  const { asked, page } = askedOf(Object.fromEntries(new URL(request.url).searchParams))
  const viewer = await requestViewer()
  const answer = await search(viewer, asked, page)
  if (!answer.ok) return jsonRefusal(400, answer.error)
  const found = answer.value
  if (!found) return jsonRefusal(400, 'There is nothing to search for: ask with ?q=.')
  const { query, proposals, passages, comments, ...rest } = found
  return jsonAnswer(request, {
    asked: asked.trim(),
    part: await partNamed(viewer, query),
    proposals: proposals.map((hit) => ({ ...hit, url: site.proposal(hit.slug) })),
    passages: passages.map((hit) => ({ ...hit, url: site.block(hit.slug, hit.revision, hit.blockKey) })),
    comments: comments.map((hit) => ({ ...hit, url: site.comment(hit) })),
    ...rest,
  })
}
