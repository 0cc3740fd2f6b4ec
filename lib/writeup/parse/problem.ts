/**
 * What is wrong with an author's text, as data: a rule, a place and what to write instead.
 *
 * Problems are expected (authors make mistakes), so nothing here throws, and a check never stops at the first
 * one: whoever fixes a file wants the whole list. Rules are stable names; tests, the editor and the command
 * line tell problems apart by them, never by the words of the message.
 */
export const RULES = [
  // the file itself
  'encoding',
  'too-large',
  'too-deep',
  'too-many-nodes',
  'control-character',
  'syntax',
  // front matter
  'front-matter',
  'front-matter-field',
  // code of any kind
  'no-esm',
  'no-expression',
  'no-spread',
  'no-attribute-expression',
  'no-html',
  'no-fragment',
  'unsafe-url',
  // the component contract
  'unknown-component',
  'not-built',
  'unknown-attribute',
  'missing-attribute',
  'duplicate-attribute',
  'attribute-value',
  'component-place',
  'component-content',
  // Markdown that the page or the mail cannot show
  'no-image',
  'no-title-heading',
  'heading',
  'footnote',
  'code-language',
  'diagram',
  'code-fence',
  'table',
  'reference',
  'no-formula',
  'no-strikethrough',
  // across the bundle
  'duplicate-id',
  'path',
  'missing-file',
  'unexpected-file',
  'unknown-model',
  'unknown-name',
  'unknown-variant',
  'unknown-trace',
  'unknown-question',
  'unknown-questionnaire',
  'ascii-figure',
  'dead-link',
  'term',
  'evidence',
  'chart',
] as const

export type Rule = (typeof RULES)[number]

/** A range in a source file. Lines and columns count from 1; columns in UTF-16 units; the end is exclusive. */
export type Place = {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export type Problem = Place & {
  /** Path in the bundle, such as `lifetime.mdx`. */
  readonly file: string
  readonly rule: Rule
  /** One or two sentences: what is wrong, and what to write instead. */
  readonly message: string
  /** What `coherent check --fix` does about it: there is one thing to do, and nothing of what is meant is guessed. */
  readonly fix?: readonly Edit[]
}

/** In the document's source, on one line: `length` UTF-16 units at the place become `text`. */
export type Edit = {
  readonly line: number
  readonly column: number
  readonly length: number
  readonly text: string
}

/** The place of a whole file, when a problem has no better one. */
export const FILE_START: Place = { line: 1, column: 1, endLine: 1, endColumn: 1 }

type Point = { readonly line: number; readonly column: number }
type PositionLike = { readonly start: Point; readonly end: Point }

/**
 * The place of a syntax node; the start of the file for a node that no source text stands behind. Of a stored tree, which
 * may have been made by older rules, a node may have half a position.
 */
export function placeOf(node: { readonly position?: Partial<PositionLike> | undefined }): Place {
  const { start, end } = node.position ?? {}
  if (!start || !end) return FILE_START
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}

/** `lifetime.mdx:12:3: message [rule]`, the form that editors and terminals make clickable. */
export function problemLine(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message} [${problem.rule}]`
}

/** Document order within a file, files in the order of their names. Does not change the input. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return [...problems].sort(
    (a, b) => byName(a.file, b.file) || a.line - b.line || a.column - b.column || byName(a.rule, b.rule),
  )
}
