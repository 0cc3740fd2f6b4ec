/** The states in which a working copy was saved, and what each had. */
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { ageWords, whenWords } from '#components/ui/when.tsx'
import type { SavedState } from '#lib/review/copy/saved-state.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './draft.module.css'

const KIND_WORDS: Readonly<Record<SavedState['kind'], string>> = {
  begun: 'begun',
  typed: 'saved while typing',
  saved: 'saved',
  merged: 'saved, brought together with what somebody else had saved',
  pushed: 'pushed by the command line',
  restored: 'an older state put back',
  removed: 'a file deleted',
  accepted: 'a suggestion accepted',
  aside: 'a text that could not be merged, kept here',
  published: 'published',
}

/** The draft goes with all its states; asked for twice, since nothing brings it back. */
export const deleteForm = (slug: string, seen: number): Html =>
  html`<form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data"><input type="hidden" name="seen" value="${seen}"><p><label><input type="checkbox" name="sure" value="yes" required> Delete this draft and its history. What is published stays.</label></p><div><button class="${button.quiet}" name="intent" value="delete">Delete the draft</button></div></form>`

export function historyHtml(
  slug: string,
  states: readonly SavedState[],
  of: { readonly version: number; readonly now: number; readonly older: number | null },
): Html {
  return html`<ol class="${styles.states}">${states.map((state, at) => {
    const older = states[at + 1]
    const files = changedFiles(state, older)
    const when = state.at.toISOString()
    return html`<li><p><strong>${state.version}</strong> ${KIND_WORDS[state.kind]}, by ${state.by}, <time datetime="${when}">${whenWords(when)}</time> (${ageWords(when, of.now)})</p>
      <p>${files.length === 0 ? 'no file differs' : files.map((file) => html`<a href="${site.copyHistory(slug, { state: state.version, file })}">${file}</a> `)}</p>
      ${
        state.version !== of.version &&
        html`<form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data"><input type="hidden" name="state" value="${state.version}"><input type="hidden" name="seen" value="${of.version}"><button class="${button.quiet}" name="intent" value="restore" aria-label="Put state ${state.version} back">Put back</button></form>`
      }</li>`
  })}</ol>${of.older !== null && html`<p><a href="${site.copyHistory(slug, { before: of.older })}">Older states</a></p>`}`
}

/** Files that the state has otherwise than the one before; of the oldest all. */
export function changedFiles(
  state: Pick<SavedState, 'files'>,
  older: Pick<SavedState, 'files'> | undefined,
): readonly string[] {
  return Object.keys(state.files).filter((path) => state.files[path] !== older?.files[path])
}

export function stateFileHtml(
  slug: string,
  of: { readonly state: number; readonly path: string; readonly text: string },
): Html {
  return html`<p><a href="${site.copyHistory(slug)}">History</a></p><h2>${of.path} in state ${of.state}</h2><div class="${styles.both}"><pre tabindex="0">${of.text}</pre></div>`
}
