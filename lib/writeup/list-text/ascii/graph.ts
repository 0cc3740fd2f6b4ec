/**
 * Flowcharts and flat state charts, read strictly into nodes and edges.
 *
 * Understood: nodes with a plain label in any shape, edges with and without a label, chains. Styling lines say
 * nothing and are left out. Composite states, edges of a subgraph as a whole, multi-line labels in Markdown, clicks: refused.
 */
import { plainLabel } from './label.ts'

export type GraphNode = { readonly id: string; readonly label: string }
export type GraphEdge = {
  readonly from: string
  readonly to: string
  /** Empty for none. */
  readonly label: string
  readonly line: 'solid' | 'dotted' | 'thick'
  readonly hasHead: boolean
}
/** In the order of the source. */
export type Graph = {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly groups?: readonly GraphGroup[]
}
/** A subgraph: `nodes` are those directly in it, `within` the subgraph that it stands in. */
export type GraphGroup = {
  readonly id: string
  readonly title: string
  readonly nodes: readonly string[]
  readonly within: string | null
}

/** A graph, or why the source is refused. */
export type GraphReading = Graph | { readonly refused: string }

const NODE = String.raw`([A-Za-z][\w]*)(?:(\[\[|\[\(|\(\[|\(\(\(|\(\(|\{\{|\[\/|\[\\|>|\[|\(|\{)("[^"]*"|.*?)(\]\]|\)\]|\]\)|\)\)\)|\)\)|\}\}|\/\]|\\\]|\]|\)|\}))?(?::::\w+)?`
const NODE_HERE = new RegExp(`^${NODE}`)
/** `-->`, `---`, `-.->`, `==>` and longer forms; a label as `-->|text|` or `-- text -->`. */
const EDGE_HERE =
  /^ *(?:(-{2,}>|-{3,}|-\.+->|-\.+-|={2,}>|={3,})(?: *\|([^|]*)\|)?|(?:(--|==|-\.) +([^|<>]*?) +(-{2,}>|-{3,}|={2,}>|={3,}|\.+->|\.+-))) */
const CLOSES: Readonly<Record<string, string>> = {
  '[': ']',
  '(': ')',
  '{': '}',
  '((': '))',
  '(((': ')))',
  '([': '])',
  '[[': ']]',
  '[(': ')]',
  '{{': '}}',
  '>': ']',
  '[/': '/]',
  '[\\': '\\]',
}

/** The lines after `flowchart TD`. */
export function readFlowchart(lines: readonly string[]): GraphReading {
  const graph = new GraphBuilder()
  for (const line of lines) {
    if (/^(?:style|classDef|class|linkStyle|direction) /.test(line)) continue
    const refused = { refused: `not understood: "${line.slice(0, 40)}"` }
    const group = /^subgraph (?:(\w+) ?\[(.+)\]|(.+))$/.exec(line)
    if (group) {
      const [, id, titled, plain = ''] = group
      const title = plainLabel((titled ?? plain).trim().replace(/^"(.*)"$/, '$1'))
      if (title === null || title === '' || /:(?: |$)/.test(title)) return refused
      graph.open(id ?? plain, title)
      continue
    }
    if (line === 'end') {
      if (!graph.close()) return refused
      continue
    }
    let rest = line
    let from: readonly string[] = []
    let edge: Omit<GraphEdge, 'from' | 'to'> | null = null
    for (;;) {
      // `A & B`: each of them, here and at the other end.
      const ids: string[] = []
      for (;;) {
        const node = NODE_HERE.exec(rest)
        if (!node) return refused
        const [whole, id = '', open, rawLabel = '', close] = node
        if (['end', 'subgraph', 'click', 'direction'].includes(id)) return refused
        if (open !== undefined && CLOSES[open] !== close) return refused
        const quoted = /^"(.*)"$/.exec(rawLabel.trim())
        const raw = quoted?.[1] ?? rawLabel
        // Inside a label without quotes these would end it or open another shape.
        if (!quoted && /["[\](){}|]/.test(raw)) return refused
        const label = plainLabel(raw)
        if (label === null || (open !== undefined && label === '')) return refused
        if (!graph.node(id, open === undefined ? null : label)) return refused
        ids.push(id)
        rest = rest.slice(whole.length)
        const and = /^ *& */.exec(rest)
        if (!and) break
        rest = rest.slice(and[0].length)
      }
      if (edge) for (const one of from) for (const id of ids) graph.edges.push({ from: one, to: id, ...edge })
      if (rest.trim() === '') break
      const arrow = EDGE_HERE.exec(rest)
      if (!arrow) return refused
      const [matched, plain, piped, , worded, tail] = arrow
      const text = plainLabel((piped ?? worded ?? '').trim().replace(/^"(.*)"$/, '$1'))
      if (text === null) return refused
      const form = plain ?? `${arrow[3] ?? ''}${tail ?? ''}`
      edge = {
        label: text,
        line: form.includes('=') ? 'thick' : form.includes('.') ? 'dotted' : 'solid',
        hasHead: form.endsWith('>'),
      }
      from = ids
      rest = rest.slice(matched.length)
    }
  }
  return graph.finish()
}

/** The lines after `stateDiagram-v2`. Start and end become nodes of that name. */
export function readStateDiagram(lines: readonly string[]): GraphReading {
  const graph = new GraphBuilder()
  for (const line of lines) {
    if (/^(?:classDef|class|direction) /.test(line)) continue
    const refused = { refused: `not understood: "${line.slice(0, 40)}"` }
    const edge = /^(\[\*\]|\w+) *--> *(\[\*\]|\w+)(?: *: *(.*))?$/.exec(line)
    const alias = /^state +"([^"]*)" +as +(\w+)$/.exec(line)
    const described = /^(\w+) *: *(.+)$/.exec(line)
    if (edge) {
      const [, rawFrom = '', rawTo = '', rawLabel = ''] = edge
      const label = plainLabel(rawLabel)
      if (label === null) return refused
      const from = rawFrom === '[*]' ? 'start_' : rawFrom
      const to = rawTo === '[*]' ? 'end_' : rawTo
      graph.node(from, from === 'start_' ? '(start)' : null)
      graph.node(to, to === 'end_' ? '(end)' : null)
      graph.edges.push({ from, to, label, line: 'solid', hasHead: true })
    } else if (alias || described) {
      const [id = '', raw = ''] = alias ? [alias[2], alias[1]] : [described?.[1], described?.[2]]
      const label = plainLabel(raw)
      if (label === null || label === '' || !graph.node(id, label)) return refused
    } else if (/^\w+$/.test(line) && line !== 'end') graph.node(line, null)
    else return refused
  }
  return graph.finish()
}

class GraphBuilder {
  readonly edges: GraphEdge[] = []
  readonly #labels = new Map<string, string | null>()
  readonly #open: { readonly id: string; readonly title: string; readonly mentioned: string[] }[] = []
  readonly #groups: GraphGroup[] = []

  /** False when the node has another label already. */
  node(id: string, label: string | null): boolean {
    const known = this.#labels.get(id)
    if (known !== undefined && known !== null && label !== null && known !== label) return false
    this.#labels.set(id, label ?? known ?? null)
    for (const group of this.#open.slice(-1)) group.mentioned.push(id)
    return true
  }

  open(id: string, title: string): void {
    this.#open.push({ id, title, mentioned: [] })
  }

  /** As mermaid has it, a node is of the first subgraph that ends with it. False: none is open. */
  close(): boolean {
    const group = this.#open.pop()
    if (!group) return false
    const nodes = [...new Set(group.mentioned)].filter(
      (id) => !this.#groups.some((one) => one.nodes.includes(id)),
    )
    this.#groups.push({ id: group.id, title: group.title, nodes, within: this.#open.at(-1)?.id ?? null })
    return true
  }

  finish(): GraphReading {
    const nodes = [...this.#labels].map(([id, label]) => ({ id, label: label ?? id }))
    if (nodes.length === 0) return { refused: 'the diagram is empty' }
    const ids = this.#groups.map(({ id }) => id)
    if (this.#open.length > 0 || new Set(ids).size !== ids.length) return { refused: 'a subgraph has no end' }
    if (ids.some((id) => this.#labels.has(id))) return { refused: 'an edge leads to a subgraph' }
    return { nodes, edges: this.edges, ...(ids.length > 0 ? { groups: this.#groups } : {}) }
  }
}
