/**
 * From the text of one document to its checked syntax tree: the one tree that the page, the mail and the
 * anchors are made from.
 *
 * There is exactly one parse of what is published. The page's compiler does not read the author's text again (it is handed this
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
import { componentRule } from './allow-list.ts'
import { checkTree } from './check-tree.ts'
import { type Cover, coverSchema, writeupSchema } from './cover.ts'
import type { DocumentId, WriteupId } from './document-id.ts'
import type { ComponentElement } from './drawn.ts'
import { bodyOf, checkFields, readFrontMatter } from './front-matter.ts'
import { readLeniently } from './lenient.ts'
import { lexOnlyAcorn } from './lex-only-acorn.ts'
import { checkLimits, MAX_PROBLEMS } from './limits.ts'
import { type Place, type Problem, sortProblems } from './problem.ts'
import { type SafeTreeContext, safeTree, sourceTree } from './safe-tree.ts'
import { settleTree } from './settle-tree.ts'
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

export type { ComponentElement } from './drawn.ts'

/** Reads and checks one of the four write-ups. */
export function parseWriteup(input: {
  file: string
  source: string
  writeup: WriteupId
}): Result<Writeup, Problem[]> {
  const read = readWriteup(input)
  return read.ok ? read : err(read.error.problems)
}

/** What is wrong with a document, and as much of it as can be read: for finding what else is wrong, never for showing it. */
export type Refused = { readonly problems: Problem[]; readonly partial: Writeup | null }

/** As `parseWriteup`. */
export function readWriteup(input: {
  file: string
  source: string
  writeup: WriteupId
}): Result<Writeup, Refused> {
  const parsed = parseDocument(input.file, input.source, writeupSchema)
  if (!parsed.ok) return refused(input.file, input.writeup, parsed.error)
  const { fields, source, tree } = parsed.value
  return ok({ file: input.file, writeup: input.writeup, title: fields.title, source, tree })
}

function refused(
  file: string,
  writeup: DocumentId,
  { problems, source, title, tree }: UnparsedDocument,
): Result<never, Refused> {
  // What is not whole stands as its source in there, so that nothing that reads it meets a half.
  const safe = tree === null ? null : safeTree(tree, { source, standsFor: () => null })
  return err({ problems, partial: safe === null ? null : { file, writeup, title, source, tree: safe } })
}

/** Reads and checks `cover.mdx`: its front matter describes the whole revision. */
export function parseCover(input: { file: string; source: string }): Result<ParsedCover, Problem[]> {
  const read = readCover(input)
  return read.ok ? read : err(read.error.problems)
}

/** As `parseCover`. */
export function readCover(input: { file: string; source: string }): Result<ParsedCover, Refused> {
  const parsed = parseDocument(input.file, input.source, coverSchema)
  if (!parsed.ok) return refused(input.file, 'cover', parsed.error)
  const { fields, source, tree, placeOfField } = parsed.value
  return ok({
    placeOfField,
    cover: fields,
    document: { file: input.file, writeup: 'cover', title: fields.title, source, tree },
  })
}

/** The value of a component's attribute; undefined when it is not there. Only for checked elements. */
export function attributeOf(element: Pick<ComponentElement, 'attributes'>, name: string): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.type === 'mdxJsxAttribute' && attribute.name === name) {
      return typeof attribute.value === 'string' ? attribute.value : undefined
    }
  }
  return undefined
}

/** What positions refer to: without a byte order mark, LF between lines, in NFC. */
export function sourceOf(text: string): string {
  return text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .normalize('NFC')
}

/** Limits that the parsers need; what else `checkLimits` finds is only not to be published. */
const UNPARSEABLE: ReadonlySet<Problem['rule']> = new Set(['too-large', 'too-deep'])

/**
 * A document that was published by other rules, and what the present ones say of it. The tree is safe, whatever is wrong:
 * what cannot be drawn stands as its source, all of it where nothing can be read.
 */
export function readPublished(input: {
  file: string
  source: string
  writeup: DocumentId
  standsFor: SafeTreeContext['standsFor']
}): { document: Writeup; problems: Problem[] } {
  const { file, writeup, standsFor } = input
  // The one character that the database cannot hold.
  const source = sourceOf(input.source).replaceAll('\0', '\ufffd')
  const name = writeup === 'cover' ? 'Cover' : writeup
  const asSource = (problems: Problem[], title = name) => ({
    document: { file, writeup, title, source, tree: sourceTree(source) },
    problems: problems.slice(0, MAX_PROBLEMS),
  })
  const limits = checkLimits(file, source)
  if (limits.some(({ rule }) => UNPARSEABLE.has(rule))) return asSource(limits)
  const frontMatter = readFrontMatter(file, source)
  if (!frontMatter.ok) return asSource([...limits, ...frontMatter.error])
  const { data, body } = frontMatter.value
  const fields = checkFields(file, frontMatter.value, writeup === 'cover' ? coverSchema : writeupSchema)
  const title = typeof data.title === 'string' && data.title.trim() !== '' ? data.title.trim() : name
  const problems = [...limits, ...(fields.ok ? [] : fields.error)]
  let tree: Root
  try {
    tree = processor.parse(body)
  } catch (error) {
    return asSource([...problems, syntaxProblem(file, error)], title)
  }
  unravel(tree)
  problems.push(...checkTree(tree, file, body))
  normaliseText(tree)
  const safe = safeTree(tree, { source, standsFor })
  if (safe === null) return asSource(problems, title)
  return {
    document: { file, writeup, title, source, tree: safe },
    problems: sortProblems(problems).slice(0, MAX_PROBLEMS),
  }
}

/**
 * A text that nobody wrote for this program, as the nearest document: MDX, else Markdown without components, else its source.
 * For measuring by texts of others what is done with ours.
 */
export function readForeign(text: string): Writeup {
  const file = 'foreign.mdx'
  const source = sourceOf(text).replaceAll('\0', '\ufffd')
  const written = { file, writeup: 'problem', title: file, source } as const
  if (checkLimits(file, source).some(({ rule }) => UNPARSEABLE.has(rule))) {
    return { ...written, tree: sourceTree(source) }
  }
  const frontMatter = readFrontMatter(file, source)
  const body = frontMatter.ok ? frontMatter.value.body : source
  let tree: Root
  try {
    tree = processor.parse(body)
    unravel(tree)
  } catch {
    tree = markdownProcessor.parse(body)
  }
  normaliseText(tree)
  return { ...written, tree: safeTree(tree, { source, standsFor: () => null }) ?? sourceTree(source) }
}

type ParsedDocument<Fields> = {
  fields: Fields
  source: string
  tree: Root
  placeOfField: ParsedCover['placeOfField']
}

/** As an error: what is wrong, and whatever could be read all the same. */
type UnparsedDocument = { problems: Problem[]; source: string; title: string; tree: Root | null }

/** Collects the problems of front matter and body alike, so that one run shows both. */
function parseDocument<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
): Result<ParsedDocument<z.output<Schema>>, UnparsedDocument> {
  const source = sourceOf(text)
  const unparsed = (problems: Problem[], tree: Root | null = null, title = file) =>
    err({ problems: sortProblems(problems).slice(0, MAX_PROBLEMS), source, title, tree })
  const limits = checkLimits(file, source)
  if (limits.some(({ rule }) => UNPARSEABLE.has(rule))) return unparsed(limits)

  const frontMatter = readFrontMatter(file, source)
  if (!frontMatter.ok) {
    // Of a file that has its two lines `---` the text can be read, whatever stands between them.
    const body = bodyOf(source)
    const { tree, problems } = body === null ? { tree: null, problems: [] } : parseBody(file, body)
    return unparsed([...limits, ...frontMatter.error, ...problems], tree)
  }
  const { data, body, placeOfField } = frontMatter.value
  const fields = checkFields(file, frontMatter.value, schema)
  const { tree, problems } = parseBody(file, body)
  if (fields.ok && tree && problems.length + limits.length === 0) {
    return ok({ fields: fields.value, source, tree, placeOfField })
  }
  const title = typeof data.title === 'string' ? data.title : file
  return unparsed([...limits, ...(fields.ok ? [] : fields.error), ...problems], tree, title)
}

const processor = unified()
  .use(remarkParse)
  .use(remarkMdx, { acorn: lexOnlyAcorn, addResult: false })
  .use(remarkGfm, { singleTilde: false })
  .freeze()

const markdownProcessor = unified().use(remarkParse).use(remarkGfm, { singleTilde: false }).freeze()

/** The tree is there with problems too, of as much as could be read; null: of nothing. */
function parseBody(file: string, body: string): { tree: Root | null; problems: Problem[] } {
  const read = readLeniently(file, body)
  const problems = [...read.problems]
  if (read.tree) {
    unravel(read.tree)
    settleTree(read.tree)
    problems.push(...checkTree(read.tree, file, body))
    normaliseText(read.tree)
  }
  return { tree: read.tree, problems: sortProblems(problems) }
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
    // A line may be one word that is explained.
    !paragraph.children.some(isOfWords) &&
    paragraph.children.every(
      (child) =>
        child.type === 'mdxJsxTextElement' || (child.type === 'text' && /^[ \t\n]*$/.test(child.value)),
    )
  )
}

function isOfWords(node: Nodes): boolean {
  const rule = node.type === 'mdxJsxTextElement' && node.name !== null ? componentRule(node.name) : undefined
  return rule?.built === true && rule.content === 'words'
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
