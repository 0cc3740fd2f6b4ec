import { answerCopyForm } from '#app/rfc/[slug]/edit/copy-forms.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string }> }

/** Every change of a working copy: saving, adding, deleting, putting back, publishing. */
export async function POST(request: Request, { params }: Params): Promise<Response> {
  return answerCopyForm(request, (await params).slug)
}

/** Who reloads the answer to a form by its address has not sent one. */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  return new Response(null, {
    status: 303,
    headers: { location: isSlug(slug) ? site.edit(slug) : site.home() },
  })
}
