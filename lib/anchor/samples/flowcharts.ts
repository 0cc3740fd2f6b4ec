/**
 * Flowcharts and state diagrams, and what is in them: for whatever reads such a source, so that the places of a page and the
 * pictures of a mail are of the same nodes and edges.
 */
export type FlowchartSample = {
  /** Without the line that says what it is. */
  readonly lines: string
  readonly nodes: readonly string[]
  /** `A->B`, sorted. */
  readonly edges: readonly string[]
}

const sample = (lines: string, nodes: string, edges: string): FlowchartSample => ({
  lines,
  nodes: nodes.split(' '),
  edges: edges === '' ? [] : edges.split(' '),
})

export const FLOWCHARTS: readonly FlowchartSample[] = [
  sample('A --> B', 'A B', 'A->B'),
  sample('A -- words --> B', 'A B', 'A->B'),
  sample('A -- more words of it --> B -- and --> C', 'A B C', 'A->B B->C'),
  sample('A == words ==> B\nB -. words .-> C', 'A B C', 'A->B B->C'),
  sample('A -- "words" --- B', 'A B', 'A->B'),
  sample('A -->|words| B ---|"words"| C', 'A B C', 'A->B B->C'),
  sample('A & B --> C', 'A B C', 'A->C B->C'),
  sample('A --> B & C', 'A B C', 'A->B A->C'),
  sample('A & B -- words --> C & D', 'A B C D', 'A->C A->D B->C B->D'),
  sample('A[one] --> B & C(two) --> D', 'A B C D', 'A->B A->C B->D C->D'),
  sample('A["f(x) [i] {j}"] --> B("g(x)")', 'A B', 'A->B'),
  sample('A[[sub]] --> B[(store)] --> C((round)) --> D{{six}}', 'A B C D', 'A->B B->C C->D'),
  sample('A>flag] --> B[/slanted/] --> C([End])', 'A B C', 'A->B B->C'),
  sample('A:::hot --> B[words]:::cold', 'A B', 'A->B'),
  sample('A --> B\nA --> B', 'A B', 'A->B A->B'),
  sample('A ---> B -.-> C ===> D -.- E === F', 'A B C D E F', 'A->B B->C C->D D->E E->F'),
  sample('subgraph one [Words]\nA --> B\nend\nB --> C', 'A B C', 'A->B B->C'),
  sample(
    'A --> B\nclassDef hot fill:#fff\nclass A hot\nstyle B fill:#fff\nlinkStyle 0 stroke:#333',
    'A B',
    'A->B',
  ),
  sample('A', 'A', ''),
]

export const STATES: readonly FlowchartSample[] = [
  sample('Idle --> Busy : wake\nBusy --> Idle', 'Idle Busy', 'Busy->Idle Idle->Busy'),
  sample('state "some words" as Long\nLong --> Idle', 'Long Idle', 'Long->Idle'),
  sample('Idle : some words\nIdle --> Busy', 'Idle Busy', 'Idle->Busy'),
]
