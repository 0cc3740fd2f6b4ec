/**
 * What a reader changed, line by line. What is the same at both ends is cut off first: then a change in one place
 * costs almost nothing, and a text that is new from top to bottom is shown as such instead of being compared.
 */

export type DiffLine = {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
  /** From 1; of the old text, and for what was added of the new one. */
  readonly line: number
}

/** More cells than this are not compared: all of it counts as replaced. */
const MAX_CELLS = 1_000_000

/** Changed lines, each group with up to `context` lines around it. Empty when nothing changed. */
export function lineDiff(before: string, after: string, context = 2): readonly DiffLine[] {
  const lines = allLines(before.split('\n'), after.split('\n'))
  return lines.filter((line, at) => {
    if (line.kind !== 'same') return true
    return lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== 'same')
  })
}

function allLines(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end++
  const same = (from: number, to: number): DiffLine[] =>
    old.slice(from, to).map((text, at) => ({ kind: 'same', text, line: from + at + 1 }))
  return [
    ...same(0, start),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end), start),
    ...same(old.length - end, old.length),
  ]
}

/** Longest common subsequence, from the end, so that it can be read forward. */
function middle(old: readonly string[], now: readonly string[], start: number): readonly DiffLine[] {
  const width = now.length + 1
  const compare = old.length * now.length <= MAX_CELLS
  const common = compare ? new Int32Array((old.length + 1) * width) : new Int32Array(0)
  if (compare) {
    for (let i = old.length - 1; i >= 0; i--) {
      for (let j = now.length - 1; j >= 0; j--) {
        const next =
          old[i] === now[j]
            ? (common[(i + 1) * width + j + 1] ?? 0) + 1
            : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0)
        common[i * width + j] = next
      }
    }
  }
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < now.length) {
    if (compare && i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '', line: start + i + 1 })
      i++
      j++
    } else if (
      i < old.length &&
      (!compare || j >= now.length || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      lines.push({ kind: 'removed', text: old[i] ?? '', line: start + i + 1 })
      i++
    } else {
      lines.push({ kind: 'added', text: now[j] ?? '', line: start + j + 1 })
      j++
    }
  }
  return lines
}
