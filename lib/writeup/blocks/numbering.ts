/**
 * What figures, tables and counterexamples are called: `Figure 2.1`, `Table 3.1`, `Trace 4.2`.
 *
 * The number of the write-up, then a count within it, each kind for itself: the same on the page and in the mail, so that
 * "see Table 3.1" leads to one place from both. The cover is part 0, as it is in the subjects of its mails. Nothing
 * is stored under such a number: a block's key stays what it is. A `<Figure>` around a table is that table with a caption, and
 * is counted as a table; a `<Chart>` is a figure.
 */
import type { Nodes, Table } from 'mdast'
import { sectionOf } from '#lib/writeup/parse/document-id.ts'
import { attributeOf, type Writeup } from '#lib/writeup/parse/parse.ts'

export type Numbering = {
  /** By the figure's id. */
  readonly figures: ReadonlyMap<string, string>
  readonly tables: ReadonlyMap<Table, string>
  /** By the claim's id. */
  readonly traces: ReadonlyMap<string, string>
}

/** In the order of the source. `hasTrace`: of a claim's id; only those that have a counterexample are counted. */
export function numberingOf(writeup: Writeup, hasTrace: (claim: string) => boolean): Numbering {
  const part = sectionOf(writeup.writeup) ?? 0
  const figures = new Map<string, string>()
  const tables = new Map<Table, string>()
  const traces = new Map<string, string>()
  const next = (of: ReadonlyMap<unknown, string>) => `${part}.${of.size + 1}`
  const visit = (node: Nodes): void => {
    if (node.type === 'table') tables.set(node, next(tables))
    if (node.type === 'mdxJsxFlowElement') {
      const id = attributeOf(node, 'id') ?? ''
      if (node.name === 'Chart' || (node.name === 'Figure' && !captionedTable(node)))
        figures.set(id, next(figures))
      if (node.name === 'Claim' && hasTrace(id)) traces.set(id, next(traces))
    }
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(writeup.tree)
  return { figures, tables, traces }
}

/** The table of a figure that is a table's caption; null: it is about a diagram or code. */
export function captionedTable(figure: Nodes): Table | null {
  if (figure.type !== 'mdxJsxFlowElement' || figure.name !== 'Figure') return null
  return figure.children.find((child) => child.type === 'table') ?? null
}
