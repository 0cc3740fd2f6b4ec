/**
 * Where a suggestion stands in a text that moved on, and the text with it.
 *
 * The sources of the two texts are compared by the map of tokens that carries threads. What it replaces must stand there,
 * in a block of the same kind; where somebody else changed other words of it, both changes are put together word by word.
 * Otherwise nothing is written: a person looks at the three texts. A text with a suggestion has the same blocks as without,
 * and all but one say what they said, so none ever ends a paragraph, opens a fence or changes its neighbour.
 */
import { diffArrays } from 'diff'
import { carryAnchor } from '#lib/anchor/carry-anchor.ts'
import { type MappedBlock, mapRevisions, type RevisionMap } from '#lib/anchor/revision-map.ts'
import { tokenAfter, tokensOf } from '#lib/anchor/tokens.ts'
import { ok } from '#lib/result.ts'
import { type SourceRange, sourceOfBlock } from '#lib/writeup/blocks/block-source.ts'
import { type BlockKind, blocksOfWriteup, type WriteupBlock } from '#lib/writeup/blocks/blocks.ts'
import { isNamedBlock } from '#lib/writeup/blocks/named-block.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import { readCover, readWriteup, type Writeup } from '#lib/writeup/parse/parse.ts'
import type { Replacement } from './suggestion.ts'

export type SourceBlock = MappedBlock & { readonly kind: BlockKind; readonly writeup: DocumentId }

/** The sources of a revision as one text, with the blocks whose words stand in them. */
export type SourceText = {
  readonly text: string
  readonly blocks: readonly SourceBlock[]
  readonly documents: readonly (Writeup & { readonly start: number })[]
}

export function sourceText(documents: readonly Writeup[]): SourceText {
  const placed: (Writeup & { start: number })[] = []
  const blocks: SourceBlock[] = []
  let start = 0
  for (const document of documents) {
    placed.push({ ...document, start })
    const own = blocksOfWriteup(document).flatMap((block) => {
      const at = sourceOfBlock(block, document.source)
      return at && at.start < at.end ? [{ ...at, block }] : []
    })
    own.sort((a, b) => a.start - b.start)
    let last = 0
    for (const { start: from, end, block } of own) {
      // Of a row within a figure and the like: what lies within another block is that one's.
      if (from < last) continue
      last = end
      const { key, kind, writeup } = block
      blocks.push({
        ...{ key, kind, writeup, start: start + from, end: start + end },
        ...{ isNamed: isNamedBlock({ key, kind, writeup }), isDiagram: kind === 'diagram' },
      })
    }
    start += document.source.length + SEPARATOR.length
  }
  return { text: documents.map(({ source }) => source).join(SEPARATOR), blocks, documents: placed }
}

const SEPARATOR = '\n\n'

export type SourceMap = {
  readonly base: SourceText
  readonly now: SourceText
  readonly revisions: RevisionMap
}

export const mapSources = (base: SourceText, now: SourceText): SourceMap => ({
  ...{ base, now },
  revisions: mapRevisions(base, now),
})

export type WhyNot =
  /** No block of the text is the one that it is about. */
  | 'gone'
  /** Others changed the same words. */
  | 'changed'
  /** With it the text would have other blocks, or be none. */
  | 'structure'

export type Placed =
  | {
      readonly kind: 'fits'
      /** In the document's source as it is now; what stands there, and what would. */
      readonly at: Replacement
      /** Words of it were changed by others, and both changes are in `at.replacement`. */
      readonly isMerged: boolean
    }
  /** The text says it. */
  | { readonly kind: 'in-text'; readonly blockKey: string; readonly writeup: DocumentId }
  /** `at`: the passage as it is now, for a person to look at; null: there is none any more. */
  | { readonly kind: 'conflict'; readonly why: WhyNot; readonly at: Omit<Replacement, 'replacement'> | null }

/** Where a suggestion and its passage came from, and what became of the passage. */
function traced({ base, now, revisions }: SourceMap, suggested: Replacement) {
  const from = base.blocks.find(({ key }) => key === suggested.blockKey)
  const start = startOf(base, suggested.writeup) + suggested.start
  const end = start + suggested.old.length
  if (!from || start < from.start || end > from.end || base.text.slice(start, end) !== suggested.old)
    return null
  const range = { key: from.key, start: start - from.start, end: end - from.start }
  const isWhole = range.start === 0 && range.end === from.end - from.start
  const carried = carryAnchor(revisions, range)
  const whole = isWhole
    ? carried
    : carryAnchor(revisions, { key: from.key, start: 0, end: from.end - from.start })
  const [place, passage] = [carried, whole].map((one) =>
    one.state === 'orphaned' ? undefined : now.blocks.find(({ key }) => key === one.key),
  )
  const here =
    passage?.kind === from.kind
      ? passage
      : place?.kind === from.kind
        ? place
        : betweenNeighbours({ base, now, revisions }, from)
  return { from, start, end, range, isWhole, carried, place, here }
}

/** Neighbours that are asked on each side. */
const NEAR = 3

/** What stands alone where a passage stood of which no word is left: for a person to look at, never to be written into. */
function betweenNeighbours({ base, now, revisions }: SourceMap, from: SourceBlock): SourceBlock | null {
  const at = base.blocks.indexOf(from)
  const heir = (step: 1 | -1): number | null => {
    for (let i = 1; i <= NEAR; i++) {
      const near = base.blocks[at + step * i]
      if (near?.writeup !== from.writeup) return null
      const carried = carryAnchor(revisions, { key: near.key, start: 0, end: near.end - near.start })
      const found = 'key' in carried ? now.blocks.findIndex(({ key }) => key === carried.key) : -1
      if (found >= 0 && carried.state !== 'block') return found
    }
    return null
  }
  const [before, after] = [heir(-1), heir(1)]
  if (before === null && after === null) return null
  const first = before ?? (after ?? 0) - 2
  const between = now.blocks
    .slice(Math.max(0, first + 1), after ?? first + 2)
    .filter(({ kind, writeup }) => kind === from.kind && writeup === from.writeup)
  return between.length === 1 ? (between[0] ?? null) : null
}

/** The block of a text that says what a suggestion made of its passage; null: it does not. */
export function blockInText(map: SourceMap, suggested: Replacement): SourceBlock | null {
  const trace = traced(map, suggested)
  return trace && saying(map, trace, suggested)
}

function saying(
  { base, now }: SourceMap,
  { from, start, end, range, here }: NonNullable<ReturnType<typeof traced>>,
  { replacement }: Replacement,
): SourceBlock | null {
  const text = base.text.slice(from.start, start) + replacement + base.text.slice(end, from.end)
  const changed = { start: range.start, end: range.start + replacement.length }
  return here && says(textOf(now, here), text, changed) ? here : blockThatSays(now, from, text)
}

export function placeSuggestion(map: SourceMap, suggested: Replacement): Placed {
  const placed = placeWords(map, suggested)
  if (placed.kind !== 'fits' || isAsItWasMade(map, suggested, placed.at)) return placed
  return breaksIn(map.now, [placed.at]) === null ? placed : wouldBreak(map.now, placed.at)
}

/** Nothing of the document changed: whether it fits was asked when it was made, and to ask is to read the whole document. */
function isAsItWasMade({ base, now }: SourceMap, suggested: Replacement, at: Replacement): boolean {
  const [then, there] = [base, now].map(({ documents }) =>
    documents.find(({ writeup }) => writeup === suggested.writeup),
  )
  const isSame = then !== undefined && there !== undefined && then.source === there.source
  return (
    isSame &&
    at.writeup === suggested.writeup &&
    at.start === suggested.start &&
    at.old === suggested.old &&
    at.replacement === suggested.replacement
  )
}

/** Where its words go, before anybody asks whether the text keeps its blocks (`breaksIn`). */
export function placeWords(map: SourceMap, suggested: Replacement): Placed {
  const { now } = map
  const trace = traced(map, suggested)
  if (!trace) return { kind: 'conflict', why: 'gone', at: null }
  const { from, start, end, isWhole, carried, place, here } = trace
  const said = saying(map, trace, suggested)
  if (said) return { kind: 'in-text', blockKey: said.key, writeup: said.writeup }

  const conflict = (why: WhyNot): Placed => ({ kind: 'conflict', why, at: here && wholeOf(now, here) })
  if (carried.state === 'orphaned' || !place || place.kind !== from.kind) return conflict('gone')
  if (carried.state === 'block') return conflict('changed')
  if (carried.state === 'moved' && !isWhole && !hasNeighbour(map, start, end)) return conflict('gone')
  const at = isWhole
    ? { start: place.start, end: place.end }
    : { start: place.start + carried.start, end: place.start + carried.end }
  const there = now.text.slice(at.start, at.end)
  const isSame = sameTokens(there, suggested.old)
  const replacement = isSame ? suggested.replacement : mergeWords(suggested.old, suggested.replacement, there)
  if (replacement === null) return conflict('changed')
  const offset = startOf(now, place.writeup)
  const made: Replacement = {
    ...{ writeup: place.writeup, blockKey: place.key, old: there, replacement },
    ...{ start: at.start - offset, end: at.end - offset },
  }
  return { kind: 'fits', at: made, isMerged: !isSame }
}

/** With it the text would have other blocks: the passage that it goes into, for a person to look at. */
export function wouldBreak(now: SourceText, { blockKey }: Replacement): Placed {
  const block = now.blocks.find(({ key }) => key === blockKey)
  return { kind: 'conflict', why: 'structure', at: block ? wholeOf(now, block) : null }
}

const textOf = ({ text }: SourceText, { start, end }: MappedBlock) => text.slice(start, end)

function startOf({ documents }: SourceText, writeup: DocumentId): number {
  return documents.find((document) => document.writeup === writeup)?.start ?? 0
}

function wholeOf(now: SourceText, block: SourceBlock): Omit<Replacement, 'replacement'> {
  const offset = startOf(now, block.writeup)
  return {
    ...{ writeup: block.writeup, blockKey: block.key, old: textOf(now, block) },
    ...{ start: block.start - offset, end: block.end - offset },
  }
}

/** A word before or behind it, in its block, that stands beside it there as well: three words alone are anywhere. */
function hasNeighbour({ revisions }: SourceMap, start: number, end: number): boolean {
  const { old, map } = revisions
  const first = tokenAfter(old.tokens, start)
  const last = tokenAfter(old.tokens, end - 1)
  const isBeside = (token: number, neighbour: number) =>
    old.blockOf[token] === old.blockOf[neighbour] &&
    (map.to[neighbour] ?? -1) >= 0 &&
    (map.to[neighbour] ?? -1) - (map.to[token] ?? -1) === neighbour - token
  return last - first + 1 >= CERTAIN || isBeside(first, first - 1) || isBeside(last, last + 1)
}
/** Tokens in a row that are no chance. */
const CERTAIN = 8

export const sameTokens = (a: string, b: string) =>
  tokensOf(a).words.join('\n') === tokensOf(b).words.join('\n')

/** Words around what was changed that must stand around it in the text, too: what is deleted leaves only those. */
const AROUND = 3

/** Whether a passage has the words that a suggestion made of its own, in their place. `changed`: where they stand in `suggested`. */
function says(passage: string, suggested: string, changed: { start: number; end: number }): boolean {
  const block = (text: string) => ({
    text,
    blocks: [{ key: 'one', start: 0, end: text.length, isNamed: false }],
  })
  const local = mapRevisions(block(suggested), block(passage))
  const { tokens } = local.old
  const first = Math.max(0, tokenAfter(tokens, changed.start) - AROUND)
  const last = Math.min(tokens.words.length - 1, tokenAfter(tokens, Math.max(0, changed.end - 1)) + AROUND)
  for (let k = first; k <= last; k++) {
    const image = local.map.to[k] ?? -1
    if (image < 0 || (k > first && image !== (local.map.to[k - 1] ?? -1) + 1)) return false
  }
  return last >= first
}

/** Where no word of the passage is left: a block that is what the suggestion makes of it. */
function blockThatSays(now: SourceText, from: SourceBlock, suggested: string): SourceBlock | null {
  if (sameTokens(suggested, '')) return null
  const words = tokensOf(suggested).words.join('\n')
  return (
    now.blocks.find(
      (block) =>
        block.kind === from.kind &&
        block.end - block.start < 2 * suggested.length + 100 &&
        tokensOf(textOf(now, block)).words.join('\n') === words,
    ) ?? null
  )
}

/** Edits that two texts of so many words may differ by: beyond it they are two texts. */
const MOST_EDITS = 2000

type Edit = { readonly from: number; readonly to: number; readonly words: readonly string[] }

/** Both changes of one text, where they are not of the same words or of neighbours; null: they are. */
export function mergeWords(base: string, ours: string, theirs: string): string | null {
  const [old, mine, other] = [base, ours, theirs].map(
    (text) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s]/gu) ?? [],
  )
  if (!old || !mine || !other) return null
  const [mineEdits, theirEdits] = [editsOf(old, mine), editsOf(old, other)]
  if (!mineEdits || !theirEdits) return null
  const merged: Edit[] = [...theirEdits]
  for (const edit of mineEdits) {
    const near = theirEdits.filter(({ from, to }) => from <= edit.to && to >= edit.from)
    const isSame = near.some(
      ({ from, to, words }) => from === edit.from && to === edit.to && words.join('') === edit.words.join(''),
    )
    if (near.length > 0 && !isSame) return null
    if (!isSame) merged.push(edit)
  }
  merged.sort((a, b) => a.from - b.from)
  const out: string[] = []
  let at = 0
  for (const { from, to, words } of merged) {
    out.push(...old.slice(at, from), ...words)
    at = to
  }
  return [...out, ...old.slice(at)].join('')
}

/** What of `old` became what; blanks are blanks, however a paragraph is wrapped. Null: too much. */
function editsOf(old: string[], now: string[]): Edit[] | null {
  const isBlank = (word: string) => word.trim() === ''
  const parts = diffArrays(old, now, {
    comparator: (a, b) => a === b || (isBlank(a) && isBlank(b)),
    maxEditLength: MOST_EDITS,
  })
  if (!parts) return null
  const edits: { from: number; to: number; words: string[] }[] = []
  let at = 0
  let isOpen = false
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      at += value.length
      isOpen = false
      continue
    }
    const last = edits.at(-1)
    const edit = isOpen && last ? last : { from: at, to: at, words: [] }
    if (edit !== last) edits.push(edit)
    isOpen = true
    if (removed) {
      at += value.length
      edit.to = at
    } else edit.words.push(...value)
  }
  return edits
}

type Read = { readonly problems: readonly string[]; readonly blocks: readonly WriteupBlock[] | null }

/** A document as it is, with where its blocks stand: read once for all that is tried in it. */
const readBefore = new WeakMap<Writeup, Read & { readonly ranges: readonly (SourceRange | null)[] }>()

function asItIs(document: Writeup) {
  const known = readBefore.get(document)
  if (known) return known
  const before = read(document, document.source)
  const made = {
    ...before,
    ranges: (before.blocks ?? []).map((block) => sourceOfBlock(block, document.source)),
  }
  readBefore.set(document, made)
  return made
}

/** What is wrong with the text that has it (`breaksIn`). */
export const fitsIn = (now: SourceText, made: Replacement): readonly string[] | null => breaksIn(now, [made])

/**
 * What is wrong with the text that has all of these, as sentences of the check; null: nothing. Each document is looked at as a
 * whole: a line end or a sign may mean something else where it stands, and two signs together what neither means alone.
 *
 * @param made none of which touch each other
 */
export function breaksIn(now: SourceText, made: readonly Replacement[]): readonly string[] | null {
  for (const writeup of new Set(made.map((one) => one.writeup))) {
    const document = now.documents.find((one) => one.writeup === writeup)
    const own = made.filter((one) => one.writeup === writeup)
    const broken = document ? breaksDocument(document, own) : NOT_THERE
    if (broken) return broken
  }
  return null
}

const NOT_THERE = ['The words are not there.']

function breaksDocument(document: Writeup, made: readonly Replacement[]): readonly string[] | null {
  if (made.some(({ start, end, old }) => document.source.slice(start, end) !== old)) return NOT_THERE
  const before = asItIs(document)
  const after = read(document, replacedAll(document.source, made))
  const known = new Map<string, number>()
  for (const problem of before.problems) known.set(problem, (known.get(problem) ?? 0) + 1)
  const fresh = after.problems.filter((problem) => {
    const left = known.get(problem) ?? 0
    known.set(problem, left - 1)
    return left <= 0
  })
  if (fresh.length > 0) return fresh.slice(0, 3)
  const { blocks: old, ranges } = before
  const { blocks } = after
  if (!old || !blocks) return ['The text cannot be read.']
  const touched = new Set(
    made.map(({ start, end }) => ranges.findIndex((at) => at !== null && at.start <= start && end <= at.end)),
  )
  const isSameBlock = (a: WriteupBlock, b: WriteupBlock | undefined, i: number) =>
    b !== undefined &&
    a.kind === b.kind &&
    a.headingDepth === b.headingDepth &&
    (touched.has(i) || a.text === b.text)
  const isSame = old.length === blocks.length && old.every((block, i) => isSameBlock(block, blocks[i], i))
  return isSame && !touched.has(-1) ? null : [OTHER_BLOCKS]
}

export const OTHER_BLOCKS =
  'With it the passage would not stay one passage: a suggestion begins no other paragraph, list, heading or listing, and leaves some words. Say what goes beyond that in words.'

/** A document with all of these in it. */
export function replacedAll(source: string, made: readonly Replacement[]): string {
  // From the last to the first, so that offsets stay right.
  const backwards = [...made].sort((a, b) => b.start - a.start)
  return backwards.reduce(
    (text, { start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end),
    source,
  )
}

function read({ file, writeup }: Writeup, source: string): Read {
  const whole =
    writeup === 'cover'
      ? documentOfCover(readCover({ file, source }))
      : readWriteup({ file, source, writeup })
  const [document, problems] = whole.ok ? [whole.value, []] : [whole.error.partial, whole.error.problems]
  return { problems: problems.map(({ message }) => message), blocks: document && blocksOfWriteup(document) }
}

const documentOfCover = (cover: ReturnType<typeof readCover>) => (cover.ok ? ok(cover.value.document) : cover)
