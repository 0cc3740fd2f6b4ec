/**
 * The forms of a proposal's state, stances and holds, as HTML: on its page, and on the page that answers a send that failed,
 * with what was typed. Each posts to an address that later builds keep.
 */
import button from '#components/ui/button.module.css'
import choices from '#components/ui/choices.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { site } from '#lib/review/proposal/address.ts'
import { PROPOSAL_ACTS, type ProposalAct } from '#lib/review/proposal/state.ts'
import { STANCE_VALUES, STANCES, WRITEUPS } from '#lib/review/stance/stance.ts'
import type { ReviewAct } from '#lib/review/turn/review-input.ts'
import type { ReviewState, StanceShown } from '#lib/review/turn/review-state.ts'
import styles from './review-state.module.css'

/** By field, as it was typed; of several values of one field all, joined by a comma. */
export type Typed = Readonly<Record<string, string>>
const NOTHING: Typed = {}

const CHECKED = html` checked`
const SELECTED = html` selected`
const REQUIRED = html` required`

function formOf(shown: { readonly slug: string; readonly state?: string }, inside: Html): Html {
  return html`<form method="post" action="${site.postReviewAct(shown.slug)}" class="${styles.form}" data-kept="send">${
    shown.state !== undefined && html`<input type="hidden" name="seen" value="${shown.state}">`
  }${inside}</form>`
}

const press = (act: ReviewAct, words: string, isQuiet = true) =>
  html`<button class="${isQuiet ? button.quiet : button.button}" name="act" value="${act}">${words}</button>`

const area = (id: string, name: string, label: string, value: string, required: boolean) =>
  html`<label for="${id}">${label}</label><textarea id="${id}" name="${name}" rows="2" maxlength="2000"${required && REQUIRED}>${`\n${value}`}</textarea>`

export const ACT_WORDS: Readonly<Record<ProposalAct, string>> = {
  'ask-for-review': 'Ask for review',
  'call-last': 'Call last call',
  accept: 'Accept',
  reject: 'Reject',
  withdraw: 'Withdraw the proposal',
}

/** A button of the proposal's table, with what goes with it. */
export function proposalForm(shown: ReviewState, act: ProposalAct, typed: Typed = NOTHING): Html {
  const chosen = (typed.persons ?? '').split(',')
  const people =
    act === 'ask-for-review' && shown.reviewers.length > 0
      ? html`<fieldset class="${choices.group} ${choices.choices}"><legend>Whom; nobody chosen: every maintainer who is no author</legend>${shown.reviewers.map(
          ({ id, name, role }) =>
            html`<label><input type="checkbox" name="persons" value="${id}"${chosen.includes(id) && CHECKED}> ${name}, ${role}</label>`,
        )}</fieldset>`
      : null
  const mayGiveReason = act === 'reject' || act === 'accept' || act === 'withdraw'
  const { needsReason } = PROPOSAL_ACTS[act]
  const label = needsReason ? 'Why, in ten characters or more' : 'Why, if you want to say it'
  return formOf(
    shown,
    html`${people}${mayGiveReason && area(`${act}-reason`, 'reason', label, typed.reason ?? '', needsReason)}${press(act, ACT_WORDS[act], act === 'reject' || act === 'withdraw')}`,
  )
}

export function holdForm(shown: ReviewState, typed: Typed = NOTHING): Html {
  return formOf(
    { slug: shown.slug },
    html`${area('hold-reason', 'reason', 'What you need the time for, in ten characters or more', typed.reason ?? '', true)}
    <label for="hold-days">Days, fourteen at most</label><input id="hold-days" name="days" type="number" min="1" max="14" value="${typed.days ?? '7'}" required>${press('place-hold', 'Ask for time')}`,
  )
}

export const liftForm = ({ slug }: { readonly slug: string }): Html =>
  formOf({ slug }, press('lift-hold', 'Lift my hold'))

/** Whose session ended has none to choose from, and keeps the one that they chose. */
const stancesOf = ({ mayTake }: ReviewState, { value }: Typed) =>
  mayTake.length > 0 ? mayTake : STANCE_VALUES.filter((one) => one === value)

export function stanceForm(shown: ReviewState, typed: Typed = NOTHING): Html {
  const covered = typed.writeups === undefined ? [...WRITEUPS] : typed.writeups.split(',')
  return formOf(
    { slug: shown.slug },
    html`<input type="hidden" name="revision" value="${typed.revision ?? shown.number}">
    <label for="stance-value">Of v${typed.revision ?? shown.number} you say</label><select id="stance-value" name="value">${stancesOf(
      shown,
      typed,
    ).map(
      (value) =>
        html`<option value="${value}"${value === typed.value && SELECTED}>${STANCES[value].key ?? STANCES[value].words}</option>`,
    )}</select>
    <fieldset class="${choices.group} ${choices.choices}"><legend>It covers</legend>${WRITEUPS.map(
      (writeup) =>
        html`<label><input type="checkbox" name="writeups" value="${writeup}"${covered.includes(writeup) && CHECKED}> ${writeup}</label>`,
    )}</fieldset>
    ${area('stance-words', 'words', 'Why; a Nack needs it', typed.words ?? '', false)}${press('take-stance', 'Say it', false)}`,
  )
}

/** For an author: what the newest revision changed, as nothing that anybody has to read again. */
export function editorialForm(shown: ReviewState, typed: Typed = NOTHING): Html {
  return formOf(
    { slug: shown.slug },
    html`<input type="hidden" name="revision" value="${typed.revision ?? shown.number}">
    <label for="editorial-writeup">What v${typed.revision ?? shown.number} changed in</label><select id="editorial-writeup" name="writeup">${shown.mayMark.map(
      (writeup) =>
        html`<option value="${writeup}"${writeup === typed.writeup && SELECTED}>${writeup}</option>`,
    )}</select>${press('mark-editorial', 'is editorial')}`,
  )
}

export function disputeForm(
  shown: { readonly slug: string },
  of: { readonly revision: number | string; readonly writeup: string },
  typed: Typed = NOTHING,
): Html {
  const id = `dispute-${of.revision}-${of.writeup}`
  return formOf(
    { slug: shown.slug },
    html`<input type="hidden" name="revision" value="${of.revision}"><input type="hidden" name="writeup" value="${of.writeup}">
    ${area(id, 'reason', 'What is not editorial about it, in ten characters or more', typed.reason ?? '', true)}${press('dispute-editorial', 'It is not editorial')}`,
  )
}

/** The same again, of the newest revision, for the write-ups of which it is stale. */
export const againForm = (
  { slug, number }: Pick<ReviewState, 'slug' | 'number'>,
  { value, stale }: Pick<StanceShown, 'value' | 'stale'>,
): Html =>
  html`<form method="post" action="${site.postReviewAct(slug)}" class="${styles.inline}"><input type="hidden" name="revision" value="${number}"><input type="hidden" name="value" value="${value}">${stale.map(
    (writeup) => html`<input type="hidden" name="writeups" value="${writeup}">`,
  )}<button class="${button.quiet}" name="act" value="take-stance" aria-label="Say it again of v${number}: ${stale.join(', ')}">Say it again of v${number}</button></form> `

export const withdrawForm = ({ slug }: { readonly slug: string }, stance: string, label: string): Html =>
  html`<form method="post" action="${site.postReviewAct(slug)}" class="${styles.inline}"><input type="hidden" name="stance" value="${stance}"><button class="${button.quiet}" name="act" value="withdraw-stance" aria-label="${label}">Take it back</button></form>`

/** Puts a proposal off one's list of turns. */
export const snoozeForm = (slug: string, title: string, typed: Typed = NOTHING): Html =>
  html`<form method="post" action="${site.postReviewAct(slug)}" class="${styles.inline}"><label for="until-${slug}">Put off until<span class="visually-hidden"> a day: ${title}</span></label> <input id="until-${slug}" name="until" type="date" value="${typed.until ?? ''}" required> <button class="${button.quiet}" name="act" value="snooze">Put off</button></form>`

export const wakeForm = (slug: string, title: string): Html =>
  html`<form method="post" action="${site.postReviewAct(slug)}" class="${styles.inline}"><button class="${button.quiet}" name="act" value="wake" aria-label="Back to my turn: ${title}">Back to my turn</button></form>`

/** The form of an act, as it was typed; null: it is a button alone. */
export function formAgain(shown: ReviewState, act: ReviewAct, typed: Typed): Html | null {
  switch (act) {
    case 'place-hold':
      return holdForm(shown, typed)
    case 'take-stance':
      return stanceForm(shown, typed)
    case 'snooze':
      return snoozeForm(shown.slug, shown.title, typed)
    case 'mark-editorial':
      return shown.mayMark.length > 0 ? editorialForm(shown, typed) : null
    case 'dispute-editorial':
      return typed.revision !== undefined && typed.writeup !== undefined
        ? disputeForm(shown, { revision: typed.revision, writeup: typed.writeup }, typed)
        : null
    case 'lift-hold':
    case 'withdraw-stance':
    case 'wake':
      return null
    default:
      return proposalForm(shown, act, typed)
  }
}
