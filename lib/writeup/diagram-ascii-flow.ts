/**
 * Flowcharts and state charts: laid out by beautiful-mermaid, believed by nobody.
 *
 * The library gets a source that we write ourselves from what our reader understood, in the one spelling that it
 * reads well, and its picture is read back (`diagram-ascii-readback.ts`). Of the two directions the one that the
 * author chose comes first; a mail is narrow, so the other one is tried too.
 */
import { renderMermaidASCII } from 'beautiful-mermaid'
import { tableDefects } from '#lib/mail/lint-body.ts'
import { DRAWING_COLUMNS, type Drawing } from './diagram-ascii.ts'
import type { Graph, GraphReading } from './diagram-ascii-graph.ts'
import { pictureDefect } from './diagram-ascii-readback.ts'

/** Its layout took 5.8 s for 400 nodes; a picture of 40 does not fit into 68 columns anyway. */
const MAX_NODES = 40
const MAX_EDGES = 60

export function drawFlow(reading: GraphReading, direction: string): Drawing {
  if ('refused' in reading) return { kind: 'refused', reason: reading.refused }
  if (reading.nodes.length > MAX_NODES || reading.edges.length > MAX_EDGES) {
    return { kind: 'refused', reason: `more than ${MAX_NODES} nodes or ${MAX_EDGES} edges` }
  }
  const chosen = /^(LR|RL)$/.test(direction) ? 'LR' : 'TD'
  let reason = ''
  for (const tried of chosen === 'LR' ? ['LR', 'TD'] : ['TD', 'LR']) {
    const drawing = drawOnce(reading, tried)
    if (drawing.kind === 'drawn') return drawing
    reason ||= drawing.reason
  }
  return { kind: 'refused', reason }
}

function drawOnce(graph: Graph, direction: string): Drawing {
  // Brackets and other signs in a label are syntax to the library: it draws stand-ins of the same width.
  const standIns = standInsFor(graph)
  if (standIns === null) return { kind: 'refused', reason: 'two labels differ only in their signs' }
  let picture: string
  try {
    picture = renderMermaidASCII(sourceOf(graph, direction, standIns), {
      useAscii: true,
      colorMode: 'none',
      paddingX: 4,
      paddingY: 4,
      boxBorderPadding: 1,
    })
  } catch {
    // The library throws on what it cannot lay out; that is an answer like any other.
    return { kind: 'refused', reason: 'the diagram could not be laid out' }
  }
  for (const [label, standIn] of [...standIns].sort((a, b) => b[1].length - a[1].length)) {
    if (label !== standIn) picture = picture.replaceAll(standIn, () => label)
  }
  const lines = withoutSpareRows(picture.split('\n').map((line) => line.trimEnd()))
  const defect = pictureDefect(lines, graph) ?? formDefect(lines)
  return defect === null ? { kind: 'drawn', lines } : { kind: 'refused', reason: defect }
}

/** By label, what is drawn in its place: a letter that no label holds for each sign. Null when two are equal. */
function standInsFor({ nodes, edges }: Graph): Map<string, string> | null {
  const labels = new Set([...nodes.map((node) => node.label), ...edges.map((edge) => edge.label)])
  const standIns = new Map([...labels].map((label) => [label, label.replace(/[^A-Za-z0-9 _,.]/g, '\u00d8')]))
  return new Set(standIns.values()).size === standIns.size ? standIns : null
}

function formDefect(lines: readonly string[]): string | null {
  const width = Math.max(...lines.map((line) => line.length))
  if (width > DRAWING_COLUMNS) return `the picture is ${width} columns wide, ${DRAWING_COLUMNS} fit`
  if (!lines.every((line) => /^[\x20-\x7e]*$/.test(line))) return 'the picture is not ASCII'
  const rows = lines.map((line, i) => ({ line: i, width: line.length, text: line.trim() }))
  // List tools would see a broken table where boxes of two widths touch.
  const isRow = (text: string) => /^(\+[-=+]{2,}\+|\|.*\|)$/.test(text)
  let run: typeof rows = []
  for (const row of [...rows, { line: -1, width: 0, text: '' }]) {
    if (isRow(row.text)) run.push(row)
    else {
      if (tableDefects(run).length > 0) return 'the picture reads as a broken table'
      run = []
    }
  }
  return null
}

/** Ids of our own, one edge a line, blanks around arrows: `A-->B` without them loses its edge there. */
function sourceOf({ nodes, edges }: Graph, direction: string, standIns: ReadonlyMap<string, string>): string {
  const ids = new Map(nodes.map((node, i) => [node.id, `n${i}`]))
  return [
    `flowchart ${direction}`,
    ...nodes.map((node) => `  ${ids.get(node.id)}[${standIns.get(node.label)}]`),
    ...edges.map((edge) => {
      const arrow = { solid: ['-->', '---'], dotted: ['-.->', '-.-'], thick: ['==>', '==='] }[edge.line]
      const label = edge.label === '' ? '' : `|${standIns.get(edge.label)}|`
      return `  ${ids.get(edge.from)} ${arrow[edge.hasHead ? 0 : 1]}${label} ${ids.get(edge.to)}`
    }),
  ].join('\n')
}

/** Rows that hold only upright lines which the row above or below continues say nothing. */
function withoutSpareRows(lines: readonly string[]): string[] {
  const out: string[] = []
  lines.forEach((line, i) => {
    const isSpare =
      /^[ |:]*$/.test(line) &&
      [out.at(-1), lines[i + 1]].some((other) => other !== undefined && covers(other, line))
    if (!isSpare) out.push(line)
  })
  while (out.at(-1) === '') out.pop()
  return out
}

function covers(other: string, line: string): boolean {
  return [...line].every((c, x) => c === ' ' || other[x] === c)
}
