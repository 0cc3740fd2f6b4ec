import styles from '#components/thread/passage.module.css'
import {
  groupMarks,
  linePicker,
  partPicker,
  passageMarks,
  wholePlace,
} from '#components/thread/passage-html.ts'
import { type Html, html } from '#components/ui/html.ts'
import type { DocumentContext } from '#components/writeup/document-context.ts'
import { diagramParts } from '#lib/anchor/diagram-parts.ts'
import { site } from '#lib/review/proposal/address.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import type { BlockKind } from '#lib/writeup/blocks/blocks.ts'

/**
 * What stands around the passages of a revision. Before each: the way to comment on it and its address, at its first line,
 * and in the margin the heads of its threads. Behind it: the form where it is asked for, and the threads themselves.
 */
export function passages(of: {
  slug: string
  revision: number
  blocks: readonly { readonly key: string; readonly kind: BlockKind; readonly text: string }[]
  heads: (blockKeys: readonly string[]) => Html | null
  threads: (blockKey: string) => Html
  form: { readonly blockKey: string; readonly form: Html } | null
}): Pick<Required<DocumentContext>, 'beforeBlock' | 'afterBlock' | 'beforeGroup' | 'afterGroup'> & {
  /** The head of a document, for what is said of all of it. */
  readonly whole: (writeup: string) => Html
} {
  const { slug, revision } = of
  const known = new Map(of.blocks.map((block) => [block.key, block]))
  const textOf = (key: string) => known.get(key)?.text ?? ''
  const linksOf = (key: string) => ({
    comment: site.commentForm(slug, revision, key),
    self: site.block(slug, revision, key),
  })
  const partsOf = (key: string) => {
    const block = known.get(key)
    if (block?.kind !== 'diagram') return null
    const parts = diagramParts(block.text).map(({ start, end }) => ({
      ...{ start, end, words: block.text.slice(start, end) },
      href: site.commentForm(slug, revision, key, { start, end }),
    }))
    return partPicker(key, parts)
  }
  const said = (key: string) => html`${of.form?.blockKey === key && of.form.form}${of.threads(key)}`
  const behind = (content: Html) =>
    content.text === '' ? null : <Box className={styles.passage} html={content} />
  return {
    whole: (writeup) => {
      const key = wholeOf(writeup)
      return wholePlace(writeup, linksOf(key), { heads: of.heads([key]), behind: said(key) })
    },
    beforeBlock: (key) => (
      <Box
        className={CLASS[known.get(key)?.kind ?? 'paragraph']}
        html={html`${passageMarks(key, linksOf(key), textOf(key))}${of.heads([key])}`}
      />
    ),
    afterBlock: (key) => behind(html`${partsOf(key)}${said(key)}`),
    beforeGroup: (kind, keys) => {
      const [first] = keys
      if (first === undefined) return null
      return (
        <Box
          className={styles.besideBox}
          html={html`${groupMarks(kind, first, linksOf(first).self)}${of.heads(keys)}`}
        />
      )
    },
    afterGroup: (kind, keys) =>
      behind(
        html`${linePicker(
          kind,
          keys.map((key) => ({ key, text: textOf(key) })),
          linksOf,
        )}${keys.map(said)}`,
      ),
  }
}

/** The text around it is drawn with `still`: this is HTML in HTML, or a place of its own beside what lives. */
function Box({ className, html }: { className: string | undefined; html: Html }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: made by `html`, which escapes what it is given
  return <div className={className} dangerouslySetInnerHTML={{ __html: html.text }} />
}

/** Boxes have a margin above them, headings a larger one: what stands beside them begins where they do. */
const CLASS: Readonly<Record<BlockKind, string | undefined>> = {
  heading: styles.besideHeading,
  paragraph: styles.beside,
  'list-item': styles.beside,
  'table-row': styles.besideBox,
  'code-line': styles.besideBox,
  diagram: styles.besideBox,
  claim: styles.besideBox,
  simulation: styles.besideBox,
  figure: styles.beside,
  evidence: styles.besideBox,
}
