import { expect, test } from 'vitest'
import { FLOWCHARTS, STATES } from '#lib/anchor/samples/flowcharts.ts'
import { readFlowchart, readStateDiagram } from './graph.ts'

const both = [
  ...FLOWCHARTS.map((one) => ({ ...one, read: readFlowchart })),
  ...STATES.map((one) => ({ ...one, read: readStateDiagram })),
]

test.each(both)(
  '$lines has its nodes and edges, as the places of a page have',
  ({ lines, nodes, edges, read }) => {
    const graph = read(lines.split('\n'))
    if ('refused' in graph) throw new Error(graph.refused)
    expect(graph.nodes.map(({ id }) => id).sort()).toEqual([...nodes].sort())
    expect(graph.edges.map(({ from, to }) => `${from}->${to}`).sort()).toEqual(edges)
  },
)
