/**
 * Draws a flat graph without cycles in layers, top down, with boxes and right-angled lines.
 *
 *     +-----------+
 *     | Submitted |
 *     +-----------+
 *           |
 *        +--+----------+
 *        |             |
 *      wake         cancel
 *        v             v
 *     +-------+   +----------+
 *     | Woken |   | Canceled |
 *     +-------+   +----------+
 *
 * Our own, because the libraries for this either lose edges silently or, on some graphs of six nodes, search for
 * a way around a box for ever. This one always ends: layers by the longest path, a few sweeps of barycentres for
 * the order, one row of its own for each source's horizontal line. Every arrow enters its box in a column of its
 * own and only the beginning of a node's outgoing lines is shared, so a line never seems to lead from one node's
 * neighbour to another's. Where `|` stands in a horizontal line, two lines cross; `+` is a corner or a fork.
 *
 * It may still fail (two lines in one column); whoever calls reads the picture back before believing it.
 */
import type { Graph, GraphEdge } from './graph.ts'

/** A box, or the place in a layer where a longer edge passes (`label` null). */
type Cell = {
  readonly layer: number
  readonly label: string | null
  /** Edges that come in from the layer above, in the order of their columns. */
  readonly incoming: Line[]
  /** Columns of the box, or of the labels above it when those are wider. */
  width: number
  /** Middle column; may be negative until the picture is shifted. */
  x: number
}
/** The piece of an edge between two neighbouring layers. */
type Line = { readonly from: Cell; readonly to: Cell; readonly edge: GraphEdge; readonly isLast: boolean }

const GAP = 3
const SWEEPS = 8

/** Rows of the picture; null for a graph with a cycle. */
export function drawLayers(graph: Graph): string[] | null {
  const layerOf = layersOf(graph)
  if (layerOf === null) return null
  const { layers, lines } = cellsOf(graph, layerOf)
  orderCells(layers, lines)
  placeCells(layers, lines)
  return new Canvas(layers, lines).draw()
}

/** Layer of each node: the number of edges on the longest way to it. */
function layersOf({ nodes, edges }: Graph): Map<string, number> | null {
  const layers = new Map(nodes.map((node) => [node.id, 0]))
  // Each round settles at least one more node; still moving after all of them is a cycle.
  for (let round = 0; round <= nodes.length; round++) {
    let moved = false
    for (const { from, to } of edges) {
      const least = (layers.get(from) ?? 0) + 1
      if ((layers.get(to) ?? 0) < least) {
        layers.set(to, least)
        moved = true
      }
    }
    if (!moved) return layers
  }
  return null
}

function cellsOf({ nodes, edges }: Graph, layerOf: ReadonlyMap<string, number>) {
  const layers: Cell[][] = Array.from({ length: Math.max(...layerOf.values()) + 1 }, () => [])
  const add = (layer: number, label: string | null) => {
    const width = label === null ? 1 : label.length + 4
    const cell: Cell = { layer, label, incoming: [], width, x: 0 }
    layers[layer]?.push(cell)
    return cell
  }
  const boxes = new Map(nodes.map((node) => [node.id, add(layerOf.get(node.id) ?? 0, node.label)]))
  const lines: Line[] = []
  for (const edge of edges) {
    const to = boxes.get(edge.to)
    let from = boxes.get(edge.from)
    if (!from || !to) continue
    while (from.layer + 1 < to.layer) {
      const next = add(from.layer + 1, null)
      lines.push({ from, to: next, edge, isLast: false })
      from = next
    }
    lines.push({ from, to, edge, isLast: true })
  }
  for (const line of lines) line.to.incoming.push(line)
  for (const cell of layers.flat()) {
    const above = cell.incoming.reduce((sum, line) => sum + portWidth(line) + 1, -1)
    cell.width = Math.max(
      cell.width,
      cell.label === null ? above : Math.max(above, 2 * cell.incoming.length + 3),
    )
  }
  return { layers, lines }
}

/** Columns that an arrow into a box takes, its label included. */
function portWidth(line: Line): number {
  return line.isLast ? Math.max(1, line.edge.label.length) : 1
}

function orderCells(layers: readonly Cell[][], lines: readonly Line[]): void {
  const neighbours = neighboursOf(lines)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0
    const order = isDown ? layers : [...layers].reverse()
    for (const layer of order) {
      const place = new Map<Cell, number>()
      layer.forEach((cell, i) => {
        const others = neighbours(cell, isDown)
        const at = others.map((other) => layers[other.layer]?.indexOf(other) ?? 0)
        place.set(cell, at.length === 0 ? i : at.reduce((a, b) => a + b, 0) / at.length)
      })
      layer.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
    }
  }
}

/** Middles as close to the neighbours' as the widths allow; then everything to the left edge. */
function placeCells(layers: readonly Cell[][], lines: readonly Line[]): void {
  const neighbours = neighboursOf(lines)
  const room = (a: Cell, b: Cell) => Math.ceil((a.width + b.width) / 2) + GAP
  for (const layer of layers) {
    layer.forEach((cell, i) => {
      const before = layer[i - 1]
      cell.x = before ? before.x + room(before, cell) : 0
    })
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0
    for (const layer of isDown ? layers : [...layers].reverse()) {
      const wanted = layer.map((cell) => {
        const others = neighbours(cell, isDown)
        return others.length === 0 ? cell.x : others.reduce((sum, other) => sum + other.x, 0) / others.length
      })
      // Pushing apart from the left and from the right, and the middle of both, keeps a layer where it wants to be.
      const fromLeft = [...wanted]
      const fromRight = [...wanted]
      layer.forEach((cell, i) => {
        const before = layer[i - 1]
        if (before) fromLeft[i] = Math.max(fromLeft[i] ?? 0, (fromLeft[i - 1] ?? 0) + room(before, cell))
      })
      for (let i = layer.length - 2; i >= 0; i--) {
        const [cell, after] = [layer[i], layer[i + 1]]
        if (cell && after)
          fromRight[i] = Math.min(fromRight[i] ?? 0, (fromRight[i + 1] ?? 0) - room(cell, after))
      }
      layer.forEach((cell, i) => {
        const middle = Math.round(((fromLeft[i] ?? 0) + (fromRight[i] ?? 0)) / 2)
        const before = layer[i - 1]
        cell.x = before ? Math.max(middle, before.x + room(before, cell)) : middle
      })
    }
  }
  const left = Math.min(...layers.flat().map((cell) => cell.x - Math.floor(cell.width / 2)))
  for (const cell of layers.flat()) cell.x -= left
}

function neighboursOf(lines: readonly Line[]): (cell: Cell, above: boolean) => Cell[] {
  const above = new Map<Cell, Cell[]>()
  const below = new Map<Cell, Cell[]>()
  for (const { from, to } of lines) {
    above.set(to, [...(above.get(to) ?? []), from])
    below.set(from, [...(below.get(from) ?? []), to])
  }
  return (cell, isAbove) => (isAbove ? above : below).get(cell) ?? []
}

class Canvas {
  readonly #rows: string[][] = []
  readonly #layers: readonly Cell[][]
  readonly #lines: readonly Line[]

  constructor(layers: readonly Cell[][], lines: readonly Line[]) {
    this.#layers = layers
    this.#lines = lines
  }

  draw(): string[] {
    let y = 0
    this.#layers.forEach((layer, i) => {
      this.#boxes(layer, y)
      y += 3
      const below = this.#lines.filter((line) => line.from.layer === i)
      if (below.length > 0) y = this.#channel(below, y)
    })
    return this.#rows.map((row) =>
      Array.from(row, (c) => c ?? ' ')
        .join('')
        .trimEnd(),
    )
  }

  #boxes(layer: readonly Cell[], y: number): void {
    for (const cell of layer) {
      if (cell.label === null) {
        const style = cell.incoming[0]?.edge.line === 'dotted' ? ':' : '|'
        for (let k = 0; k < 3; k++) this.#put(cell.x, y + k, style)
        continue
      }
      const width = boxWidth(cell)
      const left = cell.x - Math.floor(width / 2)
      const free = width - 2 - cell.label.length
      const label = `${' '.repeat(Math.floor(free / 2))}${cell.label}${' '.repeat(Math.ceil(free / 2))}`
      this.#put(left, y, `+${'-'.repeat(width - 2)}+`)
      this.#put(left, y + 1, `|${label}|`)
      this.#put(left, y + 2, `+${'-'.repeat(width - 2)}+`)
    }
  }

  /** The rows between two layers: the lines out of each box, one row for each that turns, labels, arrow heads. */
  #channel(lines: readonly Line[], top: number): number {
    const ports = new Map(lines.map((line) => [line, portOf(line)]))
    const sources = [...new Set(lines.map((line) => line.from))]
    const turning = sources.filter((from) =>
      lines.some((line) => line.from === from && ports.get(line) !== from.x),
    )
    const tracks = trackOrder(turning, lines, ports)
    const hasLabels = lines.some((line) => line.isLast && line.edge.label !== '')
    const labelRow = top + 1 + tracks.length + (tracks.length > 0 ? 1 : 0)
    const headRow = hasLabels ? labelRow + 1 : Math.max(top + 1, labelRow - (tracks.length > 0 ? 1 : 0))
    for (const line of lines) {
      const x = ports.get(line) ?? 0
      const track = tracks.indexOf(line.from)
      const upright = line.edge.line === 'dotted' ? ':' : '|'
      const turn = track < 0 ? top : top + 1 + track
      for (let y = top; y < turn; y++) this.#line(line.from.x, y, upright)
      if (track >= 0) this.#level(line, turn, x)
      for (let y = track < 0 ? top : turn + 1; y <= headRow; y++) this.#line(x, y, upright)
    }
    for (const line of lines) {
      if (!line.isLast) continue
      const x = ports.get(line) ?? 0
      const { label } = line.edge
      if (label !== '') this.#put(x - Math.floor(label.length / 2), labelRow, label)
      if (line.edge.hasHead) this.#put(x, headRow, 'v')
    }
    return headRow + 1
  }

  #level(line: Line, y: number, x: number): void {
    const [left, right] = [Math.min(line.from.x, x), Math.max(line.from.x, x)]
    const along = line.edge.line === 'dotted' ? '.' : '-'
    for (let k = left; k <= right; k++) {
      const isEnd = k === line.from.x || k === x
      if (isEnd) this.#put(k, y, '+')
      else if (this.#at(k, y) === ' ') this.#put(k, y, along)
    }
  }

  /** An upright line: over a level one it is a crossing, and a corner stays a corner. */
  #line(x: number, y: number, sign: string): void {
    if (this.#at(x, y) !== '+') this.#put(x, y, sign)
  }

  #at(x: number, y: number): string {
    return this.#rows[y]?.[x] ?? ' '
  }

  #put(x: number, y: number, text: string): void {
    while (this.#rows.length <= y) this.#rows.push([])
    const row = this.#rows[y] as string[] // made above
    for (let k = 0; k < text.length; k++) row[x + k] = text[k] ?? ' '
  }
}

function boxWidth(cell: Cell): number {
  return Math.max((cell.label ?? '').length + 4, 2 * cell.incoming.length + 3, portSpan(cell) + 2)
}

/** From the first arrow's column to the last one's. */
function portSpan({ incoming }: Cell): number {
  const widths = incoming.map(portWidth)
  const inner = widths.reduce((sum, width) => sum + width + 1, -1)
  return inner - Math.floor((widths[0] ?? 0) / 2) - Math.floor((widths.at(-1) ?? 0) / 2)
}

/** The column in which a line enters its box: in the order of where the lines come from. */
function portOf(line: Line): number {
  const { to } = line
  if (to.incoming.length === 1) return to.x
  const inOrder = [...to.incoming].sort((a, b) => a.from.x - b.from.x)
  const total = inOrder.reduce((sum, each) => sum + portWidth(each) + 1, -1)
  let x = to.x - Math.floor(total / 2)
  for (const each of inOrder) {
    if (each === line) return x + Math.floor(portWidth(each) / 2)
    x += portWidth(each) + 1
  }
  return to.x
}

/**
 * Rows for the lines that turn, from the top. Where a line comes down in the column in which another source's
 * line begins, the other one must have turned away above.
 */
function trackOrder(
  turning: readonly Cell[],
  lines: readonly Line[],
  ports: ReadonlyMap<Line, number>,
): Cell[] {
  const mustBeAbove = (a: Cell, b: Cell) => lines.some((line) => line.from === b && ports.get(line) === a.x)
  const left = [...turning]
  const order: Cell[] = []
  while (left.length > 0) {
    const next = left.findIndex((a) => !left.some((b) => b !== a && mustBeAbove(b, a)))
    // A circle of such wishes: the picture will be refused.
    order.push(...left.splice(Math.max(0, next), 1))
  }
  return order
}
