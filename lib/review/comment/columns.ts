/**
 * Which lines of a comment have their meaning in their columns: races of CPU0 and CPU1, figures below each other,
 * frames, oopses. They are shown in a fixed width and never broken.
 *
 * The signs are those that prose does not have by chance: two neighbouring lines with a run of three blanks or a tab
 * within, three lines with a run of two at the same column, the signs of a frame. Two blanks behind a full stop are
 * how many people type, and are none. Where some lines of a paragraph have columns the others stand below them, so
 * the short ones come along: of a race, the line of CPU0 alone is one word at the left edge.
 */
type Run = { readonly start: number; readonly end: number }

/** From this indent on, a line stands below a column of the line above it rather than being set in. */
const FAR = 8
/** A longer line of a paragraph with columns is a sentence below a table, not a row of it. */
const MAX_ROW = 80
/** Of a line; what has more is columns by the first ones already. */
const MAX_RUNS = 64

const NO_RUNS: readonly Run[] = []

const FRAME_EDGE = /^\s*\+[-=+]{2,}\+?\s*$/
const ROW = /^\s*\|.*\|\s*$/
const DRAWN = /[\u2500-\u259f]/
const BOX_SIGN = /^\s*[\u2500-\u259f]|[\u2500-\u259f].*[\u2500-\u259f]/
/** What the kernel's log and its oopses look like, line by line. */
const LOG =
  /^\s*(?:\[\s*\d{1,9}\.\d{6}\]|R[A-Z0-9]{2}: [0-9a-f]{16}|RIP: [0-9a-f]{4}:|RSP: [0-9a-f]{4}:|Code: (?:[0-9a-f]{2} ){3}|Call Trace:|Call trace:|Modules linked in:|CPU: \d+ (?:PID|UID): |Hardware name: |BUG: |Oops: |WARNING: CPU: |-{6,}\[ cut here \]|---\[ end |<\/?(?:TASK|IRQ|NMI)>|\? ?[\w.]{1,200}\+0x[0-9a-f]|[\w.]{1,200}\+0x[0-9a-f]{1,8}\/0x[0-9a-f])/

/**
 * By line, whether it is one of columns. `isOpen` says which lines may be (those that nothing else took); a blank
 * line ends a paragraph and is never a line of columns itself.
 */
export function linesOfColumns(lines: readonly string[], isOpen: (line: number) => boolean): Uint8Array {
  const found = new Uint8Array(lines.length)
  const wide = new Uint8Array(lines.length)
  const runs: (readonly Run[])[] = lines.map((line, i) => {
    if (!(line.includes('  ') || line.includes('\t')) || !isOpen(i)) return NO_RUNS
    const inner = innerRuns(line)
    if (inner.some((run) => run.isWide)) wide[i] = 1
    return inner.filter((run) => run.isRun)
  })
  const isFar = (i: number) => isOpen(i) && indentOf(lines[i] ?? '') >= FAR
  const isLog = lines.map((line, i) => line.length > 5 && isOpen(i) && LOG.test(line.slice(0, 400)))
  for (let i = 0; i < lines.length; i++) {
    if (!isOpen(i)) continue
    const line = lines[i] ?? ''
    // Steps of a race may have an empty line between them.
    const isSign = wide[i] || isLog[i] || line.includes('|') || line.includes('  ') || line.includes('\t')
    const next = !isSign
      ? -1
      : isOpen(i + 1)
        ? i + 1
        : lines[i + 1]?.trim() === '' && isOpen(i + 2)
          ? i + 2
          : -1
    if (next >= 0) {
      if ((wide[i] && (wide[next] || isFar(next))) || (isFar(i) && wide[next])) mark(found, i, next)
      if (isLog[i] && isLog[next]) mark(found, i, next)
      if (line.includes('|') && ROW.test(line) && ROW.test(lines[next] ?? '')) mark(found, i, next)
    }
    if (line.includes('+') && FRAME_EDGE.test(line)) mark(found, i)
    if (DRAWN.test(line) && BOX_SIGN.test(line)) mark(found, i)
    if (
      runs[i]?.length &&
      isOpen(i + 1) &&
      isOpen(i + 2) &&
      share(runs[i] ?? [], runs[i + 1] ?? [], runs[i + 2] ?? [])
    )
      mark(found, i, i + 1, i + 2)
  }
  spread(found, lines, isOpen, 1)
  spread(found, lines, isOpen, -1)
  return found
}

function mark(found: Uint8Array, ...lines: readonly number[]): void {
  for (const line of lines) found[line] = 1
}

/** Lines of the same paragraph stand below the columns beside them. */
function spread(
  found: Uint8Array,
  lines: readonly string[],
  isOpen: (line: number) => boolean,
  step: 1 | -1,
): void {
  for (let i = step > 0 ? 1 : lines.length - 2; i >= 0 && i < lines.length; i += step) {
    if (found[i - step] && isOpen(i) && (lines[i]?.length ?? 0) <= MAX_ROW) found[i] = 1
  }
}

/** Columns up to the first sign; a tab counts to the next eighth. */
function indentOf(line: string): number {
  let columns = 0
  for (const character of line.slice(0, 64)) {
    if (character === ' ') columns++
    else if (character === '\t') columns += 8 - (columns % 8)
    else break
  }
  return columns
}

type InnerRun = Run & { readonly isWide: boolean; readonly isRun: boolean }

/** Runs of two blanks or more, or with a tab, that have words on both sides. */
function innerRuns(line: string): InnerRun[] {
  const found: InnerRun[] = []
  let i = 0
  while (i < line.length && isBlankAt(line, i)) i++
  while (i < line.length && found.length < MAX_RUNS) {
    if (!isBlankAt(line, i)) {
      i++
      continue
    }
    const start = i
    let hasTab = false
    while (i < line.length && isBlankAt(line, i)) {
      if (line[i] === '\t') hasTab = true
      i++
    }
    if (i === line.length) break
    const length = i - start
    const isSentence = length === 2 && /[.?!]/.test(line[start - 1] ?? '')
    if (hasTab || (length >= 2 && !isSentence)) {
      found.push({ start, end: i, isWide: hasTab || length >= 3, isRun: length >= 2 && !isSentence })
    }
  }
  return found
}

function isBlankAt(line: string, i: number): boolean {
  const code = line.charCodeAt(i)
  return code === 0x20 || code === 0x09
}

/** Whether two blanks stand at the same column in all three. The runs of a line are in order. */
function share(a: readonly Run[], b: readonly Run[], c: readonly Run[]): boolean {
  let [i, j, k] = [0, 0, 0]
  for (;;) {
    const [x, y, z] = [a[i], b[j], c[k]]
    if (!x || !y || !z) return false
    const end = Math.min(x.end, y.end, z.end)
    if (end - Math.max(x.start, y.start, z.start) >= 2) return true
    if (x.end === end) i++
    else if (y.end === end) j++
    else k++
  }
}
