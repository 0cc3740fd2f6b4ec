/**
 * Where a text names another place of its proposal: "section 3.2", "(3.2)", "4.6 lists five defects", "Table 3.1". The page
 * makes links of those that exist; which do is not known to one write-up, so here they are only found.
 *
 * A number with a dot may be anything, so one that stands alone is no reference behind a word that versions, measures and
 * other numbers have (`Linux 4.4`, `about 4.6`), or before a unit (`4.4 ms`). One number too few is text; one too many
 * leads a reader astray.
 */
export type ReferenceKind = 'section' | 'figure' | 'table' | 'trace' | 'run'

export type ReferencePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: ReferenceKind; readonly number: string; readonly text: string }

/** The word that says what is meant, with its number: or a number with a dot. */
const CANDIDATE =
  /(?<![\w.$#-])(?:(?<word>[Ss]ections?|§|[Ff]igures?|[Tt]ables?|[Tt]races?)\s*)?(?<number>[1-9](?:\.[1-9]\d?){0,3})(?![\w%×]|\.\d|-\w)/g

const NOT_BEHIND =
  /(?:\b(?:linux|kernels?|versions?|v|glibc|gcc|clang|spin|liburing|posix|rfc|debian|node|python|c|than|about|roughly|nearly|factor|took|takes|takes?|until|times|up to)|[=<>≤≥~≈±×+*/−–])\s*$/i
const NOT_BEFORE =
  /^(?:\s?(?:%|×|x\b|[mµun]?s\b|sec|[kmgt]?i?b\b|[mg]?hz|times\b|points?\b|percent)|\s?[–-]\s?\d|\sto\s\d|\s(?:kernels?|releases?|or (?:later|newer))\b)/i
/** What may stand between two numbers behind one word: "sections 2.1, 3 and 4.6". */
const GOES_ON = /^(?:,\s*|,?\s+(?:and|or|to)\s+)$/

const KINDS: Readonly<Record<string, ReferenceKind>> = {
  s: 'section',
  '§': 'section',
  f: 'figure',
  t: 'table',
}

function kindOf(word: string): ReferenceKind {
  return /^trace/i.test(word) ? 'trace' : (KINDS[word.charAt(0).toLowerCase()] ?? 'section')
}

/** The text in parts, which joined are the text. */
export function referencesIn(text: string): ReferencePart[] {
  const parts: ReferencePart[] = []
  let done = 0
  /** What the last word said, while its list goes on. */
  let list: { readonly kind: ReferenceKind; readonly end: number } | null = null
  for (const match of text.matchAll(CANDIDATE)) {
    const { word, number = '' } = match.groups ?? {}
    const [start, end] = [match.index, match.index + match[0].length]
    const continued: ReferenceKind | null =
      list && GOES_ON.test(text.slice(list.end, start)) ? list.kind : null
    const isDotted = number.includes('.')
    const isAlone =
      isDotted &&
      !NOT_BEHIND.test(text.slice(Math.max(0, start - 24), start)) &&
      !NOT_BEFORE.test(text.slice(end, end + 16))
    const kind: ReferenceKind | null =
      word !== undefined ? kindOf(word) : (continued ?? (isAlone ? 'section' : null))
    // Only sections have numbers without a dot.
    if (kind === null || (kind !== 'section' && !isDotted)) continue
    if (start > done) parts.push({ kind: 'text', text: text.slice(done, start) })
    parts.push({ kind, number, text: match[0] })
    done = end
    list = word !== undefined || continued ? { kind, end } : null
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) })
  return parts
}
