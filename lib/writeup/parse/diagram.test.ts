import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { diagramComplaints } from './diagram.ts'
import { parseWriteup } from './parse.ts'

/** What is refused, in each grammar that knows it: the diagram, and line and column of the complaint, from 0. */
test.each([
  ['a link on a line of its own', 'graph TD\n  A --> B\n  click A "https://a.b"', 2, 2],
  ['a link behind a semicolon', 'graph TD\n  A --> B;click A "https://a.b"', 1, 10],
  ['a link behind blanks and a semicolon', 'graph TD; A-->B ;  click B href "https://a.b"', 0, 19],
  ['a link behind the end of a subgraph', 'graph TD\nsubgraph x\nA\nend click A "https://a.b"', 3, 4],
  ['a link in the middle of a line', 'graph TD\nA click A call f()', 1, 2],
  ['a call of a function', 'flowchart LR\n  A\n  click A call f() "tip"', 2, 2],
  ['a callback of a class', 'classDiagram\n  class A\n  callback A "f"', 2, 2],
  ['a link of a class', 'classDiagram\n  class A\n  link A "https://a.b"', 2, 2],
  ['a link of a state', 'stateDiagram-v2\n  s1 --> s2\n  click s1 "https://a.b"', 2, 2],
  ['a link of an actor', 'sequenceDiagram\n  A->>B: x\n  link A: Board @ https://a.b', 2, 2],
  ['links of an actor, in capitals', 'sequenceDiagram\n  LINKS A: {"x": "https://a.b"}', 1, 2],
  ['what an actor takes from the page', 'sequenceDiagram\n  details A: element', 1, 2],
  ['an address in a class of styles', 'graph TD\n  A\n  classDef x fill:url(https://a.b)', 2, 18],
  ['an address in a style', 'graph TD\n  A\n  style A fill:url (#x)', 2, 15],
  ['an address in the style of a link', 'graph TD\n  A-->B\n  linkStyle 0 stroke:URL(x)', 2, 21],
  ['an address behind a box of actors', 'sequenceDiagram\n  box url(https://a.b)\n  end', 1, 6],
  ['an address behind a coloured part', 'sequenceDiagram\n  rect url(https://a.b)\n  end', 1, 7],
  ['another function that loads', 'graph TD\n  style A fill:image-set("x")', 1, 15],
  ['a function spelled with a backslash', 'graph TD\n  style A fill:u\\72l(x)', 1, 16],
  ['a formula', 'graph TD\n  A["$$x^2$$"]', 1, 5],
  ['a formula in a message', 'sequenceDiagram\n  A->>B: $$x$$', 1, 9],
  ['configuration before the diagram', '%%{init: {"theme": "x"}}%%\ngraph TD', 0, 0],
  ['configuration in the diagram', 'graph TD\n  A %%{wrap}%%', 1, 4],
  ['front matter', '---\nconfig: {}\n---\ngraph TD', 0, 0],
  ['HTML in a label', 'graph TD\n  A["a <b>bold</b> word"]', 1, 7],
  ['a picture in a label', 'graph TD\n  A["<img src=x onerror=y>"]', 1, 5],
  ['a tag that is not closed', 'graph TD\n  A["<svg/onload=x"]', 1, 5],
  ['a comment of HTML', 'erDiagram\n  A ||--o{ B : "<!-- x -->"', 1, 16],
  ['HTML behind another `<`', 'classDiagram\n  A : "<<img src=x>>"', 1, 8],
  ['an address that runs', 'graph TD\n  A["javascript:x()"]', 1, 5],
  ['a picture as a shape', 'graph TD\n  A@{ img: "https://a.b" }', 1, 3],
  ['a kind that is not drawn', 'pie\n  "a": 1', 0, 0],
])('%s is refused with its place', (_, source, line, column) => {
  expect(diagramComplaints(source)[0]).toMatchObject({ line, column })
})

test.each([
  ['a flowchart with words that are links elsewhere', 'graph TD\n  A[the callback] --> B["links to a call"]'],
  ['styles with colours', 'graph TD\n  A\n  style A fill:#f9f,stroke:rgb(1, 2, 3),stroke-width:4px'],
  ['arrows of classes', 'classDiagram\n  Animal <|-- Duck\n  class Duck {\n    +quack()\n  }'],
  ['an interface', 'classDiagram\n  <<interface>> Shape'],
  ['arrows both ways', 'graph TD\n  A <--> B\n  B <-.-> C'],
  ['messages both ways', 'sequenceDiagram\n  A<<->>B: x\n  B-->>A: y'],
  ['lines that are broken', 'sequenceDiagram\n  A->>B: one<br/>two<br>three'],
  ['numbers that are compared', 'graph TD\n  A{n < 3} -->|n > 4| B'],
  ['a comment', '%% click here\ngraph TD\n  %% <b>\n  A --> B'],
  ['a coloured part', 'sequenceDiagram\n  rect rgb(1, 2, 3)\n  A->>B: x\n  end'],
  ['data in a sentence', 'graph TD\n  A["data and its owner"]'],
])('%s is drawn', (_, source) => {
  expect(diagramComplaints(source)).toEqual([])
})

test('each complaint has line and column of the file, within a list too', () => {
  const source =
    '---\ntitle: T\n---\n\n- item\n\n  ```mermaid\n  graph TD\n    A;click A "x"\n    B["<i>x"]\n  ```\n'
  const parsed = parseWriteup({ file: 'problem.mdx', source, writeup: 'problem' })
  expect(parsed.ok ? [] : parsed.error).toMatchObject([
    { file: 'problem.mdx', rule: 'diagram', line: 9, column: 7 },
    { file: 'problem.mdx', rule: 'diagram', line: 10, column: 8 },
  ])
})

test('the longest diagram is looked through in a moment, however it is made', () => {
  for (const row of [
    'click '.repeat(1600),
    '<a'.repeat(4900),
    ';'.repeat(9900),
    ' '.repeat(9900),
    'url '.repeat(2400),
  ]) {
    const source = `graph TD\n${`${row}\n`.repeat(50)}`
    const start = cpuMs()
    diagramComplaints(source)
    expect(cpuMs() - start).toBeLessThan(msHere(1500))
  }
})
