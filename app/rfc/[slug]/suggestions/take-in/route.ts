import { formPage, REFUSED_STATUS, seeOther } from '#app/form-answer.ts'
import { NOT_NOW_WORDS } from '#app/not-now.tsx'
import { postedForm } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { statusOf } from '#app/rfc/[slug]/edit/copy-forms.ts'
import { html } from '#components/ui/html.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { log, requestNumber } from '#lib/log.server.ts'
import { describeCopyFailure } from '#lib/review/copy/copy-failure.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string }> }

/** Puts the accepted suggestions that fit into the working copy, and goes to the editor. */
export async function POST(request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  const back = isSlug(slug) ? site.suggestions(slug) : site.home()
  const refused = (status: number, words: string) =>
    formPage(
      status,
      'Nothing was put into the draft',
      html`<p role="alert">${words}</p><p><a href="${back}">The suggestions</a></p>`,
    )
  const posted = await postedForm(request)
  if (!posted.ok)
    return refused(
      REFUSED_STATUS[posted.error],
      'This form was not sent whole from a page of this site. Go back, and press it again.',
    )
  try {
    const done = await heavy.takeInSuggestions(await requestViewer(), slug)
    if (!done.ok) return await refused(statusOf(done.error), describeCopyFailure(done.error))
    const [first] = done.value.changed
    return seeOther(first === undefined ? back : site.edit(slug, { file: first, done: 'taken-in' }))
  } catch (error) {
    if (error instanceof NotNow) return refused(503, NOT_NOW_WORDS)
    const number = requestNumber() ?? ''
    log.error('suggestions could not be put into a working copy', { number, error })
    return refused(
      503,
      `The server could not finish this, and it is not known whether it was done. Look at the draft; twice is the same as once. Tell the operator the number ${number} when it stays so.`,
    )
  }
}

export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  return seeOther(isSlug(slug) ? site.suggestions(slug) : site.home())
}
