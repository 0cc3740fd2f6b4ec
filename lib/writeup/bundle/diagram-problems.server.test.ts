import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseWriteup } from '#lib/writeup/parse/parse.ts'
import { diagramProblems, faultOf } from './diagram-problems.server.ts'

test.each([
  ['a `;` in a message', 'sequenceDiagram\n  A->>B: q->lock = NULL; wmb();\n  B-->>A: 0', 1, 23, '`#59;`'],
  ['a node that is called end', 'flowchart TD\n  start --> end', 1, 12, '`End`'],
  ['a comment behind code', 'flowchart TD\n  A --> B %% why', 1, 10, 'line of its own'],
  ['a label that is not closed', 'flowchart TD\n  A[open --> B', 1, 3, 'not closed'],
  ['brackets in a label', 'flowchart TD\n  A[f(x)] --> B', 1, 5, 'quotes'],
  ['a state without its brace', 'stateDiagram-v2\n  state A {\n    B --> C', 2, 4, 'cannot be read'],
  ['an arrow that is none', 'sequenceDiagram\n  A=>B: x', 1, 2, 'cannot be read'],
])('%s is told at its line', async (_, source, line, column, says) => {
  const fault = await faultOf(source)
  expect(fault?.line).toBe(line)
  expect(fault?.message).toContain(says)
  if (says !== 'cannot be read' && says !== 'quotes') expect(fault?.column).toBe(column)
})

test.each([
  [
    'signs of code in labels',
    'flowchart TD\n  A["hb->lock"] --> B["if (r < 0) goto out;"]\n  B -->|"a && b"| C["x[i] = *p"]',
  ],
  ['angles without quotes', 'flowchart TD\n  A[q->lock] --> B(x<y)\n  B -->|p>>q| C{n > 0}'],
  ['a number sign', 'sequenceDiagram\n  A->>B: see #42 and #include\n  Note right of B: n == 0 # nothing'],
  [
    'a box, and who comes later',
    'sequenceDiagram\n  box Aqua Kernel\n  participant A\n  end\n  create participant C\n  A->>C: make\n  destroy C\n  C-xA: free',
  ],
  [
    'styles',
    'flowchart TD\n  A:::bad --> B\n  classDef bad fill:#fdd,stroke:#900\n  style B fill:papayawhip\n  style A color:red',
  ],
  [
    'states in states',
    'stateDiagram-v2\n  [*] --> A\n  state A {\n    [*] --> B\n    --\n    [*] --> C\n  }\n  note right of A\n    words\n  end note',
  ],
  [
    'colours by names, wherever they stand',
    'flowchart TD\n  A --> B\n  style A stroke:#333,fill:teal\n  style B fill:teal;\n  classDef x fill:teal,stroke:#333,color:teal;\n  classDef a,b color:#fff,fill:#123;style A color:red,fill:plum',
  ],
  ['colours of states and classes', 'stateDiagram-v2\n  A --> B\n  classDef hot color:#fff,fill:teal'],
  ['classes', 'classDiagram\n  class q {\n    +int x\n  }\n  q <|-- r'],
  ['entities', 'erDiagram\n  A ||--o{ B : "a->b"'],
])('%s can be read', async (_, source) => {
  expect(await faultOf(source)).toBeNull()
})

test('the place is that of the file', async () => {
  const source = '---\ntitle: x\n---\n\n- item\n\n  ```mermaid\n  flowchart TD\n    A --> end\n  ```\n'
  const parsed = parseWriteup({ file: 'problem.mdx', writeup: 'problem', source })
  const problems = parsed.ok ? await diagramProblems([parsed.value]) : []
  expect(problems).toMatchObject([{ file: 'problem.mdx', rule: 'diagram', line: 9, column: 11 }])
})

// To read diagrams it is switched off for the whole process.
test('nothing on the server cleans by dompurify', () => {
  const args = [
    'grep',
    '-lE',
    `(from|import|require)[ (]*['"](isomorphic-)?dompurify`,
    '--',
    '*.ts',
    '*.tsx',
    '*.mjs',
    '*.js',
  ]
  const files = execFileSync('git', args, { cwd: join(import.meta.dirname, '../../..'), encoding: 'utf8' })
  expect(files.trim().split('\n')).toEqual(['lib/writeup/bundle/diagram-problems.server.ts'])
})
