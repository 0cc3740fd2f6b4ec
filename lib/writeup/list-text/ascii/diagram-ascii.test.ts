import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../../scripts/cpu-time.mjs'
import { drawArcs, groupsDefect } from './arcs.ts'
import { drawMermaid } from './diagram-ascii.ts'
import { DRAWING_COLUMNS } from './drawing.ts'
import { type Graph, readFlowchart } from './graph.ts'
import { pictureDefect } from './readback.ts'

function drawn(source: string): string {
  const drawing = drawMermaid(source)
  if (drawing.kind === 'refused') throw new Error(drawing.reason)
  return drawing.lines.join('\n')
}

function graphOf(source: string): Graph {
  const graph = readFlowchart(source.split('\n').map((line) => line.trim()))
  if ('refused' in graph) throw new Error(graph.refused)
  return graph
}

describe('a sequence diagram', () => {
  test('keeps who tells whom what, in order', () => {
    expect(
      drawn(`sequenceDiagram
        participant T as Task
        participant R as io_uring
        participant F as futex
        T->>R: IORING_OP_FUTEX_WAIT
        R->>F: futex_queue()
        F-->>R: wake callback
        R-->>T: CQE`),
    ).toBe(
      [
        '+------+             +----------+      +-------+',
        '| Task |             | io_uring |      | futex |',
        '+------+             +----------+      +-------+',
        '    | IORING_OP_FUTEX_WAIT |               |',
        '    |--------------------->|               |',
        '    |                      | futex_queue() |',
        '    |                      |-------------->|',
        '    |                      | wake callback |',
        '    |                      |<..............|',
        '    |         CQE          |               |',
        '    |<.....................|               |',
      ].join('\n'),
    )
  })

  test('shows a lost message as lost, frames with their words, notes, and a message to oneself', () => {
    const picture = drawn(`sequenceDiagram
      T->>K: wait
      Note right of K: holds hb->lock
      loop until woken
        K->>K: schedule()
        alt in time
          K--xT: lost
        else too late
          K-)T: -ETIMEDOUT
        end
      end`)
    expect(picture).toContain('x...')
    expect(picture).toContain('[ holds hb->lock ]')
    expect(picture).toMatch(/== loop: until woken =+/)
    expect(picture).toMatch(/==== alt: in time =+/)
    expect(picture).toMatch(/==== else: too late =+/)
    expect(picture).toMatch(/== end of loop =+/)
    expect(picture).toContain('|  | schedule()')
    expect(picture).toContain('(---')
  })

  const label = fc.stringMatching(/^[A-Za-z_()][A-Za-z0-9_() ,-]{0,40}$/).map((l) => l.trim() || 'x')
  test('has every word of the source in it and fits, or is refused', () => {
    const message = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }), label)
    let pictures = 0
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 12 }), (messages) => {
        const source = ['sequenceDiagram', ...messages.map(([a, b, text]) => `  P${a}->>P${b}: ${text}`)]
        const drawing = drawMermaid(source.join('\n'))
        if (drawing.kind === 'refused') return
        pictures += 1
        for (const line of drawing.lines) expect(line).toMatch(/^(?:[ -~]{0,67}[!-~])?$/)
        expect(Math.max(...drawing.lines.map((line) => line.length))).toBeLessThanOrEqual(DRAWING_COLUMNS)
        const words = drawing.lines.join(' ').split(/[\s|]+/)
        let at = 0
        for (const [, , text] of messages) {
          for (const word of text.split(/\s+/)) {
            at = words.indexOf(word, at)
            expect(at, `${word} of "${text}"`).toBeGreaterThanOrEqual(0)
          }
        }
        expect(drawing.lines.filter((line) => /[<>]/.test(line))).toHaveLength(messages.length)
      }),
    )
    expect(pictures).toBeGreaterThan(20)
  })
})

describe('a flowchart', () => {
  test('is drawn with its nodes, edges and labels', () => {
    expect(
      drawn(`flowchart TD
        A[Submitted] --> B{Queued?}
        B -->|wake| C[Woken]
        B -->|cancel| D([Canceled])`),
    ).toBe(
      [
        '     +-----------+',
        '     | Submitted |',
        '     +-----------+',
        '           |',
        '           v',
        '      +---------+',
        '      | Queued? |',
        '      +---------+',
        '           |',
        '    +------+------+',
        '    |             |',
        '  wake         cancel',
        '    v             v',
        '+-------+   +----------+',
        '| Woken |   | Canceled |',
        '+-------+   +----------+',
      ].join('\n'),
    )
  })

  test('does not lose an edge for want of blanks around its arrow', () => {
    expect(drawn('flowchart LR\nA-->B-->C').match(/v/g)).toHaveLength(2)
  })

  test('of states shows start and end as nodes', () => {
    const picture = drawn('stateDiagram-v2\n[*] --> Armed\nArmed --> Done: wake\nDone --> [*]')
    expect(picture).toContain('(start)')
    expect(picture).toContain('(end)')
    expect(picture).toContain('wake')
  })

  test.each([
    ['a composite state', 'stateDiagram-v2\nstate X {\na --> b\n}'],
    ['a picture by address', 'flowchart TD\nA@{ img: "https://example.org/x" } --> B'],
    ['a script with no usual spelling in ASCII', 'flowchart TD\nA[待つ] --> B'],
    ['two nodes that look the same', 'flowchart TD\nA[x] --> B[x]'],
    ['another kind of diagram', 'gantt\ntitle x'],
    ['a class diagram', 'classDiagram\nA <|-- B'],
    ['an unknown line in a sequence', 'sequenceDiagram\nA->>B: x\nlink A: Wiki @ https://example.org'],
    ['a frame without end', 'sequenceDiagram\nloop x\nA->>B: x'],
    ['an end without frame', 'sequenceDiagram\nA->>B: x\nend'],
    ['an else outside of an alt', 'sequenceDiagram\nloop x\nA->>B: x\nelse y\nend'],
    ['a picture that is too wide', `flowchart TD\nA[${'w'.repeat(80)}] --> B`],
    ['a box without an end', 'sequenceDiagram\nbox x\nparticipant A'],
    ['an edge of a subgraph', 'flowchart TD\nsubgraph x\nA --> B\nend\nx --> C'],
    ['a subgraph without an end', 'flowchart TD\nsubgraph x\nA --> B'],
    ['nothing', ''],
  ])('is refused, so that the source is shown, for %s', (_, source) => {
    expect(drawMermaid(source).kind).toBe('refused')
  })

  test.each([
    ['blanks', `flowchart TD\nA --${' '.repeat(9000)}x`],
    ['words', `flowchart TD\nA -- ${'a '.repeat(4500)}x`],
    ['brackets', `flowchart TD\nA${'['.repeat(9000)}`],
    ['dashes', `flowchart TD\nA ${'-'.repeat(9000)}`],
    [
      'participants',
      `sequenceDiagram\n${Array.from({ length: 2000 }, (_, i) => `P${i}->>P${i + 1}: x`).join('\n')}`,
    ],
    [
      'edges',
      `flowchart TD\n${Array.from({ length: 55 }, (_, i) => `P${i % 11} --> P${11 + (i % 5)}`).join('\n')}`,
    ],
  ])('of nothing but %s does not take seconds', (_, source) => {
    const began = cpuMs()
    drawMermaid(source)
    expect(cpuMs() - began).toBeLessThan(msHere(1000))
  })

  test('with many nodes does not take seconds', () => {
    const source = Array.from({ length: 400 }, (_, i) => `N${i} --> N${i + 1}`).join('\n')
    const began = cpuMs()
    expect(drawMermaid(`flowchart TD\n${source}`).kind).toBe('refused')
    expect(cpuMs() - began).toBeLessThan(msHere(500))
  })
})

describe('a picture of rails', () => {
  test('shows circles, edges to oneself and subgraphs below each other', () => {
    expect(
      drawn(
        `flowchart TD
        subgraph user[User space]
          A[Task] -->|enter| B[ring]
        end
        subgraph kernel
          C -.-> A
          B ==> C
          C --> C
        end`,
      ),
    ).toBe(
      [
        'User space:',
        '  +------+',
        '  | Task |--enter---+',
        '  |      |<.........|...+',
        '  +------+          |   :',
        '  +------+          |   :',
        '  | ring |<---------+   :',
        '  |      |============+ :',
        '  +------+            | :',
        'kernel:               | :',
        '  +---+               | :',
        '  | C |...............|.+',
        '  |   |<==============+',
        '  |   |-------------+',
        '  |   |<------------+',
        '  +---+',
      ].join('\n'),
    )
  })

  test.each([
    ['a circle', 'A --> B --> C --> A'],
    ['several nodes at once', 'A & B --> C & D'],
    ['a string in Markdown and a broken line', 'A["`**bold** one`"] --> B[first<br/>second]'],
    ['signs of code in quotes', 'A["f(&hb->lock)"] --> B["x[i] #lt; *p"]'],
    ['a long label', `A[${'wide '.repeat(20)}] --> B`],
    ['a subgraph in a subgraph', 'subgraph x\nsubgraph y\nA --> B\nend\nC --> A\nend\nD --> C'],
  ])('is drawn of %s', (_, source) => {
    const picture = drawn(`flowchart TD\n${source}`)
    for (const word of source.match(/(?<![\w#])(?:bold|first|second|wide|x\[i\]|[A-D](?![\w"[]))/g) ?? [])
      expect(picture).toContain(word)
  })

  test('notices a box that stands below another title', () => {
    const graph = graphOf('subgraph x\nA --> B\nend\nsubgraph y\nC --> B\nend')
    const { lines, untitled } = drawArcs(graph)
    expect(groupsDefect(lines, untitled, graph)).toBeNull()
    const { groups = [] } = graph
    const other = groups.map((group) => ({
      ...group,
      nodes: group.nodes.map((id) => (id === 'B' ? 'C' : id === 'C' ? 'B' : id)),
    }))
    expect(
      groupsDefect(lines, untitled, {
        ...graph,
        groups: other.map((one, i) => (i === 0 ? { ...one, title: 'z' } : one)),
      }),
    ).not.toBeNull()
    expect(groupsDefect(untitled, untitled, graph)).not.toBeNull()
  })
})

describe('reading a picture back', () => {
  const source = 'A[Armed] --> B[Woken]\nA -->|cancel| C[Canceled]\nB --> D[Done]\nC --> D'
  const picture = drawn(`flowchart TD\n${source}`).split('\n')

  test('finds the graph that was drawn', () => {
    expect(pictureDefect(picture, graphOf(source))).toBeNull()
  })

  test('notices every single character that is missing', () => {
    const graph = graphOf(source)
    const unnoticed: string[] = []
    picture.forEach((row, y) => {
      for (let x = 0; x < row.length; x++) {
        if (row[x] === ' ') continue
        const damaged = picture.with(y, `${row.slice(0, x)} ${row.slice(x + 1)}`)
        if (pictureDefect(damaged, graph) === null) unnoticed.push(`${x},${y} ${row[x]}`)
      }
    })
    expect(unnoticed).toEqual([])
  })

  test.each([
    ['an edge more', `${source}\nB --> C`],
    ['an edge less', 'A[Armed] --> B[Woken]\nA -->|cancel| C[Canceled]\nB --> D[Done]'],
    ['an edge the other way', source.replace('B --> D[Done]', 'D[Done] --> B')],
    ['a label on another edge', source.replace('-->|cancel|', '-->').replace('C --> D', 'C -->|cancel| D')],
    ['another label', source.replace('cancel', 'abandon')],
    ['a node more', `${source}\nD --> E`],
  ])('notices that the source has %s', (_, other) => {
    expect(pictureDefect(picture, graphOf(other))).not.toBeNull()
  })

  test('lets a graph of any shape into the mail only when it is all there', () => {
    const edge = fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom('', 'ok', 'wake up'),
    )
    let pictures = 0
    fc.assert(
      fc.property(fc.array(edge, { minLength: 1, maxLength: 8 }), (edges) => {
        const lines = edges.map(
          ([a, b, text]) => `N${a}[Node ${a}] -->${text && `|${text}|`} N${b}[Node ${b}]`,
        )
        const drawing = drawMermaid(['flowchart TD', ...lines].join('\n'))
        if (drawing.kind === 'refused') return
        pictures += 1
        expect(drawing.lines.join('\n').match(/[v^<>](?![a-z])/g)?.length).toBeGreaterThan(0)
        for (const [a, , text] of edges) {
          expect(drawing.lines.join('\n')).toContain(`Node ${a}`)
          expect(drawing.lines.join('\n')).toContain(text)
        }
      }),
    )
    expect(pictures).toBeGreaterThan(20)
  })
})
