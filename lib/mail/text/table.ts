/**
 * Tables in ASCII: a frame of `+-|`, columns by display width, numbers to the right.
 *
 * At most 76 columns, frame and indent included. A table that does not fit is not squeezed: wrapped cells read
 * badly and cannot be quoted line by line in a reply. It becomes one block for each row instead, every cell
 * behind the name of its column.
 */
import { plainSigns } from './clean.ts'
import { TABLE_COLUMNS } from './table-defects.ts'
import { verbatim } from './verbatim.ts'
import { displayWidth, padToWidth } from './width.ts'
import { wrapWords } from './wrap.ts'

export type TextTable = {
  /** One cell for each column; may be empty texts. */
  readonly header: readonly string[]
  /** Rows may be shorter than the header; longer ones are cut, as on the page. */
  readonly rows: readonly (readonly string[])[]
  /** By column; null lets the content decide: numbers to the right. */
  readonly align: readonly ('left' | 'right' | 'center' | null)[]
}

export type RenderedTable = { readonly kind: 'grid' | 'records'; readonly lines: readonly string[] }

/** Cells are cleaned text on one line. `indent`: four blanks or more. */
export function renderTable(table: TextTable, indent = '    '): RenderedTable {
  const columns = table.header.length
  const header = table.header.map(plainSigns)
  const rows = table.rows.map((row) => header.map((_, i) => plainSigns(row[i] ?? '')))
  const widths = header.map((name, i) =>
    Math.max(displayWidth(name), ...rows.map((row) => displayWidth(row[i] ?? ''))),
  )
  const total = indent.length + widths.reduce((sum, width) => sum + width + 3, 1)
  if (total > TABLE_COLUMNS || columns === 0) {
    return { kind: 'records', lines: recordLines(header, rows, indent) }
  }
  const sides = header.map((_, i) => table.align[i] ?? (isNumeric(rows, i) ? 'right' : 'left'))
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`
  const row = (cells: readonly string[]) =>
    `|${cells.map((cell, i) => ` ${pad(cell, widths[i] ?? 0, sides[i] ?? 'left')} `).join('|')}|`
  const grid = [rule, row(header), rule, ...rows.map(row), ...(rows.length > 0 ? [rule] : [])]
  return { kind: 'grid', lines: verbatim(grid, indent) }
}

function recordLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  indent: string,
): string[] {
  const blocks = rows.map((row) =>
    row.flatMap((cell, i) => {
      const name = header[i] ?? ''
      const words = `${name === '' ? '' : `${name}: `}${cell}`.split(' ').filter((word) => word !== '')
      if (words.length === 0 || cell === '') return []
      const options = { width: 72 - indent.length, first: '', rest: '  ', isBadStart: () => false }
      return wrapWords(words, options)
    }),
  )
  const filled = blocks.filter((block) => block.length > 0)
  return verbatim(
    filled.flatMap((block, i) => (i > 0 ? ['', ...block] : block)),
    indent,
  )
}

/** A column of numbers: every cell that says something begins like one. */
function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '' && cell !== '-')
  return (
    cells.length > 0 && cells.every((cell) => /^[<>~=+-]{0,3} ?\d[\d., ]*(?:[%A-Za-z/]{0,4})$/.test(cell))
  )
}

function pad(cell: string, width: number, side: 'left' | 'right' | 'center'): string {
  const missing = Math.max(0, width - displayWidth(cell))
  if (side === 'right') return ' '.repeat(missing) + cell
  if (side === 'center') return padToWidth(' '.repeat(Math.floor(missing / 2)) + cell, width)
  return padToWidth(cell, width)
}
