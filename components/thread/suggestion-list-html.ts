/** The suggestions of a proposal by what became of them, and one of them beside the text as it is now. */
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { SuggestionBeside, SuggestionList, SuggestionListed } from '#lib/review/suggestion/listed.ts'
import { suggestionState, WHY_WORDS } from '#lib/review/suggestion/shown.ts'
import form from './comment-form.module.css'
import styles from './suggestion.module.css'
import { suggestionButtons, wordDiffHtml } from './suggestion-html.ts'

export type SuggestionsShown = {
  readonly list: SuggestionList
  /** `Suggested-by:` lines, by the id of the comment. */
  readonly trailers: ReadonlyMap<string, string>
  /** Whether the files with them in can be had as a patch. */
  readonly hasPatch: boolean
}

export function suggestionsHtml({ list, trailers, hasPatch }: SuggestionsShown): Html {
  const { slug, entries, left, newest } = list
  if (entries.length === 0)
    return html`<p>Nobody has suggested other words yet. Whoever may comment does it in the form of a comment, with <i>Suggest other words</i>.</p>`
  const [open, kept, inText, declined] = [
    entries.filter(({ state }) => state === 'open'),
    entries.filter(({ state, inText: since }) => state === 'accepted' && since === null),
    entries.filter(({ state, inText: since }) => state === 'accepted' && since !== null),
    entries.filter(({ state }) => state === 'declined'),
  ]
  const lines = [...new Set((kept ?? []).flatMap(({ id }) => trailers.get(id) ?? []))]
  const items = (some: readonly SuggestionListed[] | undefined) =>
    html`<ol class="${styles.list}">${(some ?? []).map((entry) => item(slug, entry, newest))}</ol>`
  const part = (some: readonly SuggestionListed[] | undefined, title: string, above: Html | null = null) =>
    some &&
    some.length > 0 &&
    html`<section><h2>${title} <small>${some.length}</small></h2>${above}${items(some)}</section>`
  return html`${part(open, 'Not decided')}${part(
    kept,
    'Accepted, not in the text yet',
    html`<p>They are kept for the next text of the authors.${
      hasPatch &&
      html` <a href="${site.suggestionsAsPatch(slug)}" download>All that fit v${newest} as a patch</a>, for <code>git apply</code>.`
    }</p>${
      hasPatch &&
      list.mayDecide &&
      html`<form method="post" action="${site.postTakeIn(slug)}" enctype="multipart/form-data"><button class="${button.button}">Put all that fit into the draft</button></form>`
    }<p>To be said where they are used:</p><pre class="${styles.trailers}" role="group" tabindex="0" aria-label="Suggested-by lines">${lines.join('\n')}</pre>`,
  )}${part(inText, 'In the text')}${part(declined, 'Declined')}${left > 0 && html`<p>${left} more are not listed; each stands in its thread.</p>`}`
}

function item(slug: string, entry: SuggestionListed, newest: number): Html {
  const { thread, comment, by, revision, writeup, old, replacement, byHand, placed } = entry
  const place = { slug, thread, comment }
  const fits =
    placed === null
      ? null
      : placed.kind === 'fits'
        ? placed.isMerged
          ? `fits v${newest}, together with what others changed there`
          : `fits v${newest}`
        : placed.kind === 'in-text'
          ? `v${newest} says it already`
          : WHY_WORDS[placed.why]
  return html`<li id="s${thread}.${comment}" class="${styles.suggestion}"><h3><a href="${site.comment(place)}">#${thread}, comment ${comment}</a> by ${by.name}, on v${revision}, ${writeup}</h3>${
    entry.words.trim() !== '' && entry.words !== 'Suggestion:' && html`<p>${firstWords(entry.words)}</p>`
  }${wordDiffHtml(old, replacement)}${byHand && html`<p>In the author’s words:</p>${wordDiffHtml(byHand.old, byHand.replacement)}`}<p class="${styles.state}">${suggestionState(entry)}${fits && html` · ${fits}`} · <a href="${site.suggestion(place)}">beside the text now</a></p>${suggestionButtons(entry, place)}</li>`
}

function firstWords(text: string): string {
  const one = text.replace(/\s+/g, ' ').trim()
  return one.length > 200 ? `${one.slice(0, 200).replace(/\s\S*$/, '')} …` : one
}

export type HandForm = {
  readonly typed: string
  readonly error: string | null
}

/**
 * The text that it was made on, the suggestion, the text now; and what an author may do.
 *
 * @param hand words that come back from a form that was refused
 */
export function besideHtml(
  { slug, newest, entry, before }: SuggestionBeside,
  hand: HandForm | null = null,
): Html {
  const { thread, comment, old, replacement, placed, revision, acts } = entry
  const place = { slug, thread, comment }
  const at = placed?.kind === 'fits' || placed?.kind === 'conflict' ? placed.at : null
  const now =
    placed?.kind === 'in-text'
      ? html`<p>It says it already.</p>`
      : at
        ? html`<p class="${styles.diff}">${at.old}</p><p class="${styles.state}"><a href="${site.block(slug, newest, at.blockKey)}">in its place</a></p>`
        : html`<p>The passage is not there any more.</p>`
  const mayAccept = acts.includes('accept')
  const fits = placed?.kind === 'fits' || placed?.kind === 'in-text'
  return html`<div class="${styles.sides}">
    <section><h2>The text of v${revision}</h2><p class="${styles.diff}">${before}</p></section>
    <section><h2>The suggestion</h2>${wordDiffHtml(old, replacement)}</section>
    <section><h2>The text now, v${newest}</h2>${now}</section></div>
    <p class="${styles.sentence}">${suggestionState(entry)}.${placed?.kind === 'conflict' && html` ${WHY_WORDS[placed.why]}`}${
      placed?.kind === 'fits' &&
      html` It fits the text as it is${placed.isMerged && ', together with what others changed there'}.`
    }</p>${placed?.kind === 'fits' && html`<section><h2>What the text would be</h2>${wordDiffHtml(placed.at.old, placed.at.replacement)}</section>`}${
      fits && suggestionButtons(entry, place)
    }${
      mayAccept && at
        ? handForm(place, newest, at.old, hand ?? { typed: at.old, error: null }, placed?.kind === 'conflict')
        : hand &&
          html`<p role="alert">${hand.error}</p><label for="typed">What you typed</label><textarea id="typed" readonly>${`\n${hand.typed}`}</textarea>`
    }${!fits && acts.length > 0 && suggestionButtons({ ...entry, acts: acts.filter((act) => act !== 'accept') }, place)}`
}

function handForm(
  { slug, thread, comment }: { slug: string; thread: number; comment: number },
  newest: number,
  there: string,
  { typed, error }: HandForm,
  isOnlyWay: boolean,
): Html {
  const id = 'by-hand'
  const fields = html`<form method="post" action="${site.postSuggestion(slug)}" class="${form.form}" data-kept="words"><input type="hidden" name="act" value="accept ${thread}.${comment}"><input type="hidden" name="revision" value="${newest}"><textarea name="there" hidden>${`\n${there}`}</textarea>
    <label for="${id}">The passage as you would have it in v${newest}</label>${error !== null && html`<p role="alert" id="${id}-error" class="${form.error}">${error}</p>`}
    <textarea id="${id}" name="words" rows="5" aria-invalid="${String(error !== null)}" aria-describedby="${id}-${error === null ? 'help' : 'error'}">${`\n${typed}`}</textarea>
    <p id="${id}-help" class="${form.help}">It begins with the text as it is. Who suggested it is named all the same.</p>
    <div class="${form.buttons}"><button class="${isOnlyWay ? button.button : button.quiet}">Accept in these words</button></div></form>`
  return isOnlyWay || error !== null
    ? html`<section><h2>Accept it by hand</h2>${fields}</section>`
    : html`<details><summary>Accept it in other words</summary>${fields}</details>`
}
