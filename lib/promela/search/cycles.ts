/**
 * Strongly connected components of a graph in rows (Tarjan, SIAM J. Comput. 1972), without recursion: a graph of
 * states is deeper than any call stack. Nodes outside `within` do not exist.
 *
 * Written as generators that pause every few thousand steps, because the graph may have millions of edges and whoever
 * drives the search wants to be asked in between.
 */
import type { Column } from './column.ts'

/** `first[n] … first[n + 1]` are the positions in `targets` of the edges that leave node `n`. */
export type Rows = { readonly first: Column; readonly targets: Column }

/** Steps between two pauses. */
const PAUSE = 4096

/** Yields components with an edge inside, as lists of their nodes; `null` is a pause. */
export function* components(
  { first, targets }: Rows,
  within: (node: number) => boolean,
): Generator<readonly number[] | null, void> {
  const count = first.length - 1
  const index = new Int32Array(count)
  const low = new Int32Array(count)
  const position = new Int32Array(count)
  const onStack = new Uint8Array(count)
  const stack: number[] = []
  const path: number[] = []
  let next = 1
  let steps = 0
  const enter = (node: number): void => {
    index[node] = low[node] = next++
    position[node] = first.at(node)
    onStack[node] = 1
    stack.push(node)
    path.push(node)
  }
  for (let root = 0; root < count; root++) {
    if ((++steps & (PAUSE - 1)) === 0) yield null
    if (index[root] !== 0 || !within(root)) continue
    enter(root)
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if ((++steps & (PAUSE - 1)) === 0) yield null
      const at = position[node] ?? 0
      if (at < first.at(node + 1)) {
        position[node] = at + 1
        const target = targets.at(at)
        if (!within(target)) continue
        if (index[target] === 0) enter(target)
        else if (onStack[target]) low[node] = Math.min(low[node] ?? 0, index[target] ?? 0)
        continue
      }
      path.pop()
      const above = path.at(-1)
      if (above !== undefined) low[above] = Math.min(low[above] ?? 0, low[node] ?? 0)
      if (low[node] !== index[node]) continue
      const nodes = stack.splice(stack.lastIndexOf(node))
      for (const member of nodes) onStack[member] = 0
      if (nodes.length > 1 || hasLoop(first, targets, node)) yield nodes
    }
  }
}

function hasLoop(first: Column, targets: Column, node: number): boolean {
  for (let edge = first.at(node); edge < first.at(node + 1); edge++)
    if (targets.at(edge) === node) return true
  return false
}

/** A test of an edge, which leaves `source`. */
export type EdgeTest = (edge: number, source: number) => boolean

/**
 * The edges of a shortest path of at least one edge, among nodes that are `inside`, that ends with a wanted edge;
 * `null` is a pause. Returns `null` when there is none.
 */
export function* pathTo(
  { first, targets }: Rows,
  inside: (node: number) => boolean,
  from: number,
  isWanted: EdgeTest,
): Generator<null, readonly number[] | null> {
  const reachedBy = new Map<number, { edge: number; source: number }>()
  const queue = [from]
  let steps = 0
  for (let at = 0; at < queue.length; at++) {
    const source = queue[at] ?? from
    for (let edge = first.at(source); edge < first.at(source + 1); edge++) {
      if ((++steps & (PAUSE - 1)) === 0) yield null
      const target = targets.at(edge)
      if (!inside(target)) continue
      if (isWanted(edge, source)) {
        const edges = [edge]
        for (let node = source; node !== from; ) {
          const step = reachedBy.get(node)
          if (!step) break
          edges.push(step.edge)
          node = step.source
        }
        return edges.reverse()
      }
      if (target === from || reachedBy.has(target)) continue
      reachedBy.set(target, { edge, source })
      queue.push(target)
    }
  }
  return null
}
