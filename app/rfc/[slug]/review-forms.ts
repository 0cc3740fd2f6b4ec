import { formPage, wordsAgain } from '#app/form-answer.ts'
import { type FormRefusal, postedForm } from '#app/posted-form.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { withinMinute } from '#app/write-limits.ts'
import { formAgain, type Typed } from '#components/proposal/review-forms-html.ts'
import { type Html, html } from '#components/ui/html.ts'
import { log, requestNumber } from '#lib/log.server.ts'
import type { Result } from '#lib/result.ts'
import { changeProposal, snooze } from '#lib/review/acts/change-proposal.server.ts'
import { disputeEditorial, markEditorial } from '#lib/review/acts/editorial.server.ts'
import { liftHold, placeHold, takeStance, withdrawStance } from '#lib/review/acts/take-stance.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { describeProposalFailure, type ProposalFailure } from '#lib/review/proposal/failure.ts'
import { inputProblem, isReviewAct, ReviewInput } from '#lib/review/turn/review-input.ts'
import { reviewStateOf } from '#lib/review/turn/review-state.server.ts'

/**
 * The forms of a proposal's state, stances and holds: to the page that shows what came of it, or a page with the words of
 * what is in the way and the form as it was filled in. They work without scripts, and have no other way with them.
 */

const STATUS: Readonly<Partial<Record<ProposalFailure['kind'], number>>> = {
  'signed-out': 401,
  forbidden: 403,
  'own-proposal': 403,
  'no-such-proposal': 404,
  'no-such-revision': 404,
  'no-such-stance': 404,
  'no-words': 422,
  'no-reason': 422,
  'too-long': 422,
  'editorial-nothing': 422,
  'editorial-much': 422,
  'editorial-moved': 422,
  'editorial-number': 422,
  'editorial-negation': 422,
  'editorial-code': 422,
}

const REFUSED: Readonly<Record<FormRefusal, { readonly status: number; readonly words: string }>> = {
  elsewhere: {
    status: 403,
    words: 'This form was not sent from a page of this site, so nothing was done with it.',
  },
  'too-large': {
    status: 413,
    words: 'This form is too large, so it was not read. Go back: it is there as you filled it in.',
  },
  damaged: {
    status: 400,
    words: 'The form did not arrive whole. Go back: it is there as you filled it in. Send it again.',
  },
}

const DAMAGED = 'The form is damaged. Load the page again.'

export async function answerReviewForm(request: Request, slug: string): Promise<Response> {
  const posted = await postedForm(request)
  if (!posted.ok) {
    const { status, words } = REFUSED[posted.error]
    return page(status, words, slug)
  }
  const form = posted.value
  const text = (name: string) => form.get(name)?.toString().slice(0, 20_000)
  const lists = { persons: form.getAll('persons').map(String), writeups: form.getAll('writeups').map(String) }
  const typed = typedIn(form)
  const act = text('act') ?? ''
  let viewer: Viewer = null
  const again = async (status: number, words: string) => {
    const shown = isReviewAct(act) ? await reviewStateOf(viewer, slug, new Date()).catch(() => null) : null
    return page(status, words, slug, shown && isReviewAct(act) ? formAgain(shown, act, typed) : null, typed)
  }
  const given = { ...Object.fromEntries([...form.keys()].map((name) => [name, text(name)])), ...lists, slug }
  const input = ReviewInput.safeParse(given)
  try {
    viewer = await requestViewer()
    if (!input.success) return await again(422, inputProblem(input.error) ?? DAMAGED)
    if (viewer && !(await withinMinute('press', viewer.personId)))
      return await again(429, 'Too many changes in a short time. Wait a minute, then send it again.')
    const done = await perform(viewer, input.data)
    if (!done.ok) return await again(STATUS[done.error.kind] ?? 409, describeProposalFailure(done.error))
  } catch (error) {
    const number = requestNumber() ?? ''
    log.error('a form of a proposal could not be answered', { number, error })
    return page(
      503,
      `The server could not finish this, and it is not known whether it was done. Go back and look; twice is the same as once. Tell the operator the number ${number} when it stays so.`,
      slug,
      null,
      typed,
    )
  }
  const isOfList = act === 'snooze' || act === 'wake'
  const location = isOfList ? site.home() : site.reviewState(slug, { done: act })
  return new Response(null, { status: 303, headers: { location } })
}

function perform(viewer: Viewer, input: ReviewInput): Promise<Result<unknown, ProposalFailure>> {
  switch (input.act) {
    case 'place-hold':
      return placeHold(viewer, input)
    case 'lift-hold':
      return liftHold(viewer, input.slug)
    case 'take-stance':
      return takeStance(viewer, input)
    case 'withdraw-stance':
      return withdrawStance(viewer, input)
    case 'mark-editorial':
      return markEditorial(viewer, input)
    case 'dispute-editorial':
      return disputeEditorial(viewer, input)
    case 'snooze':
      return snooze(viewer, input.slug, input.until)
    case 'wake':
      return snooze(viewer, input.slug, null)
    default: {
      const { seen, ...wish } = input
      return changeProposal(viewer, { ...wish, ...(seen === undefined ? {} : { seen }) })
    }
  }
}

/** What somebody filled in, for the form that comes back. */
function typedIn(form: FormData): Typed {
  const names = ['reason', 'words', 'days', 'until', 'value', 'revision', 'writeup'].filter((name) =>
    form.has(name),
  )
  return {
    ...Object.fromEntries(
      names.map((name) => [name, String(form.get(name)).replace(/\r\n?/g, '\n').slice(0, 20_000)]),
    ),
    ...(form.has('persons') ? { persons: form.getAll('persons').join(',') } : {}),
    ...(form.get('act') === 'take-stance' ? { writeups: form.getAll('writeups').join(',') } : {}),
  }
}

async function page(
  status: number,
  words: string,
  slug: string,
  form: Html | null = null,
  typed: Typed = {},
): Promise<Response> {
  const [back, name] = isSlug(slug)
    ? [site.reviewState(slug), 'State of the proposal']
    : [site.home(), 'Home']
  const lost = form === null ? (typed.reason ?? typed.words ?? '') : ''
  const content = html`<p role="alert">${words}</p>${form}${wordsAgain(lost)}<p><a href="${back}">${name}</a></p>`
  return formPage(status, status === 503 ? 'Not known whether it was done' : 'This changed nothing', content)
}
