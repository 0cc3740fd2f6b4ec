import { expect, test } from 'vitest'
import { FLOWCHARTS, STATES } from '#lib/anchor/samples/flowcharts.ts'
import { cpuMs, msHere } from '../../scripts/cpu-time.mjs'
import { diagramParts } from './diagram-parts.ts'

const partsOf = (source: string) =>
  diagramParts(source).map(({ kind, id, start, end }) => [kind, id, source.slice(start, end)])

test('of a flowchart: each node at its label, each edge with its ends', () => {
  const source =
    'flowchart LR\n  A --> B{May it?} -->|yes| C([End])\n  A[Begin] -.-> C\n  A --> B\n  class A red'
  expect(partsOf(source)).toEqual([
    ['edge', 'A->B', 'A --> B{May it?}'],
    ['node', 'B', 'B{May it?}'],
    ['edge', 'B->C', 'B{May it?} -->|yes| C([End])'],
    ['node', 'C', 'C([End])'],
    ['node', 'A', 'A[Begin]'],
    ['edge', 'A->C', 'A[Begin] -.-> C'],
    ['edge', 'A->B#2', 'A --> B'],
  ])
})

test('of a sequence: who takes part, and each message', () => {
  const source =
    'sequenceDiagram\n    participant T as Task\n    T->>R: submit\n    R-->>T: done\n    T->>R: again'
  expect(partsOf(source)).toEqual([
    ['node', 'T', 'participant T as Task'],
    ['edge', 'T->R', 'T->>R: submit'],
    ['edge', 'R->T', 'R-->>T: done'],
    ['edge', 'T->R#2', 'T->>R: again'],
  ])
})

test('where a state diagram begins is no node', () => {
  expect(partsOf('stateDiagram-v2\n  [*] --> Idle\n  Idle --> Busy : wake')).toEqual([
    ['edge', '[*]->Idle', '[*] --> Idle'],
    ['node', 'Idle', 'Idle'],
    ['edge', 'Idle->Busy', 'Idle --> Busy'],
    ['node', 'Busy', 'Busy'],
  ])
})

const both = [
  ...FLOWCHARTS.map((one) => ({ ...one, head: 'flowchart LR' })),
  ...STATES.map((one) => ({ ...one, head: 'stateDiagram-v2' })),
]

test.each(both)('$lines has its nodes and edges', ({ head, lines, nodes, edges }) => {
  const parts = diagramParts(`${head}\n${lines}`)
  const of = (kind: string) =>
    parts.filter((one) => one.kind === kind).map(({ id }) => id.replace(/#\d+$/, ''))
  expect(of('node').sort()).toEqual([...nodes].sort())
  expect(of('edge').sort()).toEqual(edges)
})

test('each of several edges in a line has a place of its own', () => {
  const edges = partsOf('flowchart LR\n  A & B -- words --> C & D').filter(([kind]) => kind === 'edge')
  expect(edges).toEqual([
    ['edge', 'A->C', 'A & B -- words --> C'],
    ['edge', 'A->D', 'A & B -- words --> C & D'],
    ['edge', 'B->C', 'B -- words --> C'],
    ['edge', 'B->D', 'B -- words --> C & D'],
  ])
})

test('statements on one line, ids with dashes, comments above, notes, and who is made later', () => {
  const ids = (source: string) => diagramParts(source).map(({ id }) => id)
  expect(ids('%% why\ngraph TD; A-->B; B-->C;').sort()).toEqual(['A', 'A->B', 'B', 'B->C', 'C'])
  expect(ids('graph TD\n  my-node --> end-point\n  A x--x B').sort()).toEqual([
    'A',
    'A->B',
    'B',
    'end-point',
    'my-node',
    'my-node->end-point',
  ])
  const states =
    'stateDiagram-v2\n  state Busy {\n    A --> B\n  }\n  note right of A\n    words of it\n  end note\n  C'
  expect(ids(states).sort()).toEqual(['A', 'A->B', 'B', 'Busy', 'C'])
  expect(ids('sequenceDiagram\n  create participant C\n  A->>C: make')).toContain('C')
})

test('lists of ends and arrows without an end take no time', () => {
  const start = cpuMs()
  const list = Array.from({ length: 2000 }, (_, i) => `n${i}`).join(' & ')
  expect(diagramParts(`flowchart TD\n${list} --> ${list}`)).toHaveLength(500)
  for (const row of ['A -- ', 'A --  ', ' ', 'A & ', '-- "', 'A["', 'A -. x '])
    diagramParts(`flowchart TD\nA -- ${row.repeat(10_000 / row.length)}`)
  diagramParts(`flowchart TD\nA --${' '.repeat(10_000)}`)
  expect(cpuMs() - start).toBeLessThan(msHere(2000))
})

test('a source that is no such diagram, or hostile, has few parts and takes no time', () => {
  expect(diagramParts('pie title x')).toEqual([])
  expect(diagramParts(`flowchart TD\n${'A[[[['.repeat(20_000)}`).length).toBeLessThan(3)
  expect(diagramParts(`flowchart TD\n${'A --> B\n'.repeat(20_000)}`)).toHaveLength(500)
})
