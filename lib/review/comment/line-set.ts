/**
 * Some of the lines of a text, in the form in which a header of a mail names them: `3-5,9`.
 *
 * Counted from 1, both ends included, in order. What a mail says is somebody's word: whatever is not exactly of this
 * form, names too many or goes beyond the text is no set at all.
 */
export type LineSpan = readonly [first: number, last: number]
export type LineSet = readonly LineSpan[]

/** Spans of one set. With more, a header would grow beyond what mail software takes. */
export const MAX_SPANS = 600
/** Characters of one `key=value` of a header, which is not folded within. */
const MAX_VALUE = 60
const MAX_LINE = 999_999

export function lineSetOf(isIn: readonly boolean[]): LineSet {
  const spans: [number, number][] = []
  isIn.forEach((is, i) => {
    if (!is) return
    const last = spans.at(-1)
    if (last?.[1] === i) last[1] = i + 1
    else spans.push([i + 1, i + 1])
  })
  return spans
}

/** At most `max` spans that hold all lines of `set`: the nearest to each other become one. */
export function coarser(set: LineSet, max: number): LineSet {
  if (set.length <= max) return set
  const gaps = set.slice(1).map(([first], i) => first - (set[i]?.[1] ?? 0))
  const closed = new Set(
    gaps
      .map((gap, i) => ({ gap, i }))
      .sort((a, b) => a.gap - b.gap || a.i - b.i)
      .slice(0, set.length - max)
      .map(({ i }) => i + 1),
  )
  const spans: [number, number][] = []
  set.forEach(([first, last], i) => {
    const before = spans.at(-1)
    if (before && closed.has(i)) before[1] = last
    else spans.push([first, last])
  })
  return spans
}

/** Values of one key, each short enough for a line of a header. Empty for an empty set. */
export function formatLineSet(set: LineSet): string[] {
  const values: string[] = []
  for (const [first, last] of set) {
    const span = first === last ? `${first}` : `${first}-${last}`
    const open = values.at(-1)
    if (open !== undefined && open.length + 1 + span.length <= MAX_VALUE)
      values.push(`${values.pop()},${span}`)
    else values.push(span)
  }
  return values
}

/** `values` in the order in which they stood; null when they are no set of lines. */
export function parseLineSet(values: readonly string[]): LineSet | null {
  const spans: LineSpan[] = []
  let before = 0
  for (const value of values) {
    for (const span of value.split(',', MAX_SPANS + 1)) {
      const m = /^([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?$/.exec(span)
      const first = Number(m?.[1])
      const last = Number(m?.[2] ?? m?.[1])
      if (!m || first <= before || last < first || last > MAX_LINE || spans.length >= MAX_SPANS) return null
      spans.push([first, last])
      before = last
    }
  }
  return spans
}

/** By line, from 0, whether it is in `set`; null when the set names a line beyond `lines`. */
export function membersOf(set: LineSet, lines: number): Uint8Array | null {
  const members = new Uint8Array(lines)
  for (const [first, last] of set) {
    if (last > lines) return null
    members.fill(1, first - 1, last)
  }
  return members
}
