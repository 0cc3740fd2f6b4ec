import { answerReviewForm } from '#app/rfc/[slug]/review-forms.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string }> }

/** What may become of a proposal, stances, holds, and putting it off one's list. */
export async function POST(request: Request, { params }: Params): Promise<Response> {
  return answerReviewForm(request, (await params).slug)
}

/** Who reloads the answer to a form by its address has not sent one. */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  const location = isSlug(slug) ? site.reviewState(slug) : site.home()
  return new Response(null, { status: 303, headers: { location } })
}
