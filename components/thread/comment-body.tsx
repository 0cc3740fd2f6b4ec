import { commentHtml } from '#lib/review/comment/comment-html.ts'
import type { CommentLinks } from '#lib/review/comment/inline.ts'
import styles from './comment-body.module.css'

/**
 * A comment's words as they were typed or mailed, in boxes that say what their lines are.
 *
 * The one place where a comment becomes HTML. It is safe to set: `commentHtml` escapes every character of the text and
 * writes all tags and attributes itself (`comment-html.test.ts` holds it to that for any text), and addresses are
 * links only behind http(s).
 */
export function CommentBody({ text, links }: { text: string; links: CommentLinks }) {
  return <CommentHtml html={commentHtml(text, links)} />
}

/** The same where the server printed it: in the answer to a preview. */
export function CommentHtml({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: what `commentHtml` printed, see above
  return <div className={styles.body} dangerouslySetInnerHTML={{ __html: html }} />
}
