/**
 * What people think of a revision, as on a list: rows that stay. Which of them stand now, and of which the text has
 * changed since, is worked out from them.
 */
export type StanceValue =
  | 'concern'
  | 'no_objection'
  | 'acked_by'
  | 'reviewed_by'
  | 'tested_by'
  | 'nacked_by'
  | 'recuse'

export const STANCE_VALUES: readonly StanceValue[] = [
  'concern',
  'no_objection',
  'acked_by',
  'reviewed_by',
  'tested_by',
  'nacked_by',
  'recuse',
]

export const WRITEUPS = ['problem', 'integration', 'sys-futex', 'lifetime'] as const

/** `key`: of the line that a mail has for it; null of what is said in other words. */
export const STANCES: Readonly<
  Record<StanceValue, { readonly words: string; readonly key: string | null; readonly mark: string }>
> = {
  concern: { words: 'has a concern', key: null, mark: '◇' },
  no_objection: { words: 'has no objection', key: null, mark: '·' },
  acked_by: { words: 'acks it', key: 'Acked-by', mark: '✓' },
  reviewed_by: { words: 'reviewed it', key: 'Reviewed-by', mark: '✓' },
  tested_by: { words: 'tested it', key: 'Tested-by', mark: '✓' },
  nacked_by: { words: 'nacks it', key: 'Nacked-by', mark: '▲' },
  recuse: { words: 'stands aside', key: null, mark: '–' },
}

/** `Reviewed-by` is a stance, in whatever case it was typed; null: it is another trailer. */
export function stanceOfKey(key: string): StanceValue | null {
  const asked = key.toLowerCase()
  return STANCE_VALUES.find((value) => STANCES[value].key?.toLowerCase() === asked) ?? null
}

export type StanceRow = {
  readonly id: string
  readonly person: string
  readonly value: StanceValue
  /** Empty: all write-ups. */
  readonly writeups: readonly string[]
  /** Of the revision that it was said of. */
  readonly revision: number
  readonly isWithdrawn: boolean
}

const covered = ({ writeups }: StanceRow): readonly string[] => (writeups.length === 0 ? WRITEUPS : writeups)

/** A test is a fact and stands beside an opinion; of opinions a person has one at a time for a write-up. */
const isOpinion = (value: StanceValue) => value !== 'tested_by'

/**
 * Those that stand: not taken back, and not replaced by what the same person said later of the same write-ups.
 *
 * @param rows oldest first
 * @returns the same order; `writeups` of each are those for which it still stands
 */
export function standingStances<Row extends StanceRow>(rows: readonly Row[]): Row[] {
  const later = new Map<string, Set<string>>()
  const standing: Row[] = []
  for (const row of rows.toReversed()) {
    if (row.isWithdrawn) continue
    const key = `${row.person} ${isOpinion(row.value) ? 'opinion' : row.value}`
    const taken = later.get(key) ?? new Set()
    const left = covered(row).filter((writeup) => !taken.has(writeup))
    for (const writeup of covered(row)) taken.add(writeup)
    later.set(key, taken)
    if (left.length > 0) standing.push({ ...row, writeups: left.length === WRITEUPS.length ? [] : left })
  }
  return standing.reverse()
}

/** Whether the text that it was said of is another one now matters only for who vouched for it. */
const VOUCHES: readonly StanceValue[] = ['acked_by', 'reviewed_by', 'tested_by']
export const vouches = (value: StanceValue): boolean => VOUCHES.includes(value)

/**
 * The write-ups that a stance covers and that have another text than in the revision of which it was said. It stays
 * what it is, and is shown as stale with what changed.
 *
 * @param textOf a digest of a write-up's text in a revision, by `<revision> <writeup>`
 */
export function staleWriteups(
  row: StanceRow,
  present: number,
  textOf: ReadonlyMap<string, string>,
): readonly string[] {
  if (!vouches(row.value) || row.revision >= present) return []
  return covered(row).filter(
    (writeup) => textOf.get(`${row.revision} ${writeup}`) !== textOf.get(`${present} ${writeup}`),
  )
}

export type WriteupText = {
  readonly revision: number
  readonly writeup: string
  readonly digest: string
  /** What this revision changed in it is editorial. */
  readonly isEditorial: boolean
}

/**
 * For `staleWriteups`: texts that nobody has to read again have one digest.
 *
 * @param texts by revision, the oldest first
 */
export function alikeTexts(texts: readonly WriteupText[]): ReadonlyMap<string, string> {
  const alike = new Map<string, string>()
  const before = new Map<string, WriteupText & { readonly as: string }>()
  for (const text of texts) {
    const last = before.get(text.writeup)
    // Of a text that stays after an editorial change, too: it is still as good as the one before that.
    const isAlike =
      last !== undefined &&
      last.revision === text.revision - 1 &&
      (text.isEditorial || last.digest === text.digest)
    const as = isAlike ? last.as : text.digest
    before.set(text.writeup, { ...text, as })
    alike.set(`${text.revision} ${text.writeup}`, as)
  }
  return alike
}

/** What stops a stance from being given; null: nothing. */
export function stanceRefusal(
  value: StanceValue,
  words: string,
  person: { readonly isAuthor: boolean },
): 'own-proposal' | 'no-words' | null {
  if (person.isAuthor && (value === 'acked_by' || value === 'reviewed_by')) return 'own-proposal'
  return value === 'nacked_by' && words.trim().length < 10 ? 'no-words' : null
}

/** A hold ends by itself: the longest that anybody may ask for. */
export const HOLD_DAYS = 14
