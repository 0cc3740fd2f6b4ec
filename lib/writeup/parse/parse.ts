/**
 * From the text of one document to its checked syntax tree: the one tree that the page, the mail and the
 * anchors are made from.
 *
 * There is exactly one parse. The page's compiler does not read the author's text again (it is handed this
 * tree), so nothing can be one thing when it is checked and another when it is run. A `Writeup` exists only
 * after the check: holding one means that its tree contains no code, only known components with plain string
 * attributes, and addresses that cannot run script.
 *
 * Order matters: the limits come before the parser (deep nesting overflows it), the unravelling before the
 * check (so that `<Claim …>one line</Claim>` is the block that it looks like), the check before anything else.
 */
import type { Nodes, Paragraph, Root, RootContent } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkMdx from 'remark-mdx'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import type { z } from 'zod'
import { err, ok, type Result } from '#lib/result.ts'
import { checkTree } from './check-tree.ts'
import { type Cover, coverSchema, writeupSchema } from './cover.ts'
import type { DocumentId, WriteupId } from './document-id.ts'
import { checkFields, readFrontMatter } from './front-matter.ts'
import { lexOnlyAcorn } from './lex-only-acorn.ts'
import { checkLimits, MAX_PROBLEMS } from './limits.ts'
import { type Place, type Problem, sortProblems } from './problem.ts'
import { syntaxProblem } from './syntax-problem.ts'

/** One checked document of a revision: the cover or a write-up. */
export type Writeup = {
  /** Path in the bundle: `lifetime.mdx`. */
  readonly file: string
  readonly writeup: DocumentId
  /** From its own front matter; not part of the body, not a block. */
  readonly title: string
  /** What the tree's positions refer to: the file's text in NFC with LF line ends. */
  readonly source: string
  /** The body. Text values are NFC; components that stand alone are `mdxJsxFlowElement`s. */
  readonly tree: Root
}

export type ParsedCover = {
  readonly cover: Cover
  readonly document: Writeup
  /** The place of a field of the front matter, for problems that only show against the other files. */
  readonly placeOfField: (path: readonly PropertyKey[]) => Place
}

export type ComponentElement = Extract<RootContent, { type: 'mdxJsxFlowElement' }>

/** Reads and checks one of the four write-ups. */
export function parseWriteup(input: {
  file: string
  source: string
  writeup: WriteupId
}): Result<Writeup, Problem[]> {
  const parsed = parseDocument(input.file, input.source, writeupSchema)
  if (!parsed.ok) return parsed
  const { fields, source, tree } = parsed.value
  return ok({ file: input.file, writeup: input.writeup, title: fields.title, source, tree })
}

/** Reads and checks `cover.mdx`: its front matter describes the whole revision. */
export function parseCover(input: { file: string; source: string }): Result<ParsedCover, Problem[]> {
  const parsed = parseDocument(input.file, input.source, coverSchema)
  if (!parsed.ok) return parsed
  const { fields, source, tree, placeOfField } = parsed.value
  return ok({
    placeOfField,
    cover: fields,
    document: { file: input.file, writeup: 'cover', title: fields.title, source, tree },
  })
}

/** The value of a component's attribute; undefined when it is not there. Only for checked elements. */
export function attributeOf(element: ComponentElement, name: string): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.type === 'mdxJsxAttribute' && attribute.name === name) {
      return typeof attribute.value === 'string' ? attribute.value : undefined
    }
  }
  return undefined
}

type ParsedDocument<Fields> = {
  fields: Fields
  source: string
  tree: Root
  placeOfField: ParsedCover['placeOfField']
}

/** Collects the problems of front matter and body alike, so that one run shows both. */
function parseDocument<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
): Result<ParsedDocument<z.output<Schema>>, Problem[]> {
  const source = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .normalize('NFC')
  const limits = checkLimits(file, source)
  if (limits.length > 0) return err(limits)

  const frontMatter = readFrontMatter(file, source)
  if (!frontMatter.ok) return err(frontMatter.error.slice(0, MAX_PROBLEMS))
  const fields = checkFields(file, frontMatter.value, schema)
  const tree = parseBody(file, frontMatter.value.body)
  if (fields.ok && tree.ok) {
    const { placeOfField } = frontMatter.value
    return ok({ fields: fields.value, source, tree: tree.value, placeOfField })
  }
  const problems = [...(fields.ok ? [] : fields.error), ...(tree.ok ? [] : tree.error)]
  return err(sortProblems(problems).slice(0, MAX_PROBLEMS))
}

const processor = unified()
  .use(remarkParse)
  .use(remarkMdx, { acorn: lexOnlyAcorn, addResult: false })
  .use(remarkGfm, { singleTilde: false })
  .freeze()

function parseBody(file: string, body: string): Result<Root, Problem[]> {
  let tree: Root
  try {
    tree = processor.parse(body)
  } catch (error) {
    return err([syntaxProblem(file, error)])
  }
  unravel(tree)
  const problems = checkTree(tree, file)
  if (problems.length > 0) return err(sortProblems(problems))
  normaliseText(tree)
  return ok(tree)
}

/**
 * A component written on one line is parsed as text in a paragraph. When a paragraph holds nothing but
 * components, they become blocks, and text directly in them becomes a paragraph, as if the tags stood on lines
 * of their own. Works on the fresh tree in place; a stack instead of recursion, as depth is not checked yet.
 */
function unravel(tree: Root): void {
  const stack: Nodes[] = [tree]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (!('children' in node)) continue
    const children: Nodes[] = []
    for (const child of node.children) {
      if (child.type === 'paragraph' && isOnlyComponents(child)) {
        for (const inner of child.children) {
          if (inner.type === 'mdxJsxTextElement') children.push(toFlow(inner))
        }
      } else {
        children.push(child)
      }
    }
    // The content model is kept: paragraphs stand where flow elements may stand.
    node.children = children as typeof node.children
    for (const child of children) stack.push(child)
  }
}

function isOnlyComponents(paragraph: Paragraph): boolean {
  return (
    paragraph.children.some((child) => child.type === 'mdxJsxTextElement') &&
    paragraph.children.every(
      (child) =>
        child.type === 'mdxJsxTextElement' || (child.type === 'text' && /^[ \t\n]*$/.test(child.value)),
    )
  )
}

function toFlow(element: Extract<RootContent, { type: 'mdxJsxTextElement' }>): ComponentElement {
  const { children, position, ...rest } = element
  const first = children[0]
  const last = children.at(-1)
  const paragraph: Paragraph = { type: 'paragraph', children }
  if (first?.position && last?.position) {
    paragraph.position = { start: first.position.start, end: last.position.end }
  }
  return {
    ...rest,
    type: 'mdxJsxFlowElement',
    children: children.length === 0 ? [] : [paragraph],
    ...(position ? { position } : {}),
  }
}

/** Character references (`e&#x301;`) can still be decomposed in a source that is NFC. */
function normaliseText(tree: Root): void {
  const stack: Nodes[] = [tree]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'text') node.value = node.value.normalize('NFC')
    if ('children' in node) for (const child of node.children) stack.push(child)
  }
}
