/**
 * Whether what a revision changed in a write-up is editorial: few words, no number, no negation, nothing that says what must or
 * may be, no code. An author says that it is, and this looks; then who vouched for the write-up need not read it again.
 */
import { diffArrays } from 'diff'
import { err, ok, type Result } from '#lib/result.ts'
import type { EditorialFailure } from '#lib/review/proposal/failure.ts'

export type EditorialRefusal = EditorialFailure

/** Of one block: what changed, word by word, in its order. */
export type ChangedBlock = {
  /** As `BlockChange` of lib/anchor/difference.ts has it. */
  readonly kind: string
  /** What kind of block it is, in the newer revision or, deleted, in the older one. */
  readonly block: string
  readonly parts: readonly { readonly kind: 'same' | 'old' | 'new'; readonly text: string }[]
}

/** Words that gave way to others: whole ones, with a few of those around them. */
export type EditorialWords = {
  readonly before: string
  readonly old: string
  readonly now: string
  readonly after: string
}

/** Words of a write-up that may differ, of the two texts together. */
export const MOST_WORDS = 24
/** Words that are shown around a change. */
const AROUND = 4
const PROSE: readonly string[] = ['heading', 'paragraph', 'list-item', 'table-row']

const NUMBER =
  /\d|^(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|once|twice|half|both|all|any|each|every|first|second|third|last)$/i
const NEGATION =
  /^(?:no|not|never|none|nobody|nothing|neither|nor|cannot|without|unless|except|until|only|unable|fails?|refus\w*|must|may|might|shall|should|will|would|can|could|need|needs)$|n['\u2019]t$/i
/** `hb->lock`, `futex_wait()`, `io_uring`, `FUTEX`, `waitV`, `a.b`, `<x>`. */
const CODE = /[_`()=<>{}[\]/\\*&|^~$#@%+]|->|::|\w\.\w|[a-z][A-Z]|^[A-Z]{2,}/

/**
 * @param code words that stand in code somewhere in one of the two texts, though the text of a block does not show it
 * @returns what changed, to be shown beside the word of the author
 */
export function editorialWords(
  changes: readonly ChangedBlock[],
  code: ReadonlySet<string>,
): Result<readonly EditorialWords[], EditorialRefusal> {
  const changed = changes.filter(
    ({ parts, kind }) => kind === 'moved' || parts.some((part) => part.kind !== 'same'),
  )
  if (changed.length === 0) return err('editorial-nothing')
  if (changed.some(({ kind }) => kind === 'moved')) return err('editorial-moved')
  if (changed.some(({ block }) => !PROSE.includes(block))) return err('editorial-code')
  const edits: EditorialWords[] = []
  for (const block of changed) {
    const found = editsOf(block)
    if (found === null) return err('editorial-much')
    edits.push(...found)
  }
  const words = edits.flatMap(({ old, now }) => [...wordsIn(old), ...wordsIn(now)])
  if (words.length === 0) return err('editorial-nothing')
  if (words.length > MOST_WORDS) return err('editorial-much')
  for (const word of words) {
    const bare = bareOf(word)
    if (CODE.test(bare) || code.has(bare)) return err('editorial-code')
    if (NUMBER.test(bare)) return err('editorial-number')
    if (NEGATION.test(bare)) return err('editorial-negation')
  }
  return ok(edits)
}

const wordsIn = (text: string) => text.split(/\s+/).filter((word) => word !== '')
/** Without the signs of a sentence around it. */
const bareOf = (word: string) =>
  word.replace(/^["'\u2018\u201c(]+/, '').replace(/[.,;:!?"'\u2019\u201d)]+$/, '')

/** All that a code span has in it, as words: for `code`. */
export const codeWords = (spans: readonly string[]): Set<string> =>
  new Set(spans.flatMap((span) => [...wordsIn(span), ...wordsIn(span).map(bareOf)]))

/** Word by word, as people read: where a sign differs the word does. Null: more than may differ. */
function editsOf({ parts }: ChangedBlock): EditorialWords[] | null {
  const textOf = (without: 'old' | 'new') =>
    wordsIn(parts.flatMap(({ kind, text }) => (kind === without ? [] : [text])).join(''))
  const runs = diffArrays(textOf('new'), textOf('old'), { maxEditLength: MOST_WORDS })
  if (!runs) return null
  const edits: EditorialWords[] = []
  for (const [at, { value, added, removed }] of runs.entries()) {
    if (!added && !removed) continue
    const before = runs[at - 1]
    // What went and what came in its place stand beside each other: told once.
    if (before && (before.added || before.removed)) continue
    const other = runs[at + 1]
    const isPair = other !== undefined && (other.added || other.removed)
    const [old, now] = removed ? [value, isPair ? other.value : []] : [isPair ? other.value : [], value]
    edits.push({
      before: (before?.value ?? []).slice(-AROUND).join(' '),
      ...{ old: old.join(' '), now: now.join(' ') },
      after: (runs[at + (isPair ? 2 : 1)]?.value ?? []).slice(0, AROUND).join(' '),
    })
  }
  return edits
}

/** As they were stored; what is no such list is none. */
export function readEditorialWords(stored: unknown): readonly EditorialWords[] {
  if (!Array.isArray(stored)) return []
  return stored.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return []
    const { before, old, now, after } = one as Record<string, unknown> // each asked below
    const isText = (value: unknown): value is string => typeof value === 'string'
    return isText(before) && isText(old) && isText(now) && isText(after) ? [{ before, old, now, after }] : []
  })
}
