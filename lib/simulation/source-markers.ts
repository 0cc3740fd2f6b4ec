/** Where every process stands in the text: in its statement, and at each call of an inline it came through. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { StateView } from '#lib/promela/machine/view.ts'

/** A process at a line: in the statement itself, or in an inline that was called there. */
export type SourceMarker = {
  readonly file: string
  readonly line: number
  readonly pid: number
  readonly process: string
  readonly called: boolean
}

/** By pid. A process that ended stands nowhere. A line never has two markers of one process. */
export function sourceMarkers(view: StateView): readonly SourceMarker[] {
  const markers: SourceMarker[] = []
  for (const { pid, name, alive, span, origin } of view.processes) {
    if (!alive) continue
    const add = (file: string, line: number, called: boolean) => {
      const twice = markers.some((other) => other.pid === pid && other.file === file && other.line === line)
      if (!twice) markers.push({ file, line, pid, process: name, called })
    }
    add(span.file, span.line, false)
    for (const frame of origin) if (frame.kind === 'inline') add(frame.call.file, frame.call.line, true)
  }
  return markers
}

/** `file:line` of every line on which a statement of this program begins or that calls one. */
export function statementLines(program: Program): ReadonlySet<string> {
  const lines = new Set<string>()
  for (const { span, origin } of program.transitions) {
    for (let line = span.line; line <= span.endLine; line++) lines.add(`${span.file}:${line}`)
    for (const { call } of origin) lines.add(`${call.file}:${call.line}`)
  }
  return lines
}
