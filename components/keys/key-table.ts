import { type Html, html } from '#components/ui/html.ts'
import styles from './keys.module.css'
import { PAGE_KEYS } from './page-keys.ts'

export function keyTable(): Html {
  return html`<table class="${styles.table}"><thead><tr><th scope="col">Key</th><th scope="col">What it does</th><th scope="col">The same without it</th></tr></thead><tbody>${PAGE_KEYS.map(
    ({ key, does, or }) => html`<tr><td><kbd>${key}</kbd></td><td>${does}</td><td>${or}</td></tr>`,
  )}</tbody></table>`
}
