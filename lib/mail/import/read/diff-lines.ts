/**
 * Which lines of a mail are a patch. Hunks are counted, not guessed: a removed line may look like a signature
 * (`-- `), a context line like a quote, and only `@@ -a,b +c,d @@` says where the patch ends.
 */
const FILE_START = /^(?:diff --git |diff -[a-zA-Z]+ |Index: )/
const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/
const BETWEEN_HUNKS =
  /^(?:diff |index [0-9a-f]+\.\.|--- |\+\+\+ |new file mode|deleted file mode|old mode|new mode|similarity index|rename |copy |Binary files |\\ No newline)/

/** For each line, whether it belongs to a patch. Quoted patches do not count. */
export function findDiffLines(lines: readonly string[]): boolean[] {
  const inDiff = new Array<boolean>(lines.length).fill(false)
  let old = 0
  let fresh = 0
  let inside = false
  lines.forEach((line, i) => {
    const hunk = HUNK.exec(line)
    if (old > 0 || fresh > 0) {
      const mark = line[0] ?? ' '
      if (mark === ' ' || mark === '\t' || line === '') {
        old--
        fresh--
      } else if (mark === '-') old--
      else if (mark === '+') fresh--
      else if (mark !== '\\') {
        // Not a hunk after all, or a mailer broke a line of it.
        if (hunk || FILE_START.test(line)) old = fresh = 0
        else if (mark === '>') {
          old = fresh = 0
          inside = false
        }
      }
      if (inside) inDiff[i] = true
    } else if (inside && (BETWEEN_HUNKS.test(line) || hunk)) inDiff[i] = true
    else if (FILE_START.test(line) || startsPlainDiff(lines, i)) {
      inside = true
      inDiff[i] = true
    } else inside = false
    if (hunk && inside) {
      old = Number(hunk[1] ?? 1)
      fresh = Number(hunk[2] ?? 1)
    }
  })
  return inDiff
}

/** `--- a/file` and `+++ b/file`, without git's own line above. */
function startsPlainDiff(lines: readonly string[], i: number): boolean {
  return (
    /^--- \S/.test(lines[i] ?? '') && /^\+\+\+ \S/.test(lines[i + 1] ?? '') && HUNK.test(lines[i + 2] ?? '')
  )
}
