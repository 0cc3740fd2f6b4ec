import { gateAnswer } from '#app/rfc/[slug]/gate/gate-answer.ts'

type Params = { params: Promise<{ slug: string; form: string }> }

/** `/rfc/<slug>/gate.txt` and `gate.json` (next.config.mjs rewrites them to here): the gate of the newest revision. */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug, form } = await params
  return gateAnswer(slug, null, form)
}
