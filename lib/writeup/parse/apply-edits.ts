/**
 * Puts edits into the text of a file, each on its line. Line ends and the mark at the beginning stay what they are: an author
 * finds in the difference what was mended, and nothing else.
 */
import type { Edit } from './problem.ts'

export type Mended = {
  readonly text: string
  /** Of each line that changed; `line` from 1. */
  readonly changes: readonly { readonly line: number; readonly was: string; readonly is: string }[]
}

export function applyEdits(text: string, edits: readonly Edit[]): Mended {
  const byLine = new Map<number, Edit[]>()
  for (const edit of edits) byLine.set(edit.line, [...(byLine.get(edit.line) ?? []), edit])
  const changes: { line: number; was: string; is: string }[] = []
  const lines = text.split(/(\r\n|\r|\n)/)
  for (const [line, ofLine] of [...byLine].sort(([a], [b]) => a - b)) {
    const written = lines[2 * (line - 1)]
    if (written === undefined) continue
    const mark = line === 1 && written.startsWith('\ufeff') ? '\ufeff' : ''
    // Places are those of the text in NFC.
    const was = written.slice(mark.length).normalize('NFC')
    let is = was
    let before = Number.POSITIVE_INFINITY
    for (const edit of [...ofLine].sort((a, b) => b.column - a.column)) {
      const at = edit.column - 1
      // Two at one place are one; what overlaps waits for the next run.
      if (at + edit.length > before || at === before || at + edit.length > was.length) continue
      is = is.slice(0, at) + edit.text + is.slice(at + edit.length)
      before = at
    }
    if (is === was) continue
    lines[2 * (line - 1)] = mark + is
    changes.push({ line, was, is })
  }
  return { text: lines.join(''), changes }
}
