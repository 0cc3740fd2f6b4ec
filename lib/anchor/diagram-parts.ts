/**
 * What a diagram's source has beside lines: nodes and edges, each with the words that say it.
 *
 * They keep their names from one revision to the next, wherever their lines go: a node is its id, an edge the ids of its ends
 * and, where several go the same way, which of them it is. Of Mermaid's `flowchart` (or `graph`), `stateDiagram` and
 * `sequenceDiagram`; a source of another kind has none.
 */
import type { TextRange } from './selector.ts'

export type DiagramPart = TextRange & {
  readonly kind: 'node' | 'edge'
  /** `A`, or `A->B`, `A->B#2`. */
  readonly id: string
}

/** More than anybody draws. */
const MAX_PARTS = 500

/** An id, a shape with its label (in quotes anything may stand in it), a class. */
const NODE =
  /(\[\*\]|\w[\w.*]*(?:-\w[\w.*]*)*)(?:\s*([[({]{1,3}[/\\]?"[^"\n]*"[/\\]?[\])}]{1,3}|\[[^\]\n]*\]+|\([^)\n]*\)+|\{[^}\n]*\}+)|(>[^\]\n]*\]))?(?::::\w+)?/y
const AND = /\s*&\s*/y
const ARROW = /(?:\s+[xo](?=--|==|-\.)|\s*<?)(?:-[-.]|==|~~)[-=.~]*(?:>|[ox](?!\w))?\s*(?:\|[^|\n]*\|)?\s*/y
/** `A -- words --> B`, `A == words ==> B`, `A -. words .-> B`: how the arrow begins, and how it ends. */
const WORDS_BEGIN = /(?:\s+[xo](?=--|==|-\.)|\s*<?)(?:--|==|-\.)(?=\s)/y
const WORDS_END = /\s(?:-{2,}(?:>|[ox](?!\w))?|={2,}>?|\.+-+(?:>|[ox](?!\w))?)\s*/g
const NEXT = /\s*;\s*/y
const HEAD = /^(?:flowchart|graph)(?:\s+\w+)?\s*;\s*/
const NO_NODES =
  /^(?:flowchart|graph|subgraph|end|classDef|class|style|linkStyle|click|direction|stateDiagram(?:-v2)?|note|%%)(?![\w.]|-\w)/
const STATE = /^state\s+(?:"[^"\n]*"\s+as\s+)?(\w+)/
const PARTICIPANT = /^(?:create\s+)?(?:participant|actor)\s+(\w+)/
const MESSAGE = /^(\w+)\s*(?:<<)?-{1,2}(?:>{1,2}|x|\))[+-]?\s*(\w+)\s*:/

/** In the order of the source: UTF-16 offsets into it. */
export function diagramParts(source: string): DiagramPart[] {
  const kind = /^(?:\s*%%[^\n]*\n)*\s*(flowchart|graph|stateDiagram|sequenceDiagram)\b/.exec(source)?.[1]
  if (kind === undefined) return []
  const found = new Parts()
  let at = 0
  let isNote = false
  for (const line of source.split('\n')) {
    const start = at + line.length - line.trimStart().length
    if (kind === 'sequenceDiagram') found.sequence(line.trim(), start)
    else if (kind === 'stateDiagram') {
      // Words of a note have lines of their own.
      if (/^\s*note\b[^:]*$/.test(line)) isNote = true
      if (!isNote) found.state(line.trim(), start)
      if (/^\s*end note\b/.test(line)) isNote = false
    } else found.flow(line.trim(), start)
    at += line.length + 1
  }
  return found.inOrder()
}

type End = TextRange & { readonly id: string }

/** The offset behind what stands at `at`; null: it is not there. */
function behind(pattern: RegExp, line: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(line) ? pattern.lastIndex : null
}

/** The offset behind an arrow that begins at `at` and has its words in the middle; null: none does. */
function wordsEnd(line: string, at: number): number | null {
  const words = behind(WORDS_BEGIN, line, at)
  if (words === null) return null
  WORDS_END.lastIndex = words
  const end = WORDS_END.exec(line)
  return end === null || /[|<>]/.test(line.slice(words, end.index).replace(/"[^"]*"/g, ''))
    ? null
    : WORDS_END.lastIndex
}

class Parts {
  readonly #nodes = new Map<string, TextRange & { isLabelled: boolean }>()
  readonly #edges = new Map<string, TextRange>()
  readonly #ways = new Map<string, number>()

  sequence(line: string, start: number): void {
    const range = { start, end: start + line.length }
    const node = PARTICIPANT.exec(line)?.[1]
    if (node !== undefined) this.#node(node, range, true)
    const [, from, to] = MESSAGE.exec(line) ?? []
    if (from !== undefined && to !== undefined) this.#edge(from, to, range)
  }

  state(line: string, start: number): void {
    const declared = STATE.exec(line)?.[1]
    if (declared !== undefined) this.#node(declared, { start, end: start + line.length }, true)
    else this.flow(line, start)
  }

  flow(line: string, start: number): void {
    let at = HEAD.exec(line)?.[0].length ?? 0
    let from: readonly End[] = []
    for (;;) {
      if (from.length === 0 && NO_NODES.test(line.slice(at, at + 20))) return
      const ends: End[] = []
      // `A & B`: each of them, here and at the other end.
      for (;;) {
        NODE.lastIndex = at
        const node = NODE.exec(line)
        if (!node?.[1]) return
        at = NODE.lastIndex
        const end = { id: node[1], start: start + node.index, end: start + at }
        // Where a state diagram begins and ends is no thing of its own.
        if (end.id !== '[*]') this.#node(end.id, end, (node[2] ?? node[3]) !== undefined)
        ends.push(end)
        const next = behind(AND, line, at)
        if (next === null) break
        at = next
      }
      for (const one of from)
        for (const to of ends) if (!this.#edge(one.id, to.id, { start: one.start, end: to.end })) return
      const arrow = wordsEnd(line, at) ?? behind(ARROW, line, at)
      from = arrow === null ? [] : ends
      const next = arrow ?? behind(NEXT, line, at)
      if (next === null) return
      at = next
    }
  }

  #node(id: string, range: TextRange, isLabelled: boolean): void {
    const known = this.#nodes.get(id)
    if (!known || (isLabelled && !known.isLabelled)) this.#nodes.set(id, { ...range, isLabelled })
  }

  /** False: there are more than anybody draws; two lists of ends make as many as one times the other. */
  #edge(from: string, to: string, range: TextRange): boolean {
    if (this.#edges.size >= MAX_PARTS) return false
    const way = `${from}->${to}`
    const count = (this.#ways.get(way) ?? 0) + 1
    this.#ways.set(way, count)
    this.#edges.set(count === 1 ? way : `${way}#${count}`, range)
    return true
  }

  inOrder(): DiagramPart[] {
    const parts = [
      ...[...this.#nodes].map(([id, { start, end }]) => ({ kind: 'node' as const, id, start, end })),
      ...[...this.#edges].map(([id, range]) => ({ kind: 'edge' as const, id, ...range })),
    ]
    return parts.sort((x, y) => x.start - y.start || x.end - y.end).slice(0, MAX_PARTS)
  }
}
