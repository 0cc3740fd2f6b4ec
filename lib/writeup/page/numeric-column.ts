/** `1,234`, `-0.5`, `3e9`, with a unit sign: `12 %`, `2×`, `~7`. */
const NUMBER = String.raw`[~<>≤≥≈±+\-−]? ?(?:\d+(?:[,_ ]\d{3})*|\d*)(?:\.\d+|(?<=\d))(?:e[+-]?\d+)?(?: ?[%×])?`
/** One number, with a range or a spread: `23.5`, `17 to 28`, `23 (17 to 36)`, `5 ± 1`. */
const RANGE = `${NUMBER}(?: ?(?:to|–|-|±|/|of) ?${NUMBER})?`
const NUMERIC = new RegExp(`^${RANGE}(?: ?\\(${RANGE}\\))?$`)
/** "There is no number here." */
const NOTHING = /^(?:|-|–|—|n\/a)$/
/** Longer cells are not asked: no number needs it, and the pattern shall not meet them. */
const MAX_LENGTH = 60

/** Are the cells below a column's header figures, so that a reader compares them down the column? */
export function isNumericColumn(cells: readonly string[]): boolean {
  const written = cells.map((cell) => cell.trim()).filter((cell) => !NOTHING.test(cell))
  return written.length > 0 && written.every((cell) => cell.length <= MAX_LENGTH && NUMERIC.test(cell))
}
