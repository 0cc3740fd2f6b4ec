/** Words of a line that the bundle explains: `<Term of="futex_q">futex_q</Term>`. */
import type { Nodes } from 'mdast'
import { attributeOf } from './parse.ts'

export type TermElement = Extract<Nodes, { type: 'mdxJsxTextElement' }>

export const isTerm = (node: Nodes): node is TermElement =>
  node.type === 'mdxJsxTextElement' && node.name === 'Term'

/** Which term, as `data/terms.yaml` names it. */
export const termOf = (element: TermElement): string => attributeOf(element, 'of') ?? ''

export const hasTerm = (node: Nodes): boolean =>
  isTerm(node) || ('children' in node && node.children.some((child: Nodes) => hasTerm(child)))

/** The names of all terms that some documents use, in the order of their first use. */
export function termsIn(trees: readonly Nodes[]): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: Nodes): void => {
    if (isTerm(node)) names.add(termOf(node))
    if ('children' in node) for (const child of node.children) visit(child)
  }
  trees.forEach(visit)
  return names
}
