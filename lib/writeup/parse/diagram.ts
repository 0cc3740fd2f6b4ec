/**
 * What may not stand in a diagram. Diagrams are drawn by mermaid in the reader's browser, and its notation reaches further
 * than a drawing: links and calls of functions, styles that load from elsewhere, formulas, HTML in labels, configuration.
 * None of it survives as text in a mail, and each has been a way into a page.
 *
 * This is no parser of mermaid: it looks for words where one of mermaid's grammars (flowchart, sequence, state, class and
 * entity diagrams) could begin a statement with them, whichever of the five the diagram is. A statement begins a line, or
 * stands behind `;`, behind an `end` or a brace, where those grammars ask for no line end. Whether the drawing itself is
 * right is mermaid's business; when it is not, the page shows the source.
 */
import { isHtml } from './html-advice.ts'

export type DiagramComplaint = {
  readonly message: string
  /** Within the source, from 0. */
  readonly line: number
  /** UTF-16 units, from 0. */
  readonly column: number
  readonly length: number
}

const DIAGRAM_KINDS = [
  'flowchart',
  'graph',
  'sequenceDiagram',
  'stateDiagram',
  'stateDiagram-v2',
  'classDiagram',
  'erDiagram',
]

const STATEMENT = '(?<=^|;|[{}]|\\bend\\b)[ \\t]*'

const HTML = /<(?!(?<=<<)[\w-]+>>)(?!br[ \t]*\/?>)(?:[!?/]|[a-z])[^<>]*>?/gi
/** In which `<` is drawn as a sign (`diagram-source.ts`), so that only the names of HTML are no words. */
const SIGNS_DRAWN = ['flowchart', 'graph', 'sequenceDiagram', 'stateDiagram', 'stateDiagram-v2']

/** Each as `g` and `i`: the sequence grammar reads its words in any case. */
const REFUSED: readonly { readonly find: RegExp; readonly message: string }[] = [
  { find: /%%\{.*/g, message: 'Configuration (`%%{…}%%`) is not used in diagrams: delete it.' },
  {
    find: new RegExp(`${STATEMENT}(?:click|callback|href|call|links?|details|properties)(?=[ \\t(:])`, 'gi'),
    message: 'Links do not work in diagrams: delete the statement, and link from the text.',
  },
  {
    find: /\bclick[ \t]+\S+[ \t]+(?:"|href\b|call\b|callback\b)/gi,
    message: 'Links do not work in diagrams: delete the statement, and link from the text.',
  },
  {
    find: /(?:javascript|vbscript|data)[ \t]*:[ \t]*(?=[^\s])/gi,
    message: 'Addresses that run or hold code are not used in diagrams: delete it.',
  },
  {
    find: /\b(?:url|src|image|image-set|element|cross-fade|paint|expression)[ \t]*\(|@import\b/gi,
    message: 'Styles that load something are not used in diagrams: write a colour.',
  },
  { find: /\$\$/g, message: 'Formulas (`$$…$$`) are not drawn: write it in words.' },
  { find: /@\{/g, message: 'Shapes with `@{…}` are not used: write a plain node such as A[Label].' },
  {
    find: HTML,
    // `<<interface>>` is a word of class diagrams.
    message: 'HTML does not stand in labels: write plain words, `#lt;` for a `<`.',
  },
]

/** Statements whose values are CSS, where a backslash would spell `url` in another way. */
const STYLE = new RegExp(`${STATEMENT}(?:classDef|style|linkStyle|cssClass|rect|box)[ \\t][^;\\n]*`, 'gi')
/** Complaints that are told of one diagram. */
const MOST = 20

/** No complaints: mermaid may draw it. */
export function diagramComplaints(source: string): DiagramComplaint[] {
  const complaints: DiagramComplaint[] = []
  const rows = source.split('\n')
  const first = rows.findIndex((row) => row.trim() !== '' && !/^\s*%%(?!\{)/.test(row))
  const opening = rows[first] ?? ''
  const kind = /^\s*([A-Za-z0-9-]*)/.exec(opening)?.[1] ?? ''
  if (/^\s*---/.test(opening)) {
    complaints.push({
      message: 'Front matter is configuration, which is not used in diagrams: delete it.',
      ...{ line: first, column: 0, length: opening.length },
    })
  } else if (!opening.includes('%%{') && !DIAGRAM_KINDS.includes(kind)) {
    complaints.push({
      message: `The diagram begins with \`${kind.slice(0, 40)}\`: begin with one of ${DIAGRAM_KINDS.join(', ')}.`,
      ...{ line: Math.max(0, first), column: 0, length: kind.length },
    })
  }
  for (const [line, row] of rows.entries()) {
    if (/^\s*%%(?!\{)/.test(row)) continue // a comment: mermaid drops the line
    for (const { find, message } of REFUSED) {
      for (const match of row.matchAll(find)) {
        const tag = /^<\/?([a-z]\w*)/i.exec(match[0])?.[1]?.toLowerCase()
        if (find === HTML && tag !== undefined && SIGNS_DRAWN.includes(kind) && !isHtml(tag)) continue
        const blank = match[0].length - match[0].trimStart().length
        complaints.push({ message, line, column: match.index + blank, length: match[0].length - blank })
      }
    }
    for (const match of row.matchAll(STYLE)) {
      if (!match[0].includes('\\')) continue
      const message = 'A backslash does not stand in a style: write the colour plainly.'
      complaints.push({ message, line, column: match.index + match[0].indexOf('\\'), length: 1 })
    }
    if (complaints.length >= MOST) break
  }
  const seen = new Set<string>()
  return complaints
    .filter(({ line, column }) => {
      const place = `${line}:${column}`
      return !seen.has(place) && seen.add(place)
    })
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, MOST)
}
