/**
 * Sequence diagrams, read and drawn by ourselves: they are how kernel people show who calls whom, and the one
 * kind where a lost message or a wrong arrow head changes the design that is under review.
 *
 *     +------+     +----------+     +-------+
 *     | Task |     | io_uring |     | futex |
 *     +------+     +----------+     +-------+
 *        |   wait       |               |
 *        |------------->|               |
 *        |              | futex_queue() |
 *        |              |-------------->|
 *
 * Read: participants and actors (with aliases), all arrows, notes, autonumber, activations (not drawn: they
 * carry no words), and the frames loop, opt, alt/else, par/and, critical/option, break, boxes, and who is made and who goes, as rules across the
 * picture. Anything else is refused.
 */
import { invariant, unreachable } from '#lib/result.ts'
import { DRAWING_COLUMNS, type Drawing } from './drawing.ts'
import { plainLabel, wrapLabel } from './label.ts'

type Head = 'arrow' | 'none' | 'cross' | 'async'

type Event =
  | {
      readonly kind: 'message'
      readonly from: number
      readonly to: number
      readonly text: string
      readonly dotted: boolean
      readonly head: Head
    }
  | {
      readonly kind: 'note'
      readonly side: 'over' | 'left' | 'right'
      readonly from: number
      readonly to: number
      readonly text: string
    }
  | { readonly kind: 'rule'; readonly text: string; readonly depth: number }

type Sequence = { readonly participants: readonly string[]; readonly events: readonly Event[] }

/** The lines after `sequenceDiagram`, trimmed, without comments. */
export function drawSequence(lines: readonly string[]): Drawing {
  const sequence = readSequence(lines)
  if (typeof sequence === 'string') return { kind: 'refused', reason: sequence }
  if (sequence.participants.length === 0) return { kind: 'refused', reason: 'the diagram is empty' }
  // The widest labels that still fit: each wrapping narrower makes the picture narrower and taller.
  for (let labelWidth = 40; labelWidth >= 8; labelWidth -= 2) {
    const columns = placeColumns(sequence, labelWidth)
    if (columns.width <= DRAWING_COLUMNS) return { kind: 'drawn', lines: draw(sequence, columns, labelWidth) }
  }
  return { kind: 'refused', reason: `the picture would be wider than ${DRAWING_COLUMNS} columns` }
}

const ARROWS: Readonly<Record<string, { dotted: boolean; head: Head }>> = {
  '->>': { dotted: false, head: 'arrow' },
  '-->>': { dotted: true, head: 'arrow' },
  '->': { dotted: false, head: 'none' },
  '-->': { dotted: true, head: 'none' },
  '-x': { dotted: false, head: 'cross' },
  '--x': { dotted: true, head: 'cross' },
  '-)': { dotted: false, head: 'async' },
  '--)': { dotted: true, head: 'async' },
}
const MESSAGE = /^(\w+) *(-->>|->>|-->|->|--x|-x|--\)|-\)) *[+-]? *(\w+) *:(.*)$/
const PARTICIPANT = /^(?:participant|actor) +(\w+)(?: +as +(.+))?$/
const NOTE = /^note +(?:(over) +(\w+)(?: *, *(\w+))?|(left|right) +of +(\w+)) *:(.*)$/i
const FRAME = /^(loop|opt|alt|par|critical|break)(?: +(.*))?$/
const FRAME_PART: Readonly<Record<string, string>> = { else: 'alt', and: 'par', option: 'critical' }

/** The diagram, or why it is refused. */
function readSequence(lines: readonly string[]): Sequence | string {
  const ids: string[] = []
  const labels: string[] = []
  const events: Event[] = []
  const frames: string[] = []
  let box: { readonly label: string; readonly first: number } | null = null
  let numbered = false
  let count = 0
  const participant = (id: string, label = id) => {
    const known = ids.indexOf(id)
    if (known >= 0) return known
    labels.push(label)
    return ids.push(id) - 1
  }
  for (const line of lines) {
    const refused = `not understood: "${line.slice(0, 40)}"`
    const boxed = /^box(?: +(.*))?$/.exec(line)
    const life = /^(create|destroy) +(?:(?:participant|actor) +)?(\w+)(?: +as +(.+))?$/.exec(line)
    const declared = PARTICIPANT.exec(line)
    const message = MESSAGE.exec(line)
    const note = NOTE.exec(line)
    const frame = FRAME.exec(line)
    const part = /^(else|and|option)(?: +(.*))?$/.exec(line)
    if (boxed && box === null) {
      // Its colour goes; one by a name is a word like any other.
      const label = plainLabel((boxed[1] ?? '').replace(/^(?:rgba?|hsla?)\([^)]*\)/i, ''))
      if (label === null) return refused
      box = { label, first: ids.length }
    } else if (box !== null && line === 'end') {
      const inIt = labels.slice(box.first)
      if (inIt.length === 0) return refused
      events.push({ kind: 'rule', text: `${`box ${box.label}`.trim()}: ${inIt.join(', ')}`, depth: 0 })
      box = null
    } else if (box !== null && !declared) return refused
    else if (life) {
      const [, act = '', id = '', alias = id] = life
      const label = plainLabel(alias)
      if (label === null || label === '') return refused
      if (act === 'create' && ids.includes(id)) return refused
      if (act === 'destroy' && !ids.includes(id)) return refused
      const at = participant(id, label)
      events.push({ kind: 'rule', text: `${act} ${labels[at] ?? id}`, depth: frames.length })
    } else if (declared) {
      const [, id = '', alias = id] = declared
      const label = plainLabel(alias)
      if (label === null || label === '' || ids.includes(id)) return refused
      participant(id, label)
    } else if (message) {
      const [, from = '', arrow = '', to = '', raw = ''] = message
      const style = ARROWS[arrow]
      const label = plainLabel(raw)
      if (label === null || !style) return refused
      count += 1
      const text = numbered ? `${count}. ${label}`.trim() : label
      events.push({ kind: 'message', from: participant(from), to: participant(to), text, ...style })
    } else if (note) {
      const [, over, first, last, side, beside, raw = ''] = note
      const text = plainLabel(raw)
      if (text === null || text === '') return refused
      const from = participant((over ? first : beside) ?? '')
      const to = last === undefined ? from : participant(last)
      const where = over ? 'over' : side?.toLowerCase() === 'left' ? 'left' : 'right'
      events.push({ kind: 'note', side: where, from: Math.min(from, to), to: Math.max(from, to), text })
    } else if (frame) {
      const label = plainLabel(frame[2] ?? '')
      if (label === null) return refused
      events.push({ kind: 'rule', text: [frame[1], label].filter(Boolean).join(': '), depth: frames.length })
      frames.push(frame[1] ?? '')
    } else if (part) {
      const label = plainLabel(part[2] ?? '')
      if (label === null || frames.at(-1) !== FRAME_PART[part[1] ?? '']) return refused
      events.push({
        kind: 'rule',
        text: [part[1], label].filter(Boolean).join(': '),
        depth: frames.length - 1,
      })
    } else if (line === 'end') {
      const closed = frames.pop()
      if (closed === undefined) return refused
      events.push({ kind: 'rule', text: `end of ${closed}`, depth: frames.length })
    } else if (line === 'autonumber') numbered = true
    else if (!/^(?:de)?activate +\w+$/.test(line)) return refused
  }
  if (box !== null) return '"box" has no end'
  if (frames.length > 0) return `"${frames.at(-1)}" has no end`
  return { participants: labels, events }
}

type Columns = {
  /** Column of each lifeline. */
  readonly at: readonly number[]
  readonly width: number
}

/** Lifelines as close as boxes, labels and notes allow. */
function placeColumns({ participants, events }: Sequence, labelWidth: number): Columns {
  const half = participants.map((label) => Math.ceil((label.length + 4) / 2))
  const gaps = participants.slice(1).map((_, i) => (half[i] ?? 0) + (half[i + 1] ?? 0) + 1)
  let left = half[0] ?? 0
  let right = half.at(-1) ?? 0
  const last = participants.length - 1
  const wide = (text: string) => Math.max(0, ...wrapLabel(text, labelWidth).map((l) => l.length))
  /** Room to the right (or left) of a lifeline: in its gap, or at the picture's edge. */
  const roomRight = (i: number, columns: number) => {
    if (i === last) right = Math.max(right, columns)
    else gaps[i] = Math.max(gaps[i] ?? 0, columns + 1)
  }
  const roomLeft = (i: number, columns: number) => {
    if (i === 0) left = Math.max(left, columns)
    else gaps[i - 1] = Math.max(gaps[i - 1] ?? 0, columns + 1)
  }
  const spans: { from: number; to: number; columns: number }[] = []
  for (const event of events) {
    if (event.kind === 'message') {
      const [from, to] = [Math.min(event.from, event.to), Math.max(event.from, event.to)]
      if (from === to) roomRight(from, wide(event.text) + 6)
      else spans.push({ from, to, columns: Math.max(wide(event.text) + 3, 5) })
    } else if (event.kind === 'note') {
      const columns = wide(event.text) + 4
      if (event.side === 'right') roomRight(event.from, columns + 1)
      else if (event.side === 'left') roomLeft(event.from, columns + 1)
      else if (event.from === event.to) {
        roomLeft(event.from, Math.ceil(columns / 2) + 1)
        roomRight(event.from, Math.ceil(columns / 2) + 1)
      } else spans.push({ from: event.from, to: event.to, columns })
    }
  }
  // Short spans first, so that a long one uses what the short ones made.
  for (const { from, to, columns } of spans.sort((a, b) => a.to - a.from - (b.to - b.from))) {
    const have = gaps.slice(from, to).reduce((sum, gap) => sum + gap, 0)
    const missing = columns - have
    for (let k = 0; k < missing; k++)
      gaps[from + (k % (to - from))] = (gaps[from + (k % (to - from))] ?? 0) + 1
  }
  const at = [left]
  for (const gap of gaps) at.push((at.at(-1) ?? 0) + gap)
  return { at, width: (at.at(-1) ?? 0) + right + 1 }
}

function draw({ participants, events }: Sequence, { at, width }: Columns, labelWidth: number): string[] {
  const rows: string[][] = []
  const column = (i: number) => at[i] ?? 0
  const row = (withLifelines = true) => {
    const cells = Array.from({ length: width }, () => ' ')
    if (withLifelines) for (const x of at) cells[x] = '|'
    rows.push(cells)
    return cells
  }
  const put = (cells: string[], x: number, text: string) => {
    invariant(x >= 0 && x + text.length <= width, 'a label leaves the picture')
    for (let k = 0; k < text.length; k++) cells[x + k] = text[k] ?? ''
  }

  const boxes = [row(false), row(false), row(false)] as const
  participants.forEach((label, i) => {
    const x = column(i) - Math.floor((label.length + 4) / 2)
    const border = `+${'-'.repeat(label.length + 2)}+`
    put(boxes[0], x, border)
    put(boxes[1], x, `| ${label} |`)
    put(boxes[2], x, border)
  })
  for (const event of events) {
    switch (event.kind) {
      case 'message': {
        const lines = event.text === '' ? [] : wrapLabel(event.text, labelWidth)
        if (event.from === event.to) drawSelf(lines, column(event.from), event.dotted, event.head)
        else drawArrow(lines, column(event.from), column(event.to), event.dotted, event.head)
        break
      }
      case 'note': {
        const lines = wrapLabel(event.text, labelWidth)
        const inner = Math.max(...lines.map((l) => l.length))
        const middle = Math.floor((column(event.from) + column(event.to)) / 2)
        const x =
          event.side === 'right'
            ? column(event.from) + 2
            : event.side === 'left'
              ? column(event.from) - inner - 5
              : middle - Math.floor((inner + 4) / 2)
        for (const l of lines) put(row(), Math.max(0, x), `[ ${l.padEnd(inner)} ]`)
        break
      }
      case 'rule': {
        const text = `${'='.repeat(2 + 2 * event.depth)} ${event.text} `
        for (const [i, l] of wrapLabel(text.trim(), width - 2).entries()) {
          const cells = row(false)
          put(cells, 0, (i === 0 ? `${l} `.padEnd(width, '=') : l).slice(0, width))
        }
        break
      }
      default:
        unreachable(event)
    }
  }
  return rows.map((cells) => cells.join('').trimEnd())

  function drawArrow(lines: readonly string[], from: number, to: number, dotted: boolean, head: Head): void {
    const [left, right] = [Math.min(from, to), Math.max(from, to)]
    for (const l of lines) {
      put(row(), left + 1 + Math.max(0, Math.floor((right - left - 1 - l.length) / 2)), l)
    }
    const cells = row()
    for (let x = left + 1; x < right; x++) cells[x] = dotted ? '.' : '-'
    const mark = headMark(head, to > from)
    if (mark !== '') cells[to > from ? right - 1 : left + 1] = mark
  }

  function drawSelf(lines: readonly string[], x: number, dotted: boolean, head: Head): void {
    const bar = (dotted ? '.' : '-').repeat(2)
    put(row(), x + 1, `${bar}+`)
    for (const l of lines.length > 0 ? lines : ['']) put(row(), x + 3, `| ${l}`.trimEnd())
    const mark = headMark(head, false)
    put(row(), x + 1, `${mark === '' ? bar[0] : mark}${bar[0]}+`)
  }
}

function headMark(head: Head, rightwards: boolean): string {
  switch (head) {
    case 'arrow':
      return rightwards ? '>' : '<'
    case 'async':
      return rightwards ? ')' : '('
    case 'cross':
      return 'x'
    case 'none':
      return ''
    default:
      return unreachable(head)
  }
}
