/**
 * The run without end in an explored product: a component that accepts, the shortest way to it, and round it past all
 * that it must pass. As generators that pause, like those of `cycles.ts`.
 */
import { invariant } from '#lib/result.ts'
import { components, type EdgeTest, pathTo, type Rows } from './cycles.ts'

export type ProductGraph = {
  readonly rows: Rows
  /** Only these nodes; `null` for all. */
  readonly within: ((node: number) => boolean) | null
  /** Acceptance sets of edges, all of which a run has to see again and again; `null` when edges accept nothing. */
  readonly sets: number | null
  readonly marks: (edge: number) => number
  /** A run that comes here again and again accepts as well. */
  readonly accepts: (node: number) => boolean
  /** Any cycle will do. */
  readonly any: boolean
  /** Runs must be fair to every process: it moves, or cannot. */
  readonly fairness: {
    readonly processes: (node: number) => number
    readonly moves: (edge: number, pid: number) => boolean
    readonly canMove: (node: number, pid: number) => boolean
  } | null
}

/** A node and the edges of a cycle from it to itself. */
export type Lasso = { readonly entry: number; readonly edges: readonly number[] }

/** Edges between two pauses. */
const PAUSE = 4096

export function* findLasso(graph: ProductGraph): Generator<null, Lasso | null> {
  const { rows } = graph
  // The number of the component that a node was last found in.
  const stamp = new Int32Array(rows.first.length)
  let number = 0
  for (const nodes of components(rows, graph.within ?? (() => true))) {
    if (!nodes) {
      yield null
      continue
    }
    number++
    for (const node of nodes) stamp[node] = number
    const inside = (node: number): boolean => stamp[node] === number
    const wanted = yield* wantedIn(graph, nodes, inside)
    if (wanted) return yield* roundTrip(rows, nodes, inside, wanted)
  }
  return null
}

/** What a cycle through the whole component has to pass, as tests of edges; `null` when none accepts. */
function* wantedIn(
  graph: ProductGraph,
  nodes: readonly number[],
  inside: (node: number) => boolean,
): Generator<null, readonly EdgeTest[] | null> {
  const { rows, marks, fairness } = graph
  let seen = 0
  let accepting = false
  let most = 0
  let steps = 0
  for (const node of nodes) {
    accepting ||= graph.accepts(node)
    if (fairness) most = Math.max(most, fairness.processes(node))
    for (let edge = rows.first.at(node); edge < rows.first.at(node + 1); edge++) {
      if ((++steps & (PAUSE - 1)) === 0) yield null
      if (inside(rows.targets.at(edge))) seen |= marks(edge)
    }
  }
  const sets = Array.from({ length: graph.sets ?? 0 }, (_, set) => 1 << set)
  let wanted: EdgeTest[]
  if (graph.any) wanted = []
  else if (graph.sets !== null && sets.every((bit) => (seen & bit) !== 0))
    wanted = sets.map((bit) => (edge) => (marks(edge) & bit) !== 0)
  else if (accepting) wanted = [(_, source) => graph.accepts(source)]
  else return null
  if (!fairness) return wanted
  for (let pid = 0; pid < most; pid++) {
    const isFair: EdgeTest = (edge, source) => fairness.moves(edge, pid) || !fairness.canMove(source, pid)
    let some = false
    for (let at = 0; at < nodes.length && !some; at++) {
      const node = nodes[at] ?? 0
      for (let edge = rows.first.at(node); edge < rows.first.at(node + 1) && !some; edge++) {
        if ((++steps & (PAUSE - 1)) === 0) yield null
        some = inside(rows.targets.at(edge)) && isFair(edge, node)
      }
    }
    if (!some) return null
    wanted.push(isFair)
  }
  return wanted
}

function* roundTrip(
  rows: Rows,
  nodes: readonly number[],
  inside: (node: number) => boolean,
  wanted: readonly EdgeTest[],
): Generator<null, Lasso> {
  // Nodes are numbered breadth first: the least one is the first that a run comes to.
  let entry = Number.POSITIVE_INFINITY
  for (const node of nodes) entry = Math.min(entry, node)
  const edges: number[] = []
  const sources: number[] = []
  let at = entry
  const visit = function* (test: EdgeTest): Generator<null, void> {
    const way = yield* pathTo(rows, inside, at, test)
    invariant(way, 'every edge of a component can be reached inside it')
    for (const edge of way) {
      edges.push(edge)
      sources.push(at)
      at = rows.targets.at(edge)
    }
  }
  for (const test of wanted)
    if (!edges.some((edge, index) => test(edge, sources[index] ?? 0))) yield* visit(test)
  if (edges.length === 0 || at !== entry) yield* visit((edge) => rows.targets.at(edge) === entry)
  return { entry, edges }
}
