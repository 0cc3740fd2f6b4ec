import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { drawableSource } from './diagram-source.ts'

test.each([
  // An ink of one's own goes, a ground that we know gets one that can be read on it.
  ['style A fill:#fff,color:#eee', 'style A fill:#fff,color:#111111'],
  ['classDef hot color:#fff,fill:#900', 'classDef hot fill:#900,color:#ffffff'],
  ['classDef hot color:#fff,fill:#900,stroke:#333', 'classDef hot fill:#900,color:#ffffff,stroke:#333'],
  ['style A fill:rgb(1, 2, 3),stroke:#333', 'style A fill:rgb(1, 2, 3),color:#ffffff,stroke:#333'],
  // A ground by a name that we do not know goes, wherever it stands.
  ['style A stroke:#333,fill:teal', 'style A stroke:#333'],
  ['style A fill:teal,stroke:#333', 'style A stroke:#333'],
  ['style A stroke:#333,fill:teal,stroke-width:2px', 'style A stroke:#333,stroke-width:2px'],
  ['style A fill:teal', 'style A stroke-width:1px'],
  ['style A fill:teal;', 'style A stroke-width:1px;'],
  ['style A color:red', 'style A stroke-width:1px'],
  ['style A color:red,fill:teal', 'style A stroke-width:1px'],
  // The ground of the theme gets no other ink.
  ['style A fill:none,color:red', 'style A fill:none'],
  ['style A stroke:#333', 'style A stroke:#333'],
  // Several on a line.
  ['style A fill:teal;style B fill:white', 'style A stroke-width:1px;style B fill:white,color:#111111'],
  ['style A fill:black; A --> B', 'style A fill:black,color:#ffffff; A --> B'],
  ['classDef a,b fill:#fff,color:red', 'classDef a,b fill:#fff,color:#111111'],
])('%j is drawn as %j', (line, drawn) => {
  expect(drawableSource(`flowchart TD\n  A --> B\n  ${line}`)).toBe(`flowchart TD\n  A --> B\n  ${drawn}`)
})

test('the longest line of styles is gone through in a moment', () => {
  const start = cpuMs()
  drawableSource(
    `flowchart TD\n${`style ${'a,'.repeat(4900)}\nstyle a ${'fill:x,'.repeat(1400)}\n`.repeat(10)}`,
  )
  expect(cpuMs() - start).toBeLessThan(msHere(700))
})
