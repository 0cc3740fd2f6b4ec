import type { Root } from 'hast'
import type { Root as MarkdownRoot } from 'mdast'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { isCostlyMarkdown } from './markdown-cost.ts'
import { plainMarkdown } from './plain-markdown.ts'

/**
 * A comment's Markdown as a sanitised tree. Comments are Markdown, never MDX: raw HTML is shown as the text that was
 * typed, images become links (a comment must not make a reader's browser fetch anything), addresses are http, https
 * or mailto.
 */
const schema: typeof defaultSchema = {
  ...defaultSchema,
  // What a footnote or a heading in a comment is called would collide with the page's own ids.
  clobberPrefix: 'comment-',
  tagNames: (defaultSchema.tagNames ?? []).filter((name) => !['img', 'picture', 'source'].includes(name)),
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'] },
}

const parser = unified().use(remarkParse).use(remarkGfm).freeze()
const processor = unified().use(remarkRehype).use(rehypeSanitize, schema).freeze()

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

/**
 * Deepest nesting that is rendered; deeper Markdown (a line of 5,000 `>`) is shown as it was typed. Every step
 * behind the parser recurses, and so does React.
 */
const MAX_NESTING = 60

/**
 * What page and mail both read a comment as: HTML is text, an image a link. Null for one that nests too deep, which
 * both show as it was typed.
 */
export function commentMarkdown(markdown: string): MarkdownRoot | null {
  const plain = plainMarkdown(markdown)
  if (plain) return plain
  if (nestsTooDeep(markdown) || isCostlyMarkdown(markdown)) return null
  const tree = parser.parse(markdown)
  // Emphasis nests in one line of text; what it nested to is known only now.
  const { depth, nodes } = sizeOf(tree)
  if (depth > 4 * MAX_NESTING || nodes > MAX_NODES) return null
  literalHtml(tree)
  return tree
}

/** More than any review has; each becomes an element that is sent and hydrated. */
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

export function commentTreeOf(markdown: string): Root {
  const known = rendered.get(markdown)
  if (known) return known
  const markdownTree = commentMarkdown(markdown)
  const tree = markdownTree ? (processor.runSync(markdownTree) as Root) : asTyped(markdown)
  const oldest = rendered.keys().next().value
  if (rendered.size >= RENDERED_KEPT && oldest !== undefined) rendered.delete(oldest)
  rendered.set(markdown, tree)
  return tree
}

/** A page shows the same comments again and again, and a hostile one may take a second to parse. */
const rendered = new Map<string, Root>()
const RENDERED_KEPT = 500

/** Linear in the text. Only quotes and lists nest without limit, and both need their marks at a line's start. */
function nestsTooDeep(markdown: string): boolean {
  return markdown.split('\n').some((line) => {
    const marks =
      /^(?:[ \t]{0,3}(?:>|[-+*]|\d{1,9}[.)])[ \t]?|[ \t]+)*/.exec(line.slice(0, 4 * MAX_NESTING))?.[0] ?? ''
    return marks.replace(/[ \t\d]/g, '').length > MAX_NESTING || /^[ \t]{120}/.test(line)
  })
}

function asTyped(markdown: string): Root {
  const text = { type: 'text' as const, value: markdown }
  return {
    type: 'root',
    children: [{ type: 'element', tagName: 'pre', properties: {}, children: [text] }],
  }
}
