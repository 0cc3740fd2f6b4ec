/** Names of recorded runs in a text: of what `<Evidence>` shows, and in `code` where sentences name them. */
import type { Nodes } from 'mdast'
import { ID_PATTERN, MAX_ID_LENGTH } from './allow-list.ts'
import { attributeOf } from './parse.ts'

/** Whether `code` may be such a name; which are, the bundle knows. A single word is too often a function or a type. */
export const isRunName = (code: string): boolean =>
  code.length <= MAX_ID_LENGTH && code.includes('-') && ID_PATTERN.test(code)

/** In the order of the text. */
export function runsNamedIn(trees: readonly Nodes[]): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: Nodes): void => {
    if (node.type === 'inlineCode' && isRunName(node.value)) names.add(node.value)
    if (isEvidence(node)) names.add(attributeOf(node, 'scenario') ?? '')
    if ('children' in node) for (const child of node.children) visit(child)
  }
  trees.forEach(visit)
  return names
}

/** By the name of the run that it shows: the id of the first such element. */
export function evidenceIn(trees: readonly Nodes[]): ReadonlyMap<string, string> {
  const shown = new Map<string, string>()
  const visit = (node: Nodes): void => {
    if (isEvidence(node)) {
      const name = attributeOf(node, 'scenario') ?? ''
      if (!shown.has(name)) shown.set(name, attributeOf(node, 'id') ?? '')
    }
    if ('children' in node) for (const child of node.children) visit(child)
  }
  trees.forEach(visit)
  return shown
}

const isEvidence = (node: Nodes): node is Extract<Nodes, { type: 'mdxJsxFlowElement' }> =>
  node.type === 'mdxJsxFlowElement' && node.name === 'Evidence'
