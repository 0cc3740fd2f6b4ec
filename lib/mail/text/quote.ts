/** Quoting in a reply: the `>` lines, in the one form that all list readers colour. */

/** One line, one level deeper: `>` repeated and one space; an empty line is `>` alone. */
export function quoteLine(line: string): string {
  if (line.startsWith('>')) return `>${line}`
  return line === '' ? '>' : `> ${line}`
}

export type LineRange = { readonly from: number; readonly to: number }

/**
 * Whole lines of a parent's text, quoted; between two ranges stands `> [...]`.
 * Ranges are in order, do not overlap; `from` is the first line, from 0, `to` is exclusive.
 */
export function quoteExcerpt(parentLines: readonly string[], ranges: readonly LineRange[]): string[] {
  return ranges.flatMap(({ from, to }, i) => {
    const gap = i > 0 && from > (ranges[i - 1]?.to ?? 0) ? ['> [...]'] : []
    return [...gap, ...parentLines.slice(from, to).map(quoteLine)]
  })
}
