import 'server-only'
import type { Code, Nodes } from 'mdast'
import { diagramComplaints } from '#lib/writeup/parse/diagram.ts'
import { drawableSource } from '#lib/writeup/parse/diagram-source.ts'
import { MAX_PROBLEMS } from '#lib/writeup/parse/limits.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'
import type { Problem } from '#lib/writeup/parse/problem.ts'

/**
 * Whether mermaid can read each diagram of some documents: by mermaid itself, so that what a reader's browser will say is
 * known before there is a revision that nobody can correct. Loaded where there is a diagram only; a second, once.
 */
export async function diagramProblems(documents: readonly Writeup[]): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const document of documents) {
    for (const node of diagramsOf(document.tree)) {
      // What may not stand in one is told by the check of its document.
      const fault = diagramComplaints(node.value).length > 0 ? null : await faultOf(node.value)
      const start = node.position?.start
      if (fault === null || !start) continue
      if (problems.length >= MAX_PROBLEMS) return problems
      const rows = node.value.split('\n')
      const line = start.line + 1 + fault.line
      const column = start.column + fault.column
      const endColumn = Math.max(column + 1, start.column + (rows[fault.line]?.length ?? 0))
      const place = { line, column, endLine: line, endColumn }
      problems.push({ file: document.file, rule: 'diagram', message: fault.message, ...place })
    }
  }
  return problems
}

function diagramsOf(tree: Nodes): Code[] {
  const found: Code[] = []
  const visit = (node: Nodes): void => {
    if (node.type === 'code' && node.lang === 'mermaid') found.push(node)
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(tree)
  return found
}

/** Line and column from 0, in the source. */
type Fault = { readonly line: number; readonly column: number; readonly message: string }

export async function faultOf(source: string): Promise<Fault | null> {
  const parse = await loaded()
  // What colours a box is asked of a browser's style sheet, which is not here; the frame is read without it.
  const text = drawableSource(source).replace(/^([ \t]*)box\b.*$/gm, '$1rect rgb(0, 0, 0)')
  try {
    await parse(text)
    return null
  } catch (error) {
    const place = placeIn(error)
    // Anything but its parser's complaint says nothing about the diagram.
    return place && faultAt(source, place)
  }
}

type Place = { readonly line: number; readonly token: string }

function placeIn(error: unknown): Place | null {
  if (!(error instanceof Error) || !('hash' in error)) return null
  const hash = error.hash as { loc?: { first_line?: number }; token?: unknown; text?: unknown } | undefined
  const said = Number(/line (\d+)/.exec(error.message)?.[1])
  const line = hash?.loc?.first_line ?? (Number.isFinite(said) ? said : 0)
  if (!line) return null
  return { line: line - 1, token: typeof hash?.text === 'string' ? hash.text.trim() : '' }
}

/** Its parser names tokens; an author wants to know what to write. The place is that of the sign that is in the way. */
function faultAt(source: string, { line: said, token }: Place): Fault {
  const rows = source.split('\n')
  // At the end of a text it names a line that is not there; a label that is open begins on the line before.
  let line = Math.min(said, rows.length - 1)
  while (line > 0 && (rows[line] ?? '').trim() === '') line -= 1
  const row = rows[line] ?? ''
  const at = (column: number, message: string): Fault => ({ line, column: Math.max(0, column), message })
  const isSequence = /^\s*sequenceDiagram/m.test(source)
  for (const near of [row, rows[line - 1] ?? '']) {
    const semicolon = /:.*?((?<!#\w{1,12});)/.exec(near)
    if (isSequence && semicolon) {
      const where = near === row ? line : line - 1
      const column = semicolon.index + semicolon[0].length - 1
      return {
        line: where,
        column,
        message: 'A `;` ends a statement of a diagram: write `#59;` for it in the words.',
      }
    }
  }
  const comment = /\S\s*(%%)/.exec(row)
  if (comment)
    return at(comment.index + comment[0].length - 2, 'A comment (`%%`) has a line of its own: move it.')
  const word = /(?<![\w-])(end)(?![\w-])/.exec(row)
  if (word && !isSequence && row.trim() !== 'end')
    return at(word.index, '`end` is a word of the notation: write `End`, or put it in quotes: `x["end"]`.')
  const open = openBracket(row)
  if (open !== null)
    return at(
      open,
      `\`${row[open]}\` is not closed: write the sign that closes it, or put the label in quotes.`,
    )
  const column = token === '' ? row.search(/\S/) : row.indexOf(token)
  const shown = (token || row.trim()).slice(0, 40)
  return at(
    column < 0 ? row.search(/\S/) : column,
    `The diagram cannot be read at \`${shown}\`: put words with signs in quotes, as in \`A["f(x)"]\`, and write one statement a line.`,
  )
}

/** The column of the first bracket that nothing closes, outside of quotes; null: all are. */
function openBracket(row: string): number | null {
  const open: number[] = []
  let isQuoted = false
  for (const [column, sign] of [...row].entries()) {
    if (sign === '"') isQuoted = !isQuoted
    else if (!isQuoted && '[({'.includes(sign)) open.push(column)
    else if (!isQuoted && '])}'.includes(sign)) open.pop()
  }
  return open[0] ?? null
}

type Parse = (text: string) => Promise<unknown>
let loading: Promise<Parse> | undefined

function loaded(): Promise<Parse> {
  loading ??= load()
  return loading
}

async function load(): Promise<Parse> {
  // Without a document it does not clean anything, and mermaid calls it all the same. Nothing is drawn here: what is read
  // is thrown away, and the page cleans for itself. mermaid takes the module's own instance, so this one is switched off for
  // the whole process: nothing else on the server may clean by it, which a test looks for.
  const { default: purify } = await import('dompurify')
  if (!purify.isSupported)
    Object.assign(purify, { sanitize: (text: unknown) => text, addHook: () => undefined })
  const { default: mermaid } = await import('mermaid')
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    maxTextSize: 20_000,
  })
  return (text) => mermaid.parse(text)
}
