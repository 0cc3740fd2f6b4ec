/**
 * Where a piece of a model was written.
 *
 * A model passes through macros and inlines before it means anything, so one token has two truths: the place
 * where its text stands, and the chain of expansions through which it got into the program. Every later phase
 * keeps both, because a reader wants to see `l == NONE` inside the body of `spin_lock`, *and* that it came
 * from the call in line 41.
 */

/** A stretch of one file. Lines and columns count from 1; columns in UTF-16 units; the end is exclusive. */
export type Span = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** One expansion that a piece of program came through: the macro or inline, and where it was called. */
export type OriginFrame = {
  readonly kind: 'macro' | 'inline' | 'include'
  readonly name: string
  readonly call: Span
}

/** One file of the model as it was given, split once so that spans can be cut out of it. */
export type SourceFile = {
  readonly name: string
  readonly text: string
  readonly lines: readonly string[]
}

export function sourceFile(name: string, text: string): SourceFile {
  return { name, text, lines: text.split(/\r\n|\r|\n/) }
}

/** The words of a span on one line: comments gone, white space collapsed. Empty when the file is unknown. */
export function sliceSpan(file: SourceFile | undefined, span: Span): string {
  if (!file) return ''
  const parts: string[] = []
  for (let line = span.line; line <= span.endLine; line++) {
    const text = file.lines[line - 1] ?? ''
    const from = line === span.line ? span.column - 1 : 0
    const to = line === span.endLine ? span.endColumn - 1 : text.length
    parts.push(text.slice(from, to))
  }
  return parts
    .map((part) => part.replace(/\\$/, ''))
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/.*$/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The smallest span that covers both; both must be in one file (else the first is returned). */
export function joinSpans(first: Span, last: Span): Span {
  if (first.file !== last.file) return first
  const startsFirst = first.line < last.line || (first.line === last.line && first.column <= last.column)
  const endsLast =
    first.endLine < last.endLine || (first.endLine === last.endLine && first.endColumn <= last.endColumn)
  return {
    file: first.file,
    line: startsFirst ? first.line : last.line,
    column: startsFirst ? first.column : last.column,
    endLine: endsLast ? last.endLine : first.endLine,
    endColumn: endsLast ? last.endColumn : first.endColumn,
  }
}

/** "in spin_lock, called at line 41": one clause per expansion, innermost first. */
export function describeOrigin(origin: readonly OriginFrame[]): string {
  return origin
    .map((frame) =>
      frame.kind === 'include'
        ? `included at ${frame.call.file}:${frame.call.line}`
        : `in ${frame.name}, called at line ${frame.call.line}`,
    )
    .join('; ')
}
