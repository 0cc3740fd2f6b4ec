/** Cuts a source line where marked spans begin and end, so that a statement is lit and not its whole line. */
import type { Span } from '#lib/promela/source.ts'

/**
 * `step`: what the last step executed. `call`: the inline it did that in. `look`: what the reader points at. `dropped`:
 * what he took away; `loosened`: what he left there, but not as it was.
 */
export type SpanTone = 'step' | 'call' | 'look' | 'fault' | 'dropped' | 'loosened'

export type MarkedSpan = { readonly span: Span; readonly tone: SpanTone }

export type Piece = { readonly text: string; readonly tone: SpanTone | null }

/**
 * The pieces of line `line` (from 1) of `file`; joined they are `text`. Where spans overlap the later one in
 * the list wins.
 */
export function linePieces(
  text: string,
  file: string,
  line: number,
  marks: readonly MarkedSpan[],
): readonly Piece[] {
  const stretches = marks.flatMap(({ span, tone }) => {
    if (span.file !== file || line < span.line || line > span.endLine) return []
    // White space before and after the words of a statement that spans lines is not part of it.
    const indent = text.length - text.trimStart().length
    const from = line === span.line ? span.column - 1 : indent
    const to = line === span.endLine ? span.endColumn - 1 : text.trimEnd().length
    return from < to ? [{ from, to: Math.min(to, text.length), tone }] : []
  })
  if (stretches.length === 0) return [{ text, tone: null }]
  const cuts = new Set([0, text.length])
  for (const { from, to } of stretches) cuts.add(Math.min(from, text.length)).add(to)
  const places = [...cuts].sort((a, b) => a - b)
  return places.slice(0, -1).map((from, at) => {
    const to = places[at + 1] ?? text.length
    const over = stretches.filter((stretch) => stretch.from <= from && stretch.to >= to).at(-1)
    return { text: text.slice(from, to), tone: over?.tone ?? null }
  })
}
