import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { whenWords } from '#components/ui/when.tsx'
import { site } from '#lib/review/proposal/address.ts'
import styles from './away-form.module.css'

/** @param until RFC 3339; null: they are here */
export function awayForm(until: string | null, typed = ''): Html {
  return html`<form method="post" action="${site.postAway()}" class="${styles.form}">${
    until !== null &&
    html`<p>You are away until <time datetime="${until}">${whenWords(until)}</time>.</p><button class="${button.quiet}" name="act" value="back" formnovalidate>I am back</button>`
  }<label for="away-until">Away until</label><input id="away-until" name="until" type="date" value="${typed}" required><button class="${button.quiet}" name="act" value="away">Say so</button></form>`
}
