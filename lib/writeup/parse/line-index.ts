import type { Place } from './problem.ts'

/** Turns offsets (UTF-16 units) of a source text into lines and columns. Only LF ends a line. */
export class LineIndex {
  readonly #starts: number[] = [0]

  constructor(source: string) {
    for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) {
      this.#starts.push(at + 1)
    }
  }

  /** Both from 1. An offset past the end is on the last line. */
  pointAt(offset: number): { line: number; column: number } {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }

  /** The other way round; the end of the text's beginning for a line that is not there. */
  offsetAt(line: number, column: number): number {
    return (this.#starts[line - 1] ?? 0) + column - 1
  }

  placeAt(start: number, end: number): Place {
    const from = this.pointAt(start)
    const to = this.pointAt(Math.max(start, end))
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }
}
