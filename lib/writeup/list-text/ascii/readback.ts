/**
 * Reads an ASCII picture of boxes and arrows back into a graph.
 *
 * A layout can lose an edge or let two lines meet, and nobody notices. So none is trusted: the picture is read as
 * a person would, box by box, following each line with a finger to the next arrow head, and the mail only
 * carries it when what was read is exactly what the source says. A line that forks towards two boxes reads as
 * two edges; if the source has only one of them, the picture is refused.
 */
import type { Graph } from './graph.ts'

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
type Direction = 'right' | 'left' | 'down' | 'up'
/** An arrow as read: where it leads, and the labels on the way. */
type Reading = {
  readonly from: string
  readonly to: string
  readonly label: string
  readonly hasHead: boolean
}

const STEP: Readonly<Record<Direction, readonly [dx: number, dy: number]>> = {
  right: [1, 0],
  left: [-1, 0],
  down: [0, 1],
  up: [0, -1],
}
const HEAD: Readonly<Record<Direction, string>> = { right: '>', left: '<', down: 'v', up: '^' }
const OPPOSITE: Readonly<Record<Direction, Direction>> = {
  right: 'left',
  left: 'right',
  down: 'up',
  up: 'down',
}
const ALONG: Readonly<Record<Direction, string>> = { right: '-.=', left: '-.=', down: '|:', up: '|:' }
/** Steps over all lines of a picture; a page of forks has more, and nobody could read it either. */
const MAX_STEPS = 20_000

/** Null when the picture says what the graph says; else what is wrong with it. */
export function pictureDefect(lines: readonly string[], graph: Graph): string | null {
  const picture = new Picture(lines)
  const boxes = picture.findBoxes(graph)
  if (typeof boxes === 'string') return boxes
  const labels = picture.claimLabels(graph.edges.map((edge) => edge.label).filter((label) => label !== ''))
  if (labels !== null) return labels
  const readings = picture.followLines()
  if (typeof readings === 'string') return readings

  const key = (edge: Reading) => JSON.stringify([edge.from, edge.to, edge.label, edge.hasHead])
  const expected = graph.edges.map(({ from, to, label, hasHead }) => ({ from, to, label, hasHead }))
  if (new Set(expected.map(key)).size !== expected.length) return 'two edges are the same'
  // Without a head a line has no direction; it is met from both of its ends.
  const isHeaded = graph.edges.every((edge) => edge.hasHead)
  const wanted = new Set(
    expected.flatMap((edge) =>
      edge.hasHead ? [key(edge)] : [key(edge), key({ ...edge, from: edge.to, to: edge.from })],
    ),
  )
  const found = new Set(readings.filter((edge) => edge.hasHead || !isHeaded).map(key))
  for (const edge of wanted) if (!found.has(edge)) return `an edge is missing in the picture: ${edge}`
  for (const edge of found)
    if (!wanted.has(edge)) return `the picture shows an edge that is not there: ${edge}`
  return null
}

class Picture {
  readonly #rows: readonly string[]
  readonly #boxes = new Map<string, Box>()
  /** `x,y` of every cell that belongs to a box or to a label. */
  readonly #boxAt = new Map<string, string>()
  readonly #labelAt = new Map<string, { readonly text: string; readonly id: number }>()

  constructor(rows: readonly string[]) {
    this.#rows = rows
  }

  /** A rectangle of `+-|` whose inside is the label of exactly one node, for each node. */
  findBoxes(graph: Graph): string | null {
    const byLabel = new Map(graph.nodes.map((node) => [node.label, node.id]))
    if (byLabel.size !== graph.nodes.length) return 'two nodes have the same label'
    this.#rows.forEach((row, top) => {
      for (const match of row.matchAll(/\+-+(?=\+)/g)) {
        const left = match.index
        const right = left + match[0].length
        const box = this.#boxFrom(left, right, top)
        if (!box) continue
        const inside = this.#rows
          .slice(box.top + 1, box.bottom)
          .map((r) => r.slice(left + 1, right).trim())
          .filter((r) => r !== '')
        const id = byLabel.get(inside.join(' '))
        if (id === undefined || this.#boxes.has(id)) continue
        this.#boxes.set(id, box)
        for (let y = box.top; y <= box.bottom; y++) {
          for (let x = left; x <= right; x++) this.#boxAt.set(`${x},${y}`, id)
        }
      }
    })
    const missing = graph.nodes.find((node) => !this.#boxes.has(node.id))
    return missing ? `a node is missing in the picture: ${missing.label}` : null
  }

  #boxFrom(left: number, right: number, top: number): Box | null {
    for (let y = top + 1; y < this.#rows.length; y++) {
      const [a, b] = [this.#char(left, y), this.#char(right, y)]
      if (a === '+' && b === '+') {
        const border = (this.#rows[y] ?? '').slice(left + 1, right)
        return y > top + 1 && /^-+$/.test(border) ? { left, right, top, bottom: y } : null
      }
      if (a !== '|' || b !== '|') return null
    }
    return null
  }

  /** Each label stands outside the boxes as often as the source has it, and nowhere else. Longest first. */
  claimLabels(labels: readonly string[]): string | null {
    const counts = new Map<string, number>()
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
    let id = 0
    for (const [label, count] of [...counts].sort((a, b) => b[0].length - a[0].length)) {
      let found = 0
      this.#rows.forEach((row, y) => {
        for (let x = row.indexOf(label); x >= 0; x = row.indexOf(label, x + 1)) {
          const cells = Array.from({ length: label.length }, (_, k) => `${x + k},${y}`)
          if (cells.some((cell) => this.#boxAt.has(cell) || this.#labelAt.has(cell))) continue
          id += 1
          for (const cell of cells) this.#labelAt.set(cell, { text: label, id })
          found += 1
        }
      })
      if (found !== count)
        return `the label "${label}" is ${found} times in the picture, ${count} times in the source`
    }
    return null
  }

  followLines(): Reading[] | string {
    const readings: Reading[] = []
    const visited = new Set<string>()
    let steps = 0
    type Finger = {
      x: number
      y: number
      direction: Direction
      labels: readonly { text: string; id: number }[]
      path: readonly string[]
    }
    for (const [from, box] of this.#boxes) {
      const fingers: Finger[] = this.#exitsOf(box).map((exit) => ({ ...exit, labels: [], path: [] }))
      for (let finger = fingers.pop(); finger; finger = fingers.pop()) {
        if (++steps > MAX_STEPS) return 'too many lines to follow'
        const { x, y, direction } = finger
        const cell = `${x},${y}`
        const box = this.#boxAt.get(cell)
        if (box !== undefined) {
          readings.push({ from, to: box, label: labelText(finger.labels), hasHead: false })
          continue
        }
        // A loop of lines: this way was walked already.
        if (finger.path.includes(`${cell} ${direction}`)) continue
        visited.add(cell)
        const [dx, dy] = STEP[direction]
        const path = [...finger.path, `${cell} ${direction}`]
        const label = this.#labelAt.get(cell)
        const c = this.#char(x, y)
        if (label) {
          const seen = finger.labels.some(({ id }) => id === label.id)
          const labels = seen ? finger.labels : [...finger.labels, label]
          for (const other of this.#cellsOf(label.id)) visited.add(other)
          const beyond = this.#beyondLabel(label.id, y, direction)
          if (beyond === null) return `the line through "${label.text}" ends there`
          fingers.push({ x: beyond, y: y + dy, direction, labels, path })
        } else if (c === HEAD[direction]) {
          const target = this.#boxAt.get(`${x + dx},${y + dy}`)
          if (target === undefined) return 'an arrow points at nothing'
          readings.push({ from, to: target, label: labelText(finger.labels), hasHead: true })
        } else if (ALONG[direction].includes(c)) {
          fingers.push({ ...finger, x: x + dx, y: y + dy, path })
        } else if (this.#isCrossing(x, y, direction)) {
          fingers.push({ ...finger, x: x + dx, y: y + dy, path })
        } else if (c === '+') {
          for (const next of Object.keys(STEP) as Direction[]) {
            if (next === OPPOSITE[direction]) continue
            const [nx, ny] = STEP[next]
            if (this.#continues(x + nx, y + ny, next)) {
              fingers.push({ ...finger, x: x + nx, y: y + ny, direction: next, path })
            }
          }
        } else if (c === ' ') return 'a line ends nowhere'
        // The other end of somebody's arrow: the finger came from behind. Any other sign is a crossing.
        else if (!Object.values(HEAD).includes(c)) return 'two lines cross'
      }
    }
    const stray = this.#rows.some((row, y) =>
      [...row].some((c, x) => c !== ' ' && !this.#boxAt.has(`${x},${y}`) && !visited.has(`${x},${y}`)),
    )
    return stray ? 'something in the picture belongs to no edge' : readings
  }

  /**
   * The column in which a line comes out on the other side of a label that stands on it; the label hides where
   * it went in. Null unless there is exactly one.
   */
  #beyondLabel(id: number, y: number, direction: Direction): number | null {
    const columns = this.#cellsOf(id).map((cell) => Number(cell.split(',')[0]))
    if (direction === 'right') return Math.max(...columns) + 1
    if (direction === 'left') return Math.min(...columns) - 1
    const found = columns.filter((x) => this.#continues(x, y + STEP[direction][1], direction))
    return found.length === 1 ? (found[0] ?? null) : null
  }

  #exitsOf({ left, right, top, bottom }: Box): { x: number; y: number; direction: Direction }[] {
    const exits: { x: number; y: number; direction: Direction }[] = []
    const labels = new Set<number>()
    const leave = (x: number, y: number, direction: Direction) => {
      if (!this.#continues(x, y, direction)) return
      // A label right at the box is one exit, however many of its letters touch it.
      const label = this.#labelAt.get(`${x},${y}`)
      if (label && labels.has(label.id)) return
      if (label) labels.add(label.id)
      exits.push({ x, y, direction })
    }
    for (let y = top; y <= bottom; y++) {
      leave(right + 1, y, 'right')
      leave(left - 1, y, 'left')
    }
    for (let x = left; x <= right; x++) {
      leave(x, bottom + 1, 'down')
      leave(x, top - 1, 'up')
    }
    return exits
  }

  /** Whether a line that goes in `direction` can go on at this cell. A box beside a box is no line. */
  #continues(x: number, y: number, direction: Direction): boolean {
    const cell = `${x},${y}`
    if (this.#boxAt.has(cell)) return false
    if (this.#labelAt.has(cell)) return true
    const c = this.#char(x, y)
    return c === '+' || c === HEAD[direction] || (c !== '' && ALONG[direction].includes(c))
  }

  /** An upright line that stands in a level one: both go straight on. A fork or a corner would be a `+`. */
  #isCrossing(x: number, y: number, direction: Direction): boolean {
    const isLevel = direction === 'left' || direction === 'right'
    return (
      isLevel &&
      '|:'.includes(this.#char(x, y)) &&
      [this.#char(x - 1, y), this.#char(x + 1, y)].every((c) => c !== ' ' && '-.=+|:'.includes(c)) &&
      [this.#char(x, y - 1), this.#char(x, y + 1)].every((c) => c !== ' ')
    )
  }

  #cellsOf(id: number): string[] {
    return [...this.#labelAt].filter(([, label]) => label.id === id).map(([cell]) => cell)
  }

  #char(x: number, y: number): string {
    return this.#rows[y]?.[x] ?? ' '
  }
}

function labelText(labels: readonly { text: string }[]): string {
  return labels.map(({ text }) => text).join(' + ')
}
