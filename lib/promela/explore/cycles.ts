/**
 * Strongly connected components of a graph in rows (Tarjan, SIAM J. Comput. 1972), without recursion: a graph of
 * states is deeper than any call stack. Nodes outside `within` do not exist.
 */

/** `first[n] … first[n + 1]` are the positions in `targets` of the edges that leave node `n`. */
export type Rows = { readonly first: readonly number[]; readonly targets: readonly number[] }

/** Only components with an edge inside, as lists of their nodes. */
export function components({ first, targets }: Rows, within: (node: number) => boolean): number[][] {
  const count = first.length - 1
  const index = new Int32Array(count)
  const low = new Int32Array(count)
  const position = new Int32Array(count)
  const onStack = new Uint8Array(count)
  const stack: number[] = []
  const path: number[] = []
  const found: number[][] = []
  let next = 1
  const enter = (node: number): void => {
    index[node] = low[node] = next++
    position[node] = first[node] ?? 0
    onStack[node] = 1
    stack.push(node)
    path.push(node)
  }
  for (let root = 0; root < count; root++) {
    if (index[root] !== 0 || !within(root)) continue
    enter(root)
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const at = position[node] ?? 0
      if (at < (first[node + 1] ?? 0)) {
        position[node] = at + 1
        const target = targets[at] ?? 0
        if (!within(target)) continue
        if (index[target] === 0) enter(target)
        else if (onStack[target]) low[node] = Math.min(low[node] ?? 0, index[target] ?? 0)
        continue
      }
      path.pop()
      const above = path.at(-1)
      if (above !== undefined) low[above] = Math.min(low[above] ?? 0, low[node] ?? 0)
      if (low[node] !== index[node]) continue
      const from = stack.lastIndexOf(node)
      const nodes = stack.splice(from)
      for (const member of nodes) onStack[member] = 0
      const loops = nodes.length > 1 || targets.slice(first[node], first[node + 1]).includes(node)
      if (loops) found.push(nodes)
    }
  }
  return found
}

/** Positions of the edges of a shortest path of at least one edge, inside `nodes`, that ends with a wanted edge. */
export function pathTo(
  { first, targets }: Rows,
  nodes: ReadonlySet<number>,
  from: number,
  isWanted: (edge: number, source: number) => boolean,
): readonly number[] | null {
  const reachedBy = new Map<number, { edge: number; source: number }>()
  const back = (source: number, edge: number): number[] => {
    const edges = [edge]
    for (let node = source; node !== from; ) {
      const step = reachedBy.get(node)
      if (!step) break
      edges.push(step.edge)
      node = step.source
    }
    return edges.reverse()
  }
  const queue = [from]
  for (let at = 0; at < queue.length; at++) {
    const source = queue[at] ?? from
    for (let edge = first[source] ?? 0; edge < (first[source + 1] ?? 0); edge++) {
      const target = targets[edge] ?? 0
      if (!nodes.has(target)) continue
      if (isWanted(edge, source)) return back(source, edge)
      if (target === from || reachedBy.has(target)) continue
      reachedBy.set(target, { edge, source })
      queue.push(target)
    }
  }
  return null
}
