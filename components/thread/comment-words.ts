import { Html, html } from '#components/ui/html.ts'
import { commentHtml } from '#lib/review/comment/comment-html.ts'
import type { CommentLinks } from '#lib/review/comment/inline.ts'
import styles from './comment-body.module.css'

/** The words of a comment as they were typed or mailed. `commentHtml` escapes all of them, and writes the tags itself. */
export const commentWords = (text: string, links: CommentLinks): Html =>
  printedWords(commentHtml(text, links))

/** The same where they are printed already: in a preview. */
export const printedWords = (printed: string): Html =>
  html`<div class="${styles.body}">${new Html(printed)}</div>`
