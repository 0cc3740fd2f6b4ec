import { z } from 'zod'
import { postedForm } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { awayForm } from '#components/person/away-form.ts'
import { answerPage } from '#components/thread/answer-page.ts'
import { html } from '#components/ui/html.ts'
import { setAway } from '#lib/review/acts/take-stance.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { describeProposalFailure } from '#lib/review/proposal/failure.ts'
import { day } from '#lib/review/turn/review-input.ts'

const AwayInput = z.union([
  z.object({ act: z.literal('back') }),
  z.object({ act: z.literal('away'), until: day }),
])

/** Away until a day: what a maintainer has to do goes to the next one until then. */
export async function POST(request: Request): Promise<Response> {
  const posted = await postedForm(request)
  if (!posted.ok)
    return refused(400, 'The form did not arrive whole, or not from this site. Send it again.', '')
  const typed = String(posted.value.get('until') ?? '').slice(0, 20)
  const input = AwayInput.safeParse({ act: posted.value.get('act'), until: typed })
  if (!input.success) return refused(422, 'Choose a day, such as 2026-12-24.', typed)
  const until = input.data.act === 'away' ? input.data.until : null
  const set = await setAway(await requestViewer(), until)
  if (!set.ok)
    return refused(set.error.kind === 'signed-out' ? 401 : 422, describeProposalFailure(set.error), typed)
  return new Response(null, { status: 303, headers: { location: `${site.account()}#away` } })
}

/** Who reloads the answer to a form by its address has not sent one. */
export const GET = (): Response =>
  new Response(null, { status: 303, headers: { location: `${site.account()}#away` } })

function refused(status: number, words: string, typed: string): Response {
  const content = html`<p role="alert">${words}</p>${awayForm(null, typed)}<p><a href="${site.account()}">My account</a></p>`
  return new Response(answerPage('This changed nothing', content, undefined), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-cache' },
  })
}
