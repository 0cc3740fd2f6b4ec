/**
 * Mermaid diagrams as ASCII pictures, or an honest refusal.
 *
 * A picture that lost an edge is worse than no picture: nobody notices. So each kind is read by a small strict
 * reader that knows a subset and refuses every line that it does not fully understand, and a picture is only
 * handed out when everything that was read is in it. Otherwise the mail carries the source, which is always
 * right. (mermaid's own parser needs a DOM for some kinds, and tells nothing about what a picture must contain.)
 */
import type { Drawing } from './drawing.ts'
import { drawFlow } from './flow.ts'
import { readFlowchart, readStateDiagram } from './graph.ts'
import { drawSequence } from './sequence.ts'

/** Lines of ASCII, at most `DRAWING_COLUMNS` wide, without blanks at their ends. */
export function drawMermaid(source: string): Drawing {
  const lines = source
    .split('\n')
    // mermaid shows runs of blanks as one; the readers' patterns are linear only without them.
    .map((line) =>
      line
        .replace(/\s+/g, ' ')
        .replace(/ ?;? ?$/, '')
        .trimStart(),
    )
    .filter((line) => line !== '' && !line.startsWith('%%'))
  // `%%{init}%%` changes how a diagram looks, not what it says; it begins like a comment and is left out as one.
  const [head = '', ...rest] = lines
  if (head === 'sequenceDiagram') return drawSequence(rest)
  const isFlow = /^(?:flowchart|graph)(?: +(?:TB|TD|BT|LR|RL))?$/.test(head)
  if (isFlow) return drawFlow(readFlowchart(rest))
  if (/^stateDiagram(?:-v2)?$/.test(head)) return drawFlow(readStateDiagram(rest))
  return { kind: 'refused', reason: `no ASCII form for a diagram that begins with "${head.slice(0, 40)}"` }
}
