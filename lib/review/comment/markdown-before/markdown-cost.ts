/**
 * What a comment's Markdown would cost, guessed from its text in one pass, before any parser sees it.
 *
 * Some Markdown takes time or memory out of all proportion: a table pads each short row to the width of its head,
 * lists and lazy continuation lines are looked at again for each level, every delimiter is tried against others. A
 * comment that would cost too much is shown as it was typed. The limits are ten times what a long review needs.
 */
const MAX_LINES = 1500
const MAX_DELIMITERS = 3000
const MAX_LIST_ITEMS = 600
const MAX_TABLE_CELLS = 3000
const MAX_MARKS_IN_A_LINE = 60

export function isCostlyMarkdown(markdown: string): boolean {
  const lines = markdown.split('\n')
  if (lines.length > MAX_LINES) return true
  let delimiters = 0
  let items = 0
  let widest = 0
  for (const line of lines) {
    let pipes = 0
    let marks = 0
    for (const character of line) {
      if (character === '|') pipes++
      else if (character === '>' || character === '-' || character === '+') marks++
      else if (!'*_~[]<`!\\&:@'.includes(character)) continue
      delimiters++
    }
    // Nesting needs its marks at the start of a line; a rule of dashes has no blanks between them.
    if (marks > MAX_MARKS_IN_A_LINE && /^[\s>+*-]*[>+*-]\s[\s>+*-]/.test(line)) return true
    if (/^\s{80}/.test(line)) return true
    if (/^[\s>]*(?:[-+*]|\d{1,9}[.)])\s/.test(line)) items++
    widest = Math.max(widest, pipes)
  }
  if (delimiters > MAX_DELIMITERS || items > MAX_LIST_ITEMS) return true
  // Every line below a table's head is a row of it, as wide as the head, until an empty one.
  return widest > 1 && widest * longestStretch(lines) > MAX_TABLE_CELLS
}

/** Lines between two empty ones, at most. */
function longestStretch(lines: readonly string[]): number {
  let longest = 0
  let current = 0
  for (const line of lines) {
    current = line.trim() === '' ? 0 : current + 1
    longest = Math.max(longest, current)
  }
  return longest
}
