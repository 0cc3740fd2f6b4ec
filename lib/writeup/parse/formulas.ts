/**
 * Formulas in TeX, `$…$` and `$$…$$`. Neither page nor mail shows them, and each brace in one would be told as code of its
 * own; so they are found beforehand, in the text without its code, by what only a formula has: a command, a power, an index.
 */
export type FormulaRange = { readonly start: number; readonly end: number }

const DISPLAY = /\$\$[^$]{1,2000}\$\$/g
const INLINE = /(?<![\w$\\])\$(?=\S)([^$\n]{1,200}?)(?<=\S)\$(?![\w$])/g
const TEX = /\\[A-Za-z]+|\^|(?:^|[^A-Za-z0-9])[A-Za-z]_[A-Za-z0-9{]|^[A-Za-z]$/

/** In order, without overlaps. */
export function formulaRanges(body: string): FormulaRange[] {
  if (!body.includes('$')) return []
  const text = withoutCode(body)
  const display = [...text.matchAll(DISPLAY)].map(({ index, 0: whole }) => ({
    start: index,
    end: index + whole.length,
  }))
  const inline = [...text.matchAll(INLINE)]
    .filter(([, inner = '']) => TEX.test(inner))
    .map(({ index, 0: whole }) => ({ start: index, end: index + whole.length }))
    .filter(({ start }) => !isInFormula(display, start))
  return [...display, ...inline].sort((a, b) => a.start - b.start)
}

/** @param formulas in order, without overlaps. */
export function isInFormula(formulas: readonly FormulaRange[], offset: number): boolean {
  let [low, high] = [0, formulas.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((formulas[middle]?.end ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return (formulas[low]?.start ?? Number.POSITIVE_INFINITY) <= offset
}

/** Fences, indented lines and inline code as blanks, each offset where it was. */
export function withoutCode(body: string): string {
  let fence: string | null = null
  const lines = body.split('\n').map((line) => {
    const mark = /^[ \t>]*(?:[-+*]|\d{1,9}[.)])?[ \t]*(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim().replace(/^[> \t]*/, '') === mark) fence = null
      return ' '.repeat(line.length)
    }
    if (mark && !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'))) {
      fence = mark
      return ' '.repeat(line.length)
    }
    return /^(?: {4}|\t)/.test(line) ? ' '.repeat(line.length) : line
  })
  return withoutInlineCode(lines.join('\n'))
}

/** In each paragraph, from a run of backticks to the next one as long. */
export function withoutInlineCode(text: string): string {
  return text
    .split(/(\n\s*\n)/)
    .map(withoutInlineCodeOf)
    .join('')
}

function withoutInlineCodeOf(text: string): string {
  const runs = [...text.matchAll(/(\\*)(`+)/g)].map(({ index, 1: before = '', 2: run = '' }) => {
    const start = index + before.length
    // A backslash takes the first from a run that opens; in code it is a sign like any other.
    const escaped = before.length % 2
    return {
      start: start + escaped,
      opens: run.length - escaped,
      closes: run.length,
      end: start + run.length,
    }
  })
  /** Of each length, those that are still to come, the next one last. */
  const closing = new Map<number, number[]>()
  for (let i = runs.length - 1; i >= 0; i--) {
    const length = runs[i]?.closes ?? 0
    const ofLength = closing.get(length)
    if (ofLength) ofLength.push(i)
    else closing.set(length, [i])
  }
  const parts: string[] = []
  let taken = 0
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i]
    const coming = run && closing.get(run.opens)
    if (!run || !coming) continue
    while ((coming.at(-1) ?? runs.length) <= i) coming.pop()
    const last = coming.at(-1)
    const end = last === undefined ? undefined : runs[last]?.end
    if (last === undefined || end === undefined) continue
    parts.push(text.slice(taken, run.start), text.slice(run.start, end).replace(/[^\n]/g, ' '))
    taken = end
    i = last
  }
  return parts.join('') + text.slice(taken)
}
