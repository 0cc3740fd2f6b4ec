import { randomUUID } from 'node:crypto'
import { isScript, formPage as page, REFUSED_STATUS, seeOther, wordsAgain } from '#app/form-answer.ts'
import { postedForm } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { withinMinute } from '#app/write-limits.ts'
import { draftForm, reviewHtml } from '#components/thread/review-html.ts'
import { html } from '#components/ui/html.ts'
import { log, requestNumber } from '#lib/log.server.ts'
import { publishReview } from '#lib/review/acts/publish-review.server.ts'
import { changeDraft, dropDraft } from '#lib/review/acts/review-draft.server.ts'
import { describeReviewFailure } from '#lib/review/batch/draft.ts'
import { draftsOf } from '#lib/review/batch/read-drafts.server.ts'
import { DraftInput, PublishInput } from '#lib/review/batch/review-form.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { describeFailure } from '#lib/review/thread/thread.ts'
import { reviewPageOf } from './review-page.ts'

/**
 * The forms of one's review. Their addresses outlive a build; a script that saves while somebody types gets JSON, and everybody
 * else the page again, or one with their words in the form and what is in the way.
 */

const NOT_READ =
  'This form was not sent whole from a page of this site, so nothing was done with it. Go back: your text is there.'
const LOST = (number: string) =>
  `The server could not finish this, and it is not known whether it was done. Your words stay here; look at your review, and send again. Tell the operator the number ${number} when it stays so.`

export async function answerDraftForm(request: Request, slug: string): Promise<Response> {
  const posted = await postedForm(request)
  if (!posted.ok) return refuse(request, REFUSED_STATUS[posted.error], NOT_READ, slug)
  const text = (name: string) => posted.value.get(name)?.toString()
  const typed = (text('body') ?? '').replace(/\r\n?/g, '\n')
  const id = text('id') ?? ''
  const lost = (status: number, words: string) => refuse(request, status, words, slug, typed)
  if (!isSlug(slug) || !/^[0-9a-f-]{36}$/.test(id))
    return lost(404, describeFailure({ kind: 'no-such-draft' }))
  const values = {
    ...{ slug, id, body: typed, lockVersion: text('lockVersion') },
    ...{ kind: text('kind'), clearsWhen: text('clearsWhen') },
  }
  try {
    const viewer = await requestViewer()
    if (!viewer) return lost(401, describeFailure({ kind: 'signed-out' }))
    if (!(await withinMinute('draft', viewer.personId)))
      return lost(429, describeFailure({ kind: 'too-fast' }))
    if (text('intent') === 'delete') {
      const gone = await dropDraft(viewer, { slug, id })
      return gone.ok ? seeOther(site.review(slug)) : lost(404, describeFailure(gone.error))
    }
    const input = DraftInput.safeParse(values)
    if (!input.success) {
      const said = input.error.issues.find(({ message }) => /^[A-Z].*\.$/s.test(message))?.message
      return lost(422, said ?? 'The form is damaged. Copy your text and load the page again.')
    }
    const done = await changeDraft(viewer, input.data)
    if (done.ok)
      return isScript(request)
        ? Response.json({ kind: 'saved', lockVersion: done.value.lockVersion })
        : seeOther(site.review(slug, { draft: id }))
    const { error } = done
    if (error.kind !== 'edited-meanwhile')
      return lost(error.kind === 'no-such-draft' ? 404 : 409, describeFailure(error))
    const words =
      'The draft was changed since you opened it, in another tab perhaps. Its present text is below yours; save again to replace it.'
    const { theirs, lockVersion } = error
    if (isScript(request))
      return Response.json({ kind: 'conflict', words, theirs, lockVersion }, { status: 409 })
    const there = (await draftsOf(viewer, slug))?.drafts.find((draft) => draft.id === id)
    if (!there) return lost(409, words)
    const mayObject = await mayObjectIn(viewer, slug)
    const form = draftForm(slug, { ...there, body: typed, lockVersion }, { mayObject, theirs, error: words })
    return page(409, 'Your text is still here', html`${form}${back(slug)}`)
  } catch (error) {
    const number = requestNumber() ?? ''
    log.error('a draft could not be changed', { number, error })
    return lost(503, LOST(number))
  }
}

async function mayObjectIn(viewer: Viewer, slug: string): Promise<boolean> {
  const review = await draftsOf(viewer, slug)
  return review !== null && mayInProposal(viewer, 'open-objection', review.proposalId)
}

export async function answerPublishForm(request: Request, slug: string): Promise<Response> {
  const posted = await postedForm(request)
  if (!posted.ok) return refuse(request, REFUSED_STATUS[posted.error], NOT_READ, slug)
  const form = posted.value
  const text = (name: string) => form.get(name)?.toString().slice(0, 20_000)
  const typed = {
    value: text('value') ?? '',
    writeups: form.getAll('writeups').map(String).slice(0, 10),
    words: (text('words') ?? '').replace(/\r\n?/g, '\n'),
  }
  const refused = (status: number, words: string) => refuse(request, status, words, slug, typed.words)
  try {
    const viewer = await requestViewer()
    if (!viewer) return refused(401, describeFailure({ kind: 'signed-out' }))
    const drafts = form.getAll('draft').map(String)
    const input = PublishInput.safeParse({
      ...{ slug, drafts, clientKey: text('clientKey'), revision: text('revision') },
      ...typed,
    })
    /** The whole review once more, with what was chosen. */
    const again = async (
      status: number,
      words: string | null,
      clientKey = text('clientKey') ?? randomUUID(),
    ) => {
      const stance = input.success ? input.data.stance : null
      const shown = await reviewPageOf(viewer, slug, { clientKey, typed, stance })
      if (!shown) return refused(404, describeFailure({ kind: 'no-such-thread' }))
      const title = words === null ? 'Your review, with the mail' : 'Nothing was published'
      return page(
        status,
        title,
        html`${words !== null && html`<p role="alert">${words}</p>`}${reviewHtml(shown)}${back(slug)}`,
      )
    }
    if (!input.success) {
      const said = input.error.issues.find(({ message }) => /^[A-Z].*\.$/s.test(message))?.message
      return await again(422, said ?? 'The form is damaged. Load the page again.', randomUUID())
    }
    if (text('intent') === 'preview') return await again(200, null)
    if (!(await withinMinute('publish', viewer.personId)))
      return await again(429, 'Too many tries in a short time. Wait a minute, then publish again.')
    const done = await publishReview(viewer, input.data)
    if (done.ok) return seeOther(site.review(slug, { done: input.data.drafts.length }))
    const { error } = done
    // A second press after a lost answer, or one of another tab: the page says that nothing waits.
    if (error.kind === 'no-drafts' && input.data.stance === null) return seeOther(site.review(slug))
    const now = (await draftsOf(viewer, slug))?.drafts ?? []
    const status =
      error.kind === 'forbidden'
        ? 403
        : error.kind === 'no-such-proposal'
          ? 404
          : error.kind === 'stance'
            ? 422
            : 409
    return await again(status, describeReviewFailure(error, now), randomUUID())
  } catch (error) {
    const number = requestNumber() ?? ''
    log.error('a review could not be published', { number, error })
    return refused(503, LOST(number))
  }
}

const back = (slug: string) =>
  html`<p><a href="${isSlug(slug) ? site.review(slug) : site.home()}">Your review</a></p>`

/** With the words that came, to be copied. */
function refuse(
  request: Request,
  status: number,
  words: string,
  slug: string,
  typed = '',
): Promise<Response> | Response {
  if (isScript(request)) return Response.json({ kind: 'refused', words }, { status })
  return page(
    status,
    'Your text is still here',
    html`<p role="alert">${words}</p>${wordsAgain(typed)}${back(slug)}`,
  )
}
