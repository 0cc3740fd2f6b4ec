import { type Html, html } from '#components/ui/html.ts'
import type { CommentPreview } from '#lib/review/export/comment-preview.ts'
import styles from './comment-form.module.css'
import { printedWords } from './comment-words.ts'

/** A comment before it is sent: on the page, and as the mail that leaves. */
export function commentPreviewHtml({ html: printed, changes, mail }: CommentPreview): Html {
  return html`<section aria-label="Preview" class="${styles.preview}"><h4>Preview</h4>
    ${printedWords(printed)}${sentences(changes)}<h4>As mail</h4>
    <pre class="${styles.mail}" tabindex="0">${mail.text}</pre>${sentences(mail.notes)}${
      mail.warnings.length > 0 && html`<p>A list may not like this; it leaves all the same:</p>`
    }${sentences(mail.warnings)}</section>`
}

const sentences = (of: readonly string[]) =>
  of.length > 0 && html`<ul>${of.map((sentence) => html`<li>${sentence}</li>`)}</ul>`
