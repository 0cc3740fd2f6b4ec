import { gateAnswer } from '#app/rfc/[slug]/gate/gate-answer.ts'
import { revisionNamed } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string; revision: string; form: string }> }

/** `/rfc/<slug>/v2/gate.txt` and `gate.json`. */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug, revision, form } = await params
  const number = revisionNamed(revision)
  return gateAnswer(slug, number, number === null ? '' : form)
}
