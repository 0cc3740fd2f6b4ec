/** Other words for those of a passage, beside the comment that they came with: a diff of words, and what may be done with it. */
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { type CommentPlace, site } from '#lib/review/proposal/address.ts'
import { type SuggestionShown, suggestionState } from '#lib/review/suggestion/shown.ts'
import type { SuggestionAct } from '#lib/review/suggestion/suggestion.ts'
import { wordDiff } from '#lib/review/suggestion/word-diff.ts'
import styles from './suggestion.module.css'

const ACT_WORDS: Readonly<Record<SuggestionAct, string>> = { accept: 'Accept', decline: 'Decline' }

/** Struck and underlined, so that colour alone says nothing. */
export const wordDiffHtml = (old: string, replacement: string): Html =>
  html`<p class="${styles.diff}">${wordDiff(old, replacement).map(({ kind, text }) =>
    kind === 'same' ? html`${text}` : kind === 'old' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`,
  )}</p>`

export function suggestionHtml(suggestion: SuggestionShown, place: CommentPlace): Html {
  const { old, replacement, byHand, state } = suggestion
  return html`<div class="${styles.suggestion}" role="group" aria-label="Suggested words" data-suggestion="${state}">${wordDiffHtml(old, replacement)}${
    byHand && html`<p>In the author’s words:</p>${wordDiffHtml(byHand.old, byHand.replacement)}`
  }<p class="${styles.state}">${suggestionState(suggestion)} · <a href="${site.suggestion(place)}">beside the text now</a></p>${suggestionButtons(suggestion, place)}</div>`
}

export function suggestionButtons(
  { acts }: SuggestionShown,
  { slug, thread, comment }: CommentPlace,
): Html | null {
  return acts.length === 0
    ? null
    : html`<form method="post" action="${site.postSuggestion(slug)}" data-press="suggestion" class="${styles.acts}">${acts.map(
        (act) =>
          html`<button class="${button.quiet}" name="act" value="${act} ${thread}.${comment}" aria-label="${ACT_WORDS[act]} the suggestion of comment ${comment} in thread ${thread}">${ACT_WORDS[act]}</button>`,
      )}</form>`
}
