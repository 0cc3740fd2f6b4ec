/**
 * One's own review before it is published: each draft with what it is about, what is said of the whole, and the mail that it
 * becomes. HTML, for its page and for the page that answers a form which was refused.
 */
import button from '#components/ui/button.module.css'
import choices from '#components/ui/choices.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { figure as plural } from '#lib/figures.ts'
import {
  changedWords,
  type DraftShown,
  draftName,
  isOnChangedText,
  type ReviewDrafts,
} from '#lib/review/batch/draft.ts'
import type { MailPreview } from '#lib/review/export/comment-preview.ts'
import { anchor, site } from '#lib/review/proposal/address.ts'
import { STANCES, type StanceValue, WRITEUPS } from '#lib/review/stance/stance.ts'
import { carriedWords } from '#lib/review/thread/port.ts'
import { THREAD_KINDS } from '#lib/review/thread/state.ts'
import { wholeWords } from '#lib/review/thread/whole.ts'
import styles from './review.module.css'

/** What was chosen for the whole, as it was typed. */
export type TypedStance = {
  readonly value?: string
  readonly writeups?: readonly string[]
  readonly words?: string
}

export type ReviewPage = {
  readonly review: ReviewDrafts
  /** Stances that the viewer may take. */
  readonly mayTake: readonly StanceValue[]
  readonly mayObject: boolean
  readonly clientKey: string
  readonly typed: TypedStance
  /** Null: it cannot be made now. */
  readonly mails: readonly MailPreview[] | null
}

export function reviewHtml(page: ReviewPage): Html {
  const { review, mayObject } = page
  const { drafts, newest, slug } = review
  if (drafts.length === 0)
    return html`<p>There is no draft. <em>Add to my review</em>, beside <em>Comment</em> in the form of a passage and beside <em>Reply</em>, keeps words here until you publish all of them at once. <a href="${site.proposal(slug)}">Read the proposal</a>.</p>`
  const changed = changedWords(drafts, newest)
  return html`${
    changed !== null &&
    html`<p><strong>${changed}</strong>: ${drafts.flatMap((draft, at) => (isOnChangedText(draft) ? [html`<a href="#${anchor.draft(draft.id)}">Draft ${at + 1}</a> `] : []))}</p>`
  }<ol class="${styles.drafts}">${drafts.map((draft, at) => draftHtml(review, draft, at, mayObject))}</ol>${publishForm(page)}${mailsHtml(page.mails)}`
}

function draftHtml({ slug, newest }: ReviewDrafts, draft: DraftShown, at: number, mayObject: boolean): Html {
  return html`<li id="${anchor.draft(draft.id)}"><h2>${draftName(draft, at)}</h2>${aboutHtml(slug, newest, draft)}${draftForm(slug, draft, { mayObject })}</li>`
}

function aboutHtml(slug: string, newest: number, { about }: DraftShown): Html {
  if (about.what === 'reply')
    return html`<p>Answers <a href="${site.comment({ slug, thread: about.thread, comment: about.comment })}">comment ${about.comment} of #${about.thread}</a>:</p><blockquote>${about.words}</blockquote>`
  const { revision, blockKey, exact, now, scope, writeup } = about
  const whole = scope === 'whole' && wholeWords(writeup)
  return html`<p>${whole && html`${whole}, `}<a href="${site.block(slug, revision, blockKey)}">${whole ? 'in' : 'In'} v${revision}</a>${whole ? '.' : ':'}</p>${exact !== '' && html`<blockquote>${exact}</blockquote>`}${
    now !== null &&
    scope !== 'whole' &&
    html`<p>In v${newest}: ${carriedWords({ ...now, from: revision, pinnedBy: null, words: null })}${now.blockKey !== null && html`, <a href="${site.block(slug, newest, now.blockKey)}">here</a>`}.</p>${now.words !== '' && now.words !== exact && html`<blockquote>${now.words}</blockquote>`}`
  }`
}

/** `theirs`: what took the place of what this form was opened with. */
export function draftForm(
  slug: string,
  { id, body, lockVersion, about }: DraftShown,
  of: { readonly mayObject: boolean; readonly theirs?: string; readonly error?: string },
): Html {
  const kinds = THREAD_KINDS.filter((kind) => kind !== 'objection' || of.mayObject)
  return html`<form method="post" action="${site.postDraft(slug)}" class="${styles.form}" data-review-draft="${id}">
    <input type="hidden" name="id" value="${id}"><input type="hidden" name="lockVersion" value="${lockVersion}">
    ${of.error !== undefined && html`<p role="alert">${of.error}</p>`}
    <label for="body-${id}">Your words</label><textarea id="body-${id}" name="body" rows="4">${`\n${body}`}</textarea>
    ${
      about.what === 'passage' &&
      html`<label for="kind-${id}">It is a</label><select id="kind-${id}" name="kind">${kinds.map(
        (kind) => html`<option value="${kind}"${kind === about.kind && SELECTED}>${kind}</option>`,
      )}</select>${
        of.mayObject &&
        html`<label for="clears-${id}">What would clear it, of an objection</label><textarea id="clears-${id}" name="clearsWhen" rows="2">${`\n${about.clearsWhen}`}</textarea>`
      }`
    }
    <p data-draft-said role="status"></p>
    <div><button class="${button.quiet}" name="intent" value="save" aria-label="Save draft">Save</button> <button class="${button.quiet}" name="intent" value="delete" aria-label="Delete draft">Delete</button></div>
    ${of.theirs !== undefined && html`<section aria-label="The present text"><h3>The present text</h3><pre>${of.theirs}</pre></section>`}</form>`
}

const SELECTED = html` selected`
const CHECKED = html` checked`

function publishForm({ review, mayTake, clientKey, typed }: ReviewPage): Html {
  const { slug, drafts, newest } = review
  const covered = typed.writeups ?? WRITEUPS
  return html`<section aria-labelledby="publish"><h2 id="publish">Publish</h2><form method="post" action="${site.postReview(slug)}" class="${styles.form}" data-review-publish data-kept="words">
    ${drafts.map(({ id, lockVersion }) => html`<input type="hidden" name="draft" value="${id}.${lockVersion}">`)}
    <input type="hidden" name="clientKey" value="${clientKey}"><input type="hidden" name="revision" value="${newest}">
    <label for="value">Of v${newest} as a whole you say</label><select id="value" name="value"><option value="">nothing</option>${mayTake.map(
      (value) =>
        html`<option value="${value}"${value === typed.value && SELECTED}>${STANCES[value].key ?? STANCES[value].words}</option>`,
    )}</select>
    <fieldset class="${choices.group} ${choices.choices}"><legend>It covers</legend>${WRITEUPS.map(
      (writeup) =>
        html`<label><input type="checkbox" name="writeups" value="${writeup}"${covered.includes(writeup) && CHECKED}> ${writeup}</label>`,
    )}</fieldset>
    <label for="words">Why; a Nack needs it</label><textarea id="words" name="words" rows="2">${`\n${typed.words ?? ''}`}</textarea>
    <div class="${styles.actions}"><button class="${button.button}" name="intent" value="send">Publish ${plural(drafts.length, 'comment')}</button> <button class="${button.quiet}" name="intent" value="preview">Preview the mail with this</button></div></form></section>`
}

function mailsHtml(mails: ReviewPage['mails']): Html {
  if (mails === null) return html`<p>The mail cannot be shown at this moment. Load the page again.</p>`
  const said =
    mails.length === 1
      ? 'The mail that it becomes'
      : `The ${mails.length} mails that it becomes, one for each revision that it speaks of`
  // Threads have their numbers once they are there.
  const below = 'Below the words its foot will say the numbers of its threads, and how each stands.'
  return html`<section aria-labelledby="mail"><h2 id="mail">${said}</h2><p>${below}</p>${mails.map(
    ({ text, warnings }) =>
      html`<pre class="${styles.mail}" tabindex="0">${text}</pre>${
        warnings.length > 0 &&
        html`<p>A list may not like this; it leaves all the same:</p><ul>${warnings.map((one) => html`<li>${one}</li>`)}</ul>`
      }`,
  )}</section>`
}
