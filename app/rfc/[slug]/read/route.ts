import { postedForm } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { type Params, toProposal } from '#app/rfc/[slug]/comment-forms.ts'
import { withinMinute } from '#app/write-limits.ts'
import { answerPage } from '#components/thread/answer-page.ts'
import { html } from '#components/ui/html.ts'
import { markRead } from '#lib/review/acts/mark-read.server.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { describeProposalFailure } from '#lib/review/proposal/failure.ts'
import { readInput } from '#lib/review/thread/read-input.ts'

/**
 * What was seen: from the button *Mark all as read*, or from the script that watches what is in view. The button's form goes
 * back to where it stood.
 */
export async function POST(request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  const posted = await postedForm(request)
  if (!posted.ok)
    return refused(400, 'The form did not arrive whole, or not from this site. Send it again.', slug)
  const said = readInput(posted.value)
  const isQuiet = posted.value.get('quiet') !== null
  if (!said) return refused(422, 'This form says nothing of what was read. Load the page again.', slug)
  const viewer = await requestViewer()
  if (viewer && !(await withinMinute('read', viewer.personId)))
    return refused(429, 'Too many marks in a short time. Wait a minute.', slug)
  const done = await markRead(viewer, { slug, ...said })
  if (!done.ok) {
    const { kind } = done.error
    const status = kind === 'signed-out' ? 401 : kind === 'forbidden' ? 403 : 404
    return refused(status, describeProposalFailure(done.error), slug)
  }
  if (isQuiet) return new Response(null, { status: 204 })
  const back = posted.value.get('back') === 'threads' ? site.threads(slug) : site.proposal(slug)
  return new Response(null, { status: 303, headers: { location: back } })
}

export const GET = toProposal

function refused(status: number, words: string, slug: string): Response {
  const back = isSlug(slug) ? site.proposal(slug) : site.home()
  const content = html`<p role="alert">${words}</p><p><a href="${back}">Back to the proposal</a></p>`
  return new Response(answerPage('Nothing was marked', content, undefined), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-cache' },
  })
}
