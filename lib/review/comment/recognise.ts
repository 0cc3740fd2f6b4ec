/**
 * What the lines of a comment are: quotes, code, patches, columns, lists, words.
 *
 * A comment is text, as in a list mail. Nothing here changes a letter of it; it is only said of each line how it is
 * best shown and whether a mail may wrap it. One recogniser for the page, the preview, the mail that leaves and the
 * mail that comes in, so that no two of them see different things in the same words.
 *
 * The order below is the order of precedence: what an earlier rule took no later one sees. It goes from signs that
 * people set on purpose (`>`, a fence that is closed, the head of a hunk) to those that could be chance (a number at
 * the beginning of a line). A fence that is never closed is words: one stray mark must not make code of the rest.
 *
 * Rejected: a Markdown parser with a source map. It reads a pasted patch as two bullets and a race in columns as one
 * paragraph, and its cost depends on how its input nests. These are scanners over lines: each line is looked at a
 * bounded number of times, no expression can backtrack over more than its line, and nothing calls itself.
 */
import { isTrailerLine } from '#lib/mail/text/trailer.ts'
import { linesOfColumns } from './columns.ts'
import { patchEnd } from './patch-lines.ts'
import type { Stretch, StretchKind } from './stretch.ts'

type Kinds = (StretchKind | null)[]

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/
/** Longer fences are as good as this one. */
const LONGEST_FENCE = 8
/** What the first line of a patch begins with: `@`, `d`, `-`, `I`. */
const PATCH_SIGNS: ReadonlySet<number> = new Set([0x40, 0x64, 0x2d, 0x49])
const FOOT_LINK = /^ {0,3}\[[\w-]{1,8}\]:? +<?https?:\/\/\S/
const KEY_AND_VALUE = /^[A-Z][A-Za-z0-9-]{1,40}: +\S/
const SET_IN = /^(?: {4}|\t)/
const ITEM = /^ {0,3}(?:[-*+\u2022]|\(?\d{1,3}[.)]|\(?[a-z]\)) +\S/

/** Stretches in order; together they hold every line of `text` once. Never empty. */
export function recognise(text: string): readonly Stretch[] {
  return stretchesOf(text.split('\n'))
}

/** The same of lines, without their line ends. */
export function stretchesOf(lines: readonly string[]): readonly Stretch[] {
  const kinds: Kinds = lines.map((line) => (line.startsWith('>') ? 'quote' : null))
  markFences(lines, kinds)
  markPatches(lines, kinds)
  markSignature(lines, kinds)
  lines.forEach((line, i) => {
    if (kinds[i] === null && line.includes('[') && FOOT_LINK.test(line)) kinds[i] = 'links'
  })
  markTrailers(lines, kinds)
  markParagraphs(lines, kinds)
  return grouped(settleBlankLines(lines, kinds))
}

/** Closed ones. `>` lines are quotes first, so a fence does not reach over one. */
function markFences(lines: readonly string[], kinds: Kinds): void {
  const closer = new Int32Array(lines.length).fill(-1)
  // By sign and length: the nearest line below that closes a fence of that length. Filled from the end, so that many
  // fences that are never closed are not each searched to the end.
  const nearest = { '`': [] as number[], '~': [] as number[] }
  for (let i = lines.length - 1; i >= 0; i--) {
    if (kinds[i] === 'quote') {
      nearest['`'] = []
      nearest['~'] = []
      continue
    }
    // Most lines of most texts have nothing of a sign, and an expression costs more than a look for a letter.
    const line = lines[i] ?? ''
    const m = line.includes('```') || line.includes('~~~') ? FENCE.exec(line) : null
    if (!m) continue
    const sign = m[1]?.startsWith('~') ? '~' : '`'
    const length = Math.min(m[1]?.length ?? 0, LONGEST_FENCE)
    if (sign === '~' || !m[2]?.includes('`')) closer[i] = nearest[sign][length] ?? -1
    if (m[2]?.trim() === '') for (let n = 3; n <= length; n++) nearest[sign][n] = i
  }
  for (let i = 0; i < lines.length; i++) {
    const end = closer[i] ?? -1
    if (end < 0) continue
    kinds.fill('fence', i, end + 1)
    i = end
  }
}

function markPatches(lines: readonly string[], kinds: Kinds): void {
  const isFree = (i: number) => kinds[i] === null
  for (let i = 0; i < lines.length; i++) {
    if (!isFree(i) || !PATCH_SIGNS.has(lines[i]?.charCodeAt(0) ?? 0)) continue
    const end = patchEnd(lines, i, isFree)
    if (end === i) continue
    kinds.fill('patch', i, end)
    i = end - 1
  }
}

/** From the last `-- ` to the end. */
function markSignature(lines: readonly string[], kinds: Kinds): void {
  const from = lines.findLastIndex((line, i) => line === '-- ' && kinds[i] === null)
  if (from < 0) return
  for (let i = from; i < lines.length; i++) kinds[i] ??= 'signature'
}

/** The last unbroken run of `Key: value` lines with a trailer among them. */
function markTrailers(lines: readonly string[], kinds: Kinds): void {
  const isKey = (i: number) => kinds[i] === null && KEY_AND_VALUE.test(lines[i] ?? '')
  const last = lines.findLastIndex(
    (line, i) => kinds[i] === null && line.includes(': ') && isTrailerLine(line),
  )
  if (last < 0) return
  let from = last
  while (isKey(from - 1)) from--
  let to = last + 1
  while (isKey(to)) to++
  kinds.fill('trailers', from, to)
}

/** What stands in paragraphs: set in, columns, lists and prose. */
function markParagraphs(lines: readonly string[], kinds: Kinds): void {
  const isBlank = lines.map((line) => line === '' || line.trim() === '')
  const isOpen = (i: number) => i < lines.length && kinds[i] === null && !isBlank[i]
  const columns = linesOfColumns(lines, isOpen)
  // Set in as a whole it is set in, whatever its columns: only among lines at the left edge is it a row of theirs.
  for (let i = 0; i < lines.length; ) {
    let end = i
    let isSetIn = true
    while (columns[end]) isSetIn = SET_IN.test(lines[end++] ?? '') && isSetIn
    if (isSetIn) columns.fill(0, i, end)
    i = end + 1
  }
  let inList = false
  for (let i = 0; i < lines.length; i++) {
    if (!isOpen(i)) {
      inList = false
      continue
    }
    const line = lines[i] ?? ''
    const isItem: boolean = ITEM.test(line) || (inList && line.startsWith(' '))
    const kind: StretchKind = columns[i]
      ? 'columns'
      : SET_IN.test(line)
        ? 'indented'
        : isItem
          ? 'list'
          : 'prose'
    kinds[i] = kind
    // What is set in below an item does not end the item.
    inList = kind === 'list' || (inList && kind === 'indented')
  }
}

/**
 * Blank lines belong to what stands on both sides of them, else to the words beside them. A quote or a fence has none at
 * its ends: two quotes are two.
 */
function settleBlankLines(lines: readonly string[], kinds: Kinds): StretchKind[] {
  const settled: StretchKind[] = []
  for (let i = 0; i < lines.length; ) {
    const own = kinds[i]
    if (own) {
      settled.push(own)
      i++
      continue
    }
    let end = i
    while (end < lines.length && !kinds[end]) end++
    const kind = blankKind(kinds[i - 1] ?? null, kinds[end] ?? null)
    for (; i < end; i++) settled.push(kind)
  }
  return settled
}

function blankKind(above: StretchKind | null, below: StretchKind | null): StretchKind {
  const isFixed = (kind: StretchKind | null) => kind === 'indented' || kind === 'columns'
  const isCode = (kind: StretchKind | null) => isFixed(kind) || kind === 'patch' || kind === 'fence'
  if (above !== null && above === below && above !== 'quote' && above !== 'fence') return above
  if (above !== null && isFixed(above) && isCode(below)) return above
  if (below !== null && isFixed(below) && isCode(above)) return below
  if (above === 'prose' || below === 'prose') return 'prose'
  if (above === 'list' || below === 'list') return 'list'
  return 'prose'
}

function grouped(kinds: readonly StretchKind[]): Stretch[] {
  const stretches: Stretch[] = []
  let from = 0
  kinds.forEach((kind, i) => {
    if (kinds[i + 1] === kind) return
    stretches.push({ kind, from, to: i + 1 })
    from = i + 1
  })
  return stretches
}
