/**
 * Flowcharts and state charts: drawn in layers, top down whatever the source's direction is (a mail is narrow),
 * and read back before anybody sees them.
 *
 * beautiful-mermaid was tried and given up: it loses lines silently, which reading back would catch, but on one
 * in a hundred random graphs of six nodes it also searches without end, which nothing in this process can stop.
 */
import { tableDefects } from '#lib/mail/text/table-defects.ts'
import { drawArcs, groupsDefect } from './arcs.ts'
import { DRAWING_COLUMNS, type Drawing } from './drawing.ts'
import type { GraphReading } from './graph.ts'
import { drawLayers } from './layers.ts'
import { pictureDefect } from './readback.ts'

/** A picture of more does not fit into 68 columns, and nobody could follow its lines. */
const MAX_NODES = 40
const MAX_EDGES = 60

export function drawFlow(reading: GraphReading): Drawing {
  if ('refused' in reading) return { kind: 'refused', reason: reading.refused }
  if (reading.nodes.length > MAX_NODES || reading.edges.length > MAX_EDGES) {
    return { kind: 'refused', reason: `more than ${MAX_NODES} nodes or ${MAX_EDGES} edges` }
  }
  // Layers are what people draw; they know no circles, no subgraphs and no thick lines.
  const isFlat = !reading.groups && !reading.edges.some((edge) => edge.line === 'thick')
  const layers = isFlat ? drawLayers(reading) : null
  if (layers && (formDefect(layers) ?? pictureDefect(layers, reading)) === null)
    return { kind: 'drawn', lines: layers }
  const { lines, untitled } = drawArcs(reading)
  const defect =
    formDefect(lines) ?? pictureDefect(untitled, reading) ?? groupsDefect(lines, untitled, reading)
  return defect === null ? { kind: 'drawn', lines } : { kind: 'refused', reason: defect }
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
