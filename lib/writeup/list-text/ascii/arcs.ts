/**
 * Draws any graph that is not too large: the boxes below each other, each edge as a rail to the right of them. Circles, edges
 * back and subgraphs need no layout here, so it is what is tried where layers fail.
 *
 *     +--------+
 *     | sleeps |<--------+
 *     |        |--wake---|-+
 *     +--------+         | |
 *     Kernel:            | |
 *       +------+         | |
 *       | runs |--tick---+ |
 *       |      |<----------+
 *       +------+
 *
 * Boxes of a subgraph stand below its title, set in. Whoever calls reads the picture back before believing it.
 */
import type { Graph, GraphEdge, GraphGroup } from './graph.ts'
import { wrapLabel } from './label.ts'

const LABEL_COLUMNS = 26
const SET_IN = 2

type Placed = { readonly id: string; readonly label: string; readonly indent: number }
type Row =
  | { readonly kind: 'title'; readonly text: string; readonly indent: number }
  | ({ readonly kind: 'box' } & Placed)
type End = { row: number; edge: number; isTarget: boolean }

export type Arcs = {
  readonly lines: readonly string[]
  /** The same without the titles of subgraphs, for reading boxes and lines back. */
  readonly untitled: readonly string[]
}

export function drawArcs(graph: Graph): Arcs {
  const rows: Row[] = rowsOf(graph)
  const boxRows = rows.filter((row) => row.kind === 'box')
  const order = new Map(boxRows.map(({ id }, i) => [id, i]))
  const ends = new Map<string, End[]>(boxRows.map(({ id }) => [id, []]))
  for (const [edge, { from, to }] of graph.edges.entries()) {
    ends.get(from)?.push({ row: 0, edge, isTarget: false })
    ends.get(to)?.push({ row: 0, edge, isTarget: true })
  }
  // Ends that look upwards stand above those that look downwards: fewer crossings.
  const other = ({ edge, isTarget }: End) =>
    order.get((isTarget ? graph.edges[edge]?.from : graph.edges[edge]?.to) ?? '') ?? 0
  for (const of of ends.values()) of.sort((a, b) => other(a) - other(b))

  const grid: string[][] = []
  const titles: string[][] = []
  const put = (x: number, y: number, text: string, to = grid) => {
    while (to.length <= y) to.push([])
    const row = to[y] ?? []
    for (let k = 0; k < text.length; k++) row[x + k] = text[k] ?? ' '
  }
  const right = new Map<string, number>()
  let y = 0
  for (const row of rows) {
    if (row.kind === 'title') {
      put(row.indent, y, `${row.text}:`, titles)
      y += 1
      continue
    }
    const own = ends.get(row.id) ?? []
    const words = wrapLabel(row.label, LABEL_COLUMNS)
    const height = Math.max(words.length, own.length)
    const width = Math.max(...words.map((line) => line.length)) + 4
    const border = `+${'-'.repeat(width - 2)}+`
    put(row.indent, y, border)
    for (let k = 0; k < height; k++) put(row.indent, y + 1 + k, `| ${(words[k] ?? '').padEnd(width - 4)} |`)
    put(row.indent, y + 1 + height, border)
    for (const [k, end] of own.entries()) end.row = y + 1 + k
    right.set(row.id, row.indent + width)
    y += height + 2
  }
  const widest = Math.max(0, ...[...right].map(([id, x]) => x + longest(graph.edges, id)))
  const rails: { top: number; bottom: number }[][] = []
  const spans = graph.edges.map((edge, i) => {
    const at = (id: string, isTarget: boolean) =>
      ends.get(id)?.find((end) => end.edge === i && end.isTarget === isTarget)?.row ?? 0
    const [from, to] = [at(edge.from, false), at(edge.to, true)]
    return { edge, from, to, top: Math.min(from, to), bottom: Math.max(from, to) }
  })
  for (const span of [...spans].sort((a, b) => a.bottom - a.top - (b.bottom - b.top))) {
    let rail = rails.findIndex((taken) =>
      taken.every(({ top, bottom }) => span.bottom < top - 1 || span.top > bottom + 1),
    )
    if (rail < 0) rail = rails.push([]) - 1
    rails[rail]?.push(span)
    const x = widest + 2 + 2 * rail
    const { edge } = span
    const along = edge.line === 'dotted' ? '.' : edge.line === 'thick' ? '=' : '-'
    const upright = edge.line === 'dotted' ? ':' : '|'
    for (const [id, row, isTarget] of [
      [edge.from, span.from, false],
      [edge.to, span.to, true],
    ] as const) {
      const start = right.get(id) ?? 0
      for (let k = start; k < x; k++) if ((grid[row]?.[k] ?? ' ') === ' ') put(k, row, along)
      if (isTarget && edge.hasHead) put(start, row, '<')
      if (!isTarget && edge.label !== '') put(start + 2, row, edge.label)
      put(x, row, '+')
    }
    for (let k = span.top + 1; k < span.bottom; k++) put(x, k, upright)
  }
  const text = (row: string[] | undefined) =>
    Array.from(row ?? [], (sign) => sign ?? ' ')
      .join('')
      .trimEnd()
  const untitled = Array.from({ length: y }, (_, i) => text(grid[i]))
  const lines = untitled.map((line, i) => {
    const title = text(titles[i])
    return title === '' ? line : `${title}${line.slice(title.length)}`
  })
  return { lines, untitled }
}

const longest = (edges: readonly GraphEdge[], id: string) =>
  Math.max(
    0,
    ...edges.filter(({ from, label }) => from === id && label !== '').map(({ label }) => label.length + 3),
  )

/** Nodes outside of any subgraph first, then each subgraph with those within it. */
function rowsOf({ nodes, groups = [] }: Graph): Row[] {
  const rows: Row[] = []
  const add = (group: GraphGroup | null, indent: number) => {
    for (const { id, label } of nodes)
      if (group ? group.nodes.includes(id) : !groups.some((one) => one.nodes.includes(id)))
        rows.push({ kind: 'box', id, label, indent })
    for (const inner of groups) {
      if (inner.within !== (group?.id ?? null)) continue
      rows.push({ kind: 'title', text: inner.title, indent })
      add(inner, indent + SET_IN)
    }
  }
  add(null, 0)
  return rows
}

/** What the titles say of each box, read back from the picture; null: what the source says. */
export function groupsDefect(
  lines: readonly string[],
  untitled: readonly string[],
  graph: Graph,
): string | null {
  const { groups = [], nodes } = graph
  const open: { indent: number; title: string }[] = []
  const read: string[] = []
  for (const [i, line] of lines.entries()) {
    const indent = line.length - line.trimStart().length
    const isTitle = line !== (untitled[i] ?? '')
    const isTop = /^ *\+-+\+/.test(line) && !/^ *\|/.test(lines[i - 1] ?? '')
    if (!isTitle && !isTop) continue
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop()
    if (isTitle) open.push({ indent, title: /^(.*?):(?: |$)/.exec(line.trim())?.[1] ?? '' })
    else read.push(open.map(({ title }) => title).join(' / '))
  }
  const within = (id: string | null): string[] => {
    const group = groups.find((one) => one.id === id)
    return group ? [...within(group.within), group.title] : []
  }
  const said = rowsOf(graph).flatMap((row) =>
    row.kind === 'box'
      ? [within(groups.find((one) => one.nodes.includes(row.id))?.id ?? null).join(' / ')]
      : [],
  )
  return read.length === nodes.length && read.every((one, i) => one === said[i])
    ? null
    : 'the subgraphs cannot be told apart'
}
