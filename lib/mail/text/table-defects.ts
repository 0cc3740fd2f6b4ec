/** The widest a table may be, its frame and indent included. */
export const TABLE_COLUMNS = 76

/** `line`: whatever the caller counts by; `width`: columns with the indent; `text`: without it. */
export type TableRow = { readonly line: number; readonly width: number; readonly text: string }

/** What is wrong with consecutive lines that look like rows of one ASCII table. */
export function tableDefects(rows: readonly TableRow[]): string[] {
  if (rows.length < 2 || !rows.some((row) => row.text.startsWith('+'))) return []
  const defects: string[] = []
  const widths = [...new Set(rows.map((row) => row.width))].sort((a, b) => a - b)
  const isGrid = rows.every((row) => /^(\+[-=+]+\+|\|)/.test(row.text))
  const bars = new Set(
    rows.filter((row) => row.text.startsWith('|')).map((row) => row.text.split('|').length),
  )
  if (widths.length > 1 && isGrid && bars.size === 1) {
    defects.push(`table rows of different width ${widths.join(', ')}`)
  }
  const widest = Math.max(...widths)
  if (widest > TABLE_COLUMNS) defects.push(`table of ${widest} columns`)
  return defects
}
