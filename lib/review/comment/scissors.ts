/**
 * `-- >8 --`: what `git am --scissors` takes for the place where a mail is cut.
 *
 * Neither an indent nor a quote mark helps against it: git passes over blanks and lets a third of the line be other
 * words. So the sign itself gets a blank, and the way back takes it out: between the same two signs a run of blanks
 * is one longer, wherever the line had one, so nothing is lost.
 */
const PAIR = /8<|>8|%<|>%/
/** git looks at marks of eight characters or more, of which more than a third is the perforation. */
const SHORTEST = 8

export const hasScissors = (line: string) => PAIR.test(line)

/** By git's rule, or by the linters', which is stricter about other words and laxer about length. */
export function isScissors(line: string): boolean {
  if (!PAIR.test(line)) return false
  const visible = line.trim()
  // `SCISSORS` of the linters, said so that a long line costs no more than its length.
  if (/^[-8<>% ]*$/.test(visible)) return true
  let [perforation, gap] = [0, 0]
  let isPerforated = false
  for (let i = 0; i < visible.length; i++) {
    if (/\s/.test(visible[i] ?? '')) {
      if (isPerforated) {
        perforation++
        gap++
      }
    } else if (visible[i] === '-') {
      isPerforated = true
      perforation++
    } else if (PAIR.test(visible.slice(i, i + 2))) {
      isPerforated = true
      perforation += 2
      i++
    } else isPerforated = false
  }
  return visible.length >= SHORTEST && visible.length < perforation * 3 && gap * 2 < perforation
}

/** One blank more between each two signs that would cut. */
export function loosened(line: string): string {
  return line.replace(/[8%](?= *[<>])|[<>](?= *[8%])/g, '$& ')
}

/** The way back; a line that is not loosened comes back as some other. */
export function tightened(line: string): string {
  return line.replace(/([8%]) (?= *[<>])|([<>]) (?= *[8%])/g, '$1$2')
}
