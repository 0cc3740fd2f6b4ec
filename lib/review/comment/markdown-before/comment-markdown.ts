import type { Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { isCostlyMarkdown } from './markdown-cost.ts'

/** Parses the Markdown of comments as it was while they were that: for `coherent upgrade`, and nothing else. */
const parser = unified().use(remarkParse).use(remarkGfm).freeze()

type Node = { type: string; value?: string; url?: string; alt?: string | null; children?: Node[] }

/** `<b>` in a comment is the four characters that were typed; an image is a link with its description. */
function literalHtml(tree: Node): void {
  for (const [index, child] of (tree.children ?? []).entries()) {
    if (child.type === 'html') {
      const text: Node = { type: 'text', value: child.value ?? '' }
      const isBlock = tree.type === 'root' || tree.type === 'blockquote' || tree.type === 'listItem'
      tree.children?.splice(index, 1, isBlock ? { type: 'paragraph', children: [text] } : text)
    } else if (child.type === 'image') {
      const label: Node = { type: 'text', value: child.alt || child.url || 'image' }
      tree.children?.splice(index, 1, { type: 'link', url: child.url ?? '', children: [label] })
    } else {
      literalHtml(child)
    }
  }
}

/** Deepest nesting that was rendered: every step behind the parser recurses. */
const MAX_NESTING = 60

/** HTML is text, an image a link. Null for one that nests too deep, which left as it was typed. */
export function commentMarkdown(markdown: string): Root | null {
  if (nestsTooDeep(markdown) || isCostlyMarkdown(markdown)) return null
  const tree = parser.parse(markdown)
  // Emphasis nests in one line of text; what it nested to is known only now.
  const { depth, nodes } = sizeOf(tree)
  if (depth > 4 * MAX_NESTING || nodes > MAX_NODES) return null
  literalHtml(tree)
  return tree
}

/** More than any review has. */
const MAX_NODES = 8000

/** Levels below the root, and nodes; by a stack of its own, as what it guards against is a stack that overflows. */
function sizeOf(tree: Node): { depth: number; nodes: number } {
  let deepest = 0
  let nodes = 0
  const open: [node: Node, depth: number][] = [[tree, 0]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, depth] = next
    deepest = Math.max(deepest, depth)
    nodes++
    for (const child of node.children ?? []) open.push([child, depth + 1])
  }
  return { depth: deepest, nodes }
}

/** Linear in the text. Only quotes and lists nest without limit, and both need their marks at a line's start. */
function nestsTooDeep(markdown: string): boolean {
  return markdown.split('\n').some((line) => {
    const marks =
      /^(?:[ \t]{0,3}(?:>|[-+*]|\d{1,9}[.)])[ \t]?|[ \t]+)*/.exec(line.slice(0, 4 * MAX_NESTING))?.[0] ?? ''
    return marks.replace(/[ \t\d]/g, '').length > MAX_NESTING || /^[ \t]{120}/.test(line)
  })
}
