/**
 * Where a patch that somebody pasted ends.
 *
 * A hunk says in its head how many lines it has, and as long as lines are owed an empty one is context whose blank a
 * mailer took away. Patches of replies are edited by hand, so their counts are often wrong: lines right below that
 * look like a patch's still belong to it, and a line that does not ends it, whatever the head said.
 */
const HUNK = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/
const COMBINED_HUNK = /^@@@+ -\d/
const DIFF = /^diff -\S/
const INDEX = /^Index: \S/
const EXTENDED =
  /^(?:index |old mode |new mode |new file mode |deleted file mode |similarity index |dissimilarity index |rename (?:from|to) |copy (?:from|to) |Binary files |GIT binary patch|={20,}$)/

/** The line behind the patch that begins at `at`, or `at` when none begins there. `isFree`: not taken by others. */
export function patchEnd(lines: readonly string[], at: number, isFree: (line: number) => boolean): number {
  const lineAt = (i: number) => (i < lines.length && isFree(i) ? lines[i] : undefined)
  if (!beginsPatch(lineAt(at), lineAt(at + 1))) return at
  let end = at
  let inHead = false
  /** A hunk was seen: what looks like its lines is one of them. */
  let inHunk = false
  let old = 0
  let added = 0
  for (let line = lineAt(end); line !== undefined; line = lineAt(end)) {
    const owed = old > 0 || added > 0
    const hunk = HUNK.exec(line)
    if (hunk) {
      old = Number(hunk[1] ?? 1)
      added = Number(hunk[2] ?? 1)
      inHunk = true
      inHead = false
      end++
    } else if (COMBINED_HUNK.test(line)) {
      inHunk = true
      inHead = false
      end++
    } else if (owed && /^[ \t+\\-]/.test(line)) {
      if (line.startsWith('-')) old--
      else if (line.startsWith('+')) added--
      else if (!line.startsWith('\\')) {
        old--
        added--
      }
      end++
    } else if (owed && line === '') {
      let next = end
      while (lineAt(next) === '') next++
      if (!/^[ \t+\\-]/.test(lineAt(next) ?? '')) break
      old -= next - end
      added -= next - end
      end = next
    } else if (beginsPatch(line, lineAt(end + 1))) {
      inHead = true
      inHunk = false
      old = 0
      added = 0
      // The `+++` line comes along, whatever it would be by itself.
      end += line.startsWith('--- ') ? 2 : 1
    } else if (inHead && EXTENDED.test(line)) end++
    else if (inHunk && line !== '-- ' && /^[ +\\-]/.test(line)) end++
    else break
  }
  return end
}

function beginsPatch(line: string | undefined, next: string | undefined): boolean {
  if (line === undefined) return false
  if (HUNK.test(line) || COMBINED_HUNK.test(line)) return true
  if (next === undefined) return false
  if (line.startsWith('--- ')) return next.startsWith('+++ ')
  // "diff -u is what I use" is a sentence.
  if (DIFF.test(line)) return EXTENDED.test(next) || next.startsWith('--- ') || DIFF.test(next)
  return INDEX.test(line) && EXTENDED.test(next)
}
