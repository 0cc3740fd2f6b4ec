/**
 * What a reader changed, line by line. The comparing is the library's (Myers); what is here are the numbers of the
 * lines and what is left out around a change.
 */
import { diffArrays } from 'diff'

export type DiffLine = {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
  /** From 1; of the old text, and for what was added of the new one. */
  readonly line: number
}

/**
 * Beyond as many lines taken out and put in nothing is compared: all between the first and the last change counts as
 * replaced. The library's work grows with the square of it (at 600 some 0.1 s), and a reader sees no more in a
 * longer list. Its own bound in milliseconds would make the answer depend on the machine.
 */
const MAX_CHANGED = 600

/** Changed lines, each group with up to `context` lines around it. Empty when nothing changed. */
export function lineDiff(before: string, after: string, context = 2): readonly DiffLine[] {
  const lines = allLines(before.split('\n'), after.split('\n'))
  return lines.filter((line, at) => {
    if (line.kind !== 'same') return true
    return lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== 'same')
  })
}

function allLines(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  // Cut off here, because a text that is replaced as a whole keeps what is the same at both ends.
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end++
  const changedOld = old.slice(start, old.length - end)
  const changedNow = now.slice(start, now.length - end)
  const runs = diffArrays(changedOld, changedNow, { maxEditLength: MAX_CHANGED }) ?? [
    { removed: true, added: false, value: changedOld },
    { removed: false, added: true, value: changedNow },
  ]
  const lines: DiffLine[] = old.slice(0, start).map((text, at) => ({ kind: 'same', text, line: at + 1 }))
  let [oldLine, nowLine] = [start + 1, start + 1]
  for (const { removed, added, value } of runs) {
    for (const text of value) {
      if (added) lines.push({ kind: 'added', text, line: nowLine++ })
      else {
        lines.push({ kind: removed ? 'removed' : 'same', text, line: oldLine++ })
        if (!removed) nowLine++
      }
    }
  }
  for (const text of old.slice(old.length - end)) lines.push({ kind: 'same', text, line: oldLine++ })
  return lines
}
