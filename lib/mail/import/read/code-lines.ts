/**
 * Which lines of an answer are code, so that what they say is an example: between fences, as Markdown has them, and between the
 * marks that editors put around what is pasted.
 *
 * A fence ends with its own sign, as many times or more, and nothing behind it; one that does not end goes on to the last
 * line. What only looks like one opens nothing, or the trailers below it would do nothing: words between backticks on
 * one line, a heading underlined with tildes, the carets of a compiler.
 */
const FENCE = /^ {0,3}(?<sign>`{3,}|~{3,})(?<info>.*)$/
const AROUND = [
  [/^ {0,3}#\+begin_\w/i, /^ {0,3}#\+end_\w/i],
  [/^-{2,}8<-+ ?cut here ?-+ ?start ?-+>8-{2,}\s*$/, /^-{2,}8<-+ ?cut here ?-+ ?end ?-+>8-{2,}\s*$/],
] as const
/** Longer lines are words. */
const MAX_LENGTH = 200

/** Emacs' mark of what it cut out and put in here: of code, and none of a patch that the mail goes on with. */
export function isPasteMark(line: string): boolean {
  return line.length <= MAX_LENGTH && AROUND.some(([from, to]) => from.test(line) || to.test(line))
}

/** For each line whether it is code or marks it, and, last, whether a line that follows would be. */
export function codeLines(lines: readonly string[]): readonly boolean[] {
  const inCode: boolean[] = []
  let ends: ((line: string) => boolean) | null = null
  lines.forEach((line, at) => {
    const isShort = line.length <= MAX_LENGTH
    if (ends) {
      inCode.push(true)
      if (isShort && ends(line)) ends = null
      return
    }
    ends = isShort ? endOf(lines, at) : null
    inCode.push(ends !== null)
  })
  return [...inCode, ends !== null]
}

/** What ends the code that begins with line `at`; null: none does. */
function endOf(lines: readonly string[], at: number): ((line: string) => boolean) | null {
  const line = lines[at] ?? ''
  const around = AROUND.find(([from]) => from.test(line))
  if (around) return (one) => around[1].test(one)
  const { sign = '', info = '' } = FENCE.exec(line)?.groups ?? {}
  if (sign === '') return null
  const isFence = sign.startsWith('`')
    ? !info.includes('`')
    : /^\s*[\p{L}\p{N}+#.{}-]*\s*$/u.test(info) && !(info.trim() === '' && isUnderline(lines, at))
  if (!isFence) return null
  return (one) => {
    const { sign: other = '', info: more = '' } = FENCE.exec(one)?.groups ?? {}
    return other[0] === sign[0] && other.length >= sign.length && more.trim() === ''
  }
}

/** As long as the one line of words above it, with an empty line on either side of both. */
function isUnderline(lines: readonly string[], at: number): boolean {
  const title = (lines[at - 1] ?? '').trimEnd()
  return (
    title.length === (lines[at] ?? '').trimEnd().length &&
    !/^\s|[.,:;!?]$/.test(title) &&
    (lines[at - 2] ?? '').trim() === '' &&
    (lines[at + 1] ?? '').trim() === ''
  )
}
