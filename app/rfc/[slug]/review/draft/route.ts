import { answerDraftForm } from '#app/rfc/[slug]/review/review-forms.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string }> }

/** Other words of a draft, while they are typed or by its button; or that it goes. */
export async function POST(request: Request, { params }: Params): Promise<Response> {
  return answerDraftForm(request, (await params).slug)
}

/** Who reloads the answer to a form by its address has not sent one. */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  return new Response(null, {
    status: 303,
    headers: { location: isSlug(slug) ? site.review(slug) : site.home() },
  })
}
