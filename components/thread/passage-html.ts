import { type Html, html } from '#components/ui/html.ts'
import styles from './passage.module.css'

/** A passage's first words tell one link from the next. */
function firstWords(text: string): string {
  return text.length > 48 ? `${text.slice(0, 48).replace(/\s\S*$/, '')} …` : text
}

/**
 * The way to comment on a passage. The link works by itself: it loads the page with the form in it; the island
 * `Compose` opens the form in place instead, and leaves the link its address.
 */
export function composeLink(blockKey: string, href: string, text: string): Html {
  return html`<a class="${styles.compose}" href="${href}" data-compose="thread" data-block="${blockKey}" aria-label="Comment on “${firstWords(text)}”">+</a>`
}

/**
 * Choosing one row of a table or one line of code: a folded list below it, so that a listing of forty lines has one
 * stop for the keyboard and not forty.
 */
export function linePicker(
  kind: 'row' | 'line',
  lines: readonly { readonly key: string; readonly text: string }[],
  hrefOf: (key: string) => string,
): Html {
  return html`<details class="${styles.picker}"><summary>Comment on ${kind === 'row' ? 'a row' : 'a line'}</summary><ol>${lines.map(
    ({ key, text }) =>
      html`<li><a href="${hrefOf(key)}" data-compose="thread" data-block="${key}">${text.trim()}</a></li>`,
  )}</ol></details>`
}
