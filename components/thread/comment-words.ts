import { Html, html } from '#components/ui/html.ts'
import { commentHtml } from '#lib/review/comment/comment-html.ts'
import { Fragments } from '#lib/review/comment/fragments.ts'
import type { CommentLinks } from '#lib/review/comment/inline.ts'
import styles from './comment-body.module.css'

const kept = new Fragments<Html>(({ text }) => text.length)

/**
 * The words of a comment as they were typed or mailed. `commentHtml` escapes all of them, and writes the tags itself. Made
 * once for all who read them.
 */
export const commentWords = (text: string, links: CommentLinks): Html =>
  kept.of(text, links, (asking) => printedWords(commentHtml(text, asking)))

/** The same where they are printed already: in a preview. */
export const printedWords = (printed: string): Html =>
  html`<div class="${styles.body}">${new Html(printed)}</div>`

/** The same without anything recognised in them: one box of text. */
export const plainWords = (text: string): Html => html`<div class="${styles.body}">${text}</div>`
