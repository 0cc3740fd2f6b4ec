/** What stands beside the comments of a question, an issue or an objection: whether it blocks, its answer, whom it waits for. */
import { type Html, html } from '#components/ui/html.ts'
import { whenWords } from '#components/ui/when.tsx'
import { CHALLENGERS } from '#lib/review/objection/objection.ts'
import { anchor, site } from '#lib/review/proposal/address.ts'
import { type ThreadReview, waitsWords } from '#lib/review/thread/review-shown.ts'
import { blocks } from '#lib/review/thread/state.ts'
import type { ThreadShown } from '#lib/review/thread/thread.ts'
import styles from './thread.module.css'

type Context = { readonly slug: string; readonly layout: 'inline' | 'page' }

const when = (at: string) => html`<time datetime="${at}">${whenWords(at)}</time>`

/** Null of a note. Each part is left out where there is nothing to say. */
export function standingHtml(thread: ThreadShown, context: Context): Html | null {
  const { review } = thread
  if (!review) return null
  const waits = waitsWords(thread, review, thread.openedBy.name)
  const parts = [
    thread.kind === 'objection' ? conditionHtml(thread, review) : null,
    splitHtml(review, context),
    review.answer && answerHtml(thread, review.answer, context),
    ...review.challenges.map(
      ({ by, at, reason }) => html`<p>Challenged by ${by}, ${when(at)}: ${reason}</p>`,
    ),
    review.challenges.length > 0 && blocks(thread) && review.challenges.length < CHALLENGERS
      ? html`<p>A second maintainer has to challenge it before an administrator may override it.</p>`
      : null,
    review.overrideReason === null ? null : html`<p>Overridden because: ${review.overrideReason}</p>`,
    waits === null ? null : html`<p>${waits}</p>`,
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : html`<div class="${styles.standing}">${parts}</div>`
}

function conditionHtml(thread: ThreadShown, { clearsWhen }: ThreadReview): Html {
  const isBlocking = blocks(thread)
  const what =
    clearsWhen === null
      ? html`It does not say yet what would clear it; ${thread.openedBy.name} was asked.`
      : html`${isBlocking ? 'Cleared' : 'It was to be cleared'} when: ${clearsWhen}`
  return html`<p>${isBlocking && html`<strong>Blocks.</strong> `}${what}</p>`
}

function splitHtml({ splitFrom, points }: ThreadReview, { slug }: Context): Html | null {
  if (splitFrom === null && points.length === 0) return null
  return html`<p>${splitFrom !== null && html`A point of <a href="${site.thread(slug, splitFrom)}">#${splitFrom}</a>. `}${
    points.length > 0 &&
    html`It gave way to its points: ${points.map((number) => html`<a href="${site.thread(slug, number)}">#${number}</a> `)}`
  }</p>`
}

function answerHtml(
  { number, state }: ThreadShown,
  { by, at, comment, revision }: NonNullable<ThreadReview['answer']>,
  { slug, layout }: Context,
): Html {
  const where =
    comment !== null
      ? html`<a href="${
          layout === 'page'
            ? `#${anchor.comment(number, comment, layout)}`
            : site.comment({ slug, thread: number, comment })
        }">in comment ${comment}</a>`
      : revision !== null
        ? html`<a href="${site.revision(slug, revision)}">in v${revision}</a>`
        : html`in words`
  return html`<p>${state === 'open' ? 'Kept open after it was answered' : 'Answered'} ${where} by ${by}, ${when(at)}.</p>`
}
