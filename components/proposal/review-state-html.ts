/** How a proposal stands in its review: state, decision, turns, what may be done and what is in the way, holds, stances. */
import { type Html, html } from '#components/ui/html.ts'
import { whenWords } from '#components/ui/when.tsx'
import { figure as plural } from '#lib/figures.ts'
import { site } from '#lib/review/proposal/address.ts'
import { describeProposalFailure } from '#lib/review/proposal/failure.ts'
import { isDecided, STATE_WORDS } from '#lib/review/proposal/state.ts'
import { STANCES } from '#lib/review/stance/stance.ts'
import type { EditorialShown, ReviewState, StanceShown } from '#lib/review/turn/review-state.ts'
import { ageWords } from '#lib/review/turn/turn-links.ts'
import {
  ACT_WORDS,
  againForm,
  disputeForm,
  editorialForm,
  holdForm,
  liftForm,
  proposalForm,
  stanceForm,
  withdrawForm,
} from './review-forms-html.ts'
import styles from './review-state.module.css'

const when = (at: string) => html`<time datetime="${at}">${whenWords(at)}</time>`

export function reviewStateHtml(shown: ReviewState, now: number): Html {
  return html`${stateHtml(shown)}${shown.decision && decisionHtml(shown, shown.decision)}${turnsHtml(shown, now)}${actsHtml(shown)}${holdsHtml(shown)}${stancesHtml(shown)}${editorialHtml(shown)}`
}

function stateHtml(shown: ReviewState): Html {
  const { slug, state, objections, questions, lastCallEndsAt } = shown
  return html`<p class="${styles.state}"><strong>${STATE_WORDS[state]}</strong> since ${when(shown.since)}${shown.because !== '' && `, ${shown.because}`}.</p>
    ${state === 'last_call' && lastCallEndsAt && html`<p>Last call ends on ${when(lastCallEndsAt)}. A new objection, a new revision or a claim that falls ends it before.</p>`}
    <ul><li><a href="${site.objections(slug)}">${objections === 0 ? 'No objection stands' : `${plural(objections, 'objection')} ${objections === 1 ? 'stands and blocks' : 'stand and block'}`}</a></li>
    <li>${questions === 0 ? 'No question or issue waits' : `${questions === 1 ? '1 question or issue waits' : `${questions} questions or issues wait`}`}</li>
    <li><a href="${site.gate(slug, null)}">${shown.gateOpen === 0 ? 'The gate of the newest revision passes' : `The gate has ${plural(shown.gateOpen, 'open item')}`}</a></li></ul>`
}

function decisionHtml({ slug, state }: ReviewState, decision: NonNullable<ReviewState['decision']>): Html {
  const { by, at, revision, reason, overridden } = decision
  return html`<section aria-labelledby="decision" class="${styles.decision}"><h2 id="decision">Decision</h2>
    <p><strong>${STATE_WORDS[state]}</strong> by ${by}, ${when(at)}${revision !== null && html`, on <a href="${site.revision(slug, revision)}">v${revision}</a>`}.${reason !== '' && html` Because: ${reason}`}</p>
    ${overridden.length === 0 ? html`<p>No objection was overridden.</p>` : html`<p>Overridden:</p><ul>${overridden.map((one) => html`<li><a href="${site.thread(slug, one.number)}">#${one.number}</a>: ${one.words}<br>Overridden because: ${one.reason}</li>`)}</ul>`}</section>`
}

function turnsHtml({ turns, state }: ReviewState, now: number): Html | null {
  if (isDecided(state)) return null
  return html`<section aria-labelledby="turns"><h2 id="turns">Whose turn it is</h2>${
    turns.length === 0
      ? html`<p>Nobody’s; the next event decides it.</p>`
      : html`<ul>${turns.map(
          ({ name, words, href, since, isViewer }) =>
            html`<li>${isViewer ? html`<strong>You</strong>` : name}: <a href="${href}">${words}</a>, for ${ageWords(Date.parse(since), now)}</li>`,
        )}</ul>`
  }</section>`
}

function actsHtml(shown: ReviewState): Html | null {
  if (shown.acts.length === 0) return null
  return html`<section aria-labelledby="acts"><h2 id="acts">What you may do</h2>${shown.acts.map(
    ({ act, refusal }) =>
      refusal === null || refusal === 'done'
        ? proposalForm(shown, act)
        : html`<p class="${styles.refused}"><strong>${ACT_WORDS[act]}</strong> is not possible now. ${describeProposalFailure({ kind: refusal })}</p>`,
  )}</section>`
}

function holdsHtml(shown: ReviewState): Html | null {
  const { holds, mayHold } = shown
  if (holds.length === 0 && !mayHold) return null
  const isHolding = holds.some(({ isViewer }) => isViewer)
  return html`<section aria-labelledby="holds"><h2 id="holds">Holds</h2>${
    holds.length === 0
      ? html`<p>Nobody asks for time.</p>`
      : html`<ul>${holds.map(({ by, reason, until }) => html`<li>${by}, until ${when(until)}: ${reason}</li>`)}</ul>`
  }${isHolding && liftForm(shown)}${mayHold && !isHolding && holdForm(shown)}</section>`
}

function stancesHtml(shown: ReviewState): Html {
  const { stances, mayTake, signedIn, slug } = shown
  return html`<section aria-labelledby="stances"><h2 id="stances">Stances</h2>${
    stances.length === 0
      ? html`<p>Nobody has said yet what they think of it.</p>`
      : html`<ul class="${styles.stances}">${stances.map((stance) => stanceHtml(shown, stance))}</ul>`
  }${mayTake.length > 0 && stanceForm(shown)}${
    !signedIn &&
    html`<p><a href="${site.signIn(site.reviewState(slug))}">Sign in</a> to say what you think of it.</p>`
  }</section>`
}

/** The words that changed stand beside what was said of them, so that nobody has to believe it. */
function editorialHtml(shown: ReviewState): Html | null {
  const { editorial, mayMark, slug } = shown
  if (editorial.length === 0 && mayMark.length === 0) return null
  return html`<section aria-labelledby="editorial"><h2 id="editorial">Editorial changes</h2>
    <p>A stance stays when what changed is a few words that say nothing new. An author calls it so; words, numbers, negations and code are looked at, and who reviews may say that it is not.</p>
    ${editorial.length > 0 && html`<ul>${editorial.map((one) => editorialItem(slug, one))}</ul>`}${mayMark.length > 0 && editorialForm(shown)}</section>`
}

function editorialItem(slug: string, mark: EditorialShown): Html {
  const { revision, writeup, by, at, changes, disputed, mayDispute } = mark
  return html`<li><strong>${writeup}</strong> in <a href="${site.interdiff(slug, revision - 1, revision, { writeup })}">v${revision}</a>, says ${by}, ${when(at)}<ul>${changes.map(
    ({ before, old, now, after }) =>
      html`<li>… ${before} ${old !== '' && html`<del>${old}</del> `}${now !== '' && html`<ins>${now}</ins> `}${after} …</li>`,
  )}</ul>${disputed && html`<p><strong>Not editorial</strong>, says ${disputed.by}: ${disputed.reason}</p>`}${
    mayDispute &&
    html`<details><summary>Say that it is not<span class="visually-hidden"> editorial: ${writeup} in v${revision}</span></summary>${disputeForm({ slug }, mark)}</details>`
  }</li>`
}

function stanceHtml({ slug, number, mayTake }: ReviewState, stance: StanceShown): Html {
  const { value, writeups, revision, words, trailer, stale, byMail } = stance
  const said = STANCES[value]
  const covers = writeups.length === 0 ? 'all write-ups' : writeups.join(', ')
  return html`<li><span aria-hidden="true">${said.mark}</span> <strong>${stance.name}</strong> ${said.words}: ${covers} of <a href="${site.revision(slug, revision)}">v${revision}</a>, ${when(stance.at)}${byMail && ', by mail'}${
    stale.length > 0 &&
    html`. <strong>Stale</strong>: ${stale.map(
      (writeup, i) =>
        html`${i > 0 && ', '}<a href="${site.interdiff(slug, revision, number, { writeup })}">${writeup}</a>`,
    )} changed, v${revision} to v${number}`
  }${
    stance.edited.length > 0 &&
    html`. ${stance.edited.map(({ writeup, revision: at }) => `${writeup} in v${at}`).join(', ')}: <a href="#editorial">editorial</a>, so it stays`
  }.${words !== '' && html`<p>${words}</p>`}${trailer !== null && html`<p><code>${trailer}</code></p>`}${
    stance.isViewer && stale.length > 0 && mayTake.includes(value) && againForm({ slug, number }, stance)
  }${stance.isViewer && withdrawForm({ slug }, stance.id, `Take back: ${said.words}, v${revision}`)}</li>`
}
