import styles from '#components/thread/passage.module.css'
import { composeLink, linePicker } from '#components/thread/passage-html.ts'
import { type Html, html } from '#components/ui/html.ts'
import { StillHtml } from '#components/ui/still-html.tsx'
import type { DocumentContext } from '#components/writeup/document-context.ts'
import { site } from '#lib/review/proposal/address.ts'

/** What stands behind the passages of a revision: the way to comment, the form where it is asked for, the threads. */
export function passages(of: {
  slug: string
  revision: number
  signedIn: boolean
  blocks: readonly { readonly key: string; readonly text: string }[]
  threads: (blockKey: string) => Html
  form: { readonly blockKey: string; readonly form: Html } | null
  /** Keeps HTML for the page, and says how `StillHtml` finds it. */
  still: (name: string, html: Html) => Parameters<typeof StillHtml>[0]
}): Pick<Required<DocumentContext>, 'afterBlock' | 'afterGroup'> {
  const { slug, revision } = of
  const textOf = new Map(of.blocks.map(({ key, text }) => [key, text]))
  const hrefOf = (key: string) => site.commentForm(slug, revision, key)
  const said = (key: string) => html`${of.form?.blockKey === key && of.form.form}${of.threads(key)}`
  const placed = (name: string, content: Html) =>
    content.text === '' ? null : <StillHtml className={styles.passage} {...of.still(name, content)} />
  return {
    afterBlock: (key) =>
      placed(
        `after ${key}`,
        html`${of.signedIn && composeLink(key, hrefOf(key), textOf.get(key) ?? '')}${said(key)}`,
      ),
    afterGroup: (kind, keys) =>
      placed(
        `after group ${keys[0]}`,
        html`${
          of.signedIn &&
          linePicker(
            kind,
            keys.map((key) => ({ key, text: textOf.get(key) ?? '' })),
            hrefOf,
          )
        }${keys.map(said)}`,
      ),
  }
}
