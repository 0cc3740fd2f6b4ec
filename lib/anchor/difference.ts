/**
 * What changed between two revisions, for readers: block by block in the order of the new one, words within a block, what
 * moved as moved. From the map that carries threads, so that both say the same.
 *
 * What is marked is what was edited: wrapping a paragraph anew marks nothing, and neither does moving it.
 */
import { alignBlocks, type BlockAlignment } from './align-blocks.ts'
import type { RevisionMap } from './revision-map.ts'

/** `same`: stands in both. `old`: only in the old text. `new`: only in the new one. Texts with their white space. */
export type DifferencePart = { readonly kind: 'same' | 'old' | 'new'; readonly text: string }

export type BlockChange = {
  /**
   * `same`, `edited`; `inserted`, `deleted`; `moved`: elsewhere, and perhaps edited; `split`: a part of a block that became
   * several; `merged`: one of several.
   */
  readonly kind: 'same' | 'edited' | 'inserted' | 'deleted' | 'moved' | 'split' | 'merged'
  /** Index of the block in the new text; null of what was deleted. */
  readonly block: number | null
  /** Indices in the old text, in its order; none of what was inserted. */
  readonly origins: readonly number[]
  readonly parts: readonly DifferencePart[]
}

export type Difference = {
  /** In the order of the new text; what was deleted stands after what stood before it. */
  readonly changes: readonly BlockChange[]
  readonly alignment: BlockAlignment
}

/** How many tokens are only in one of the two texts, of how many in both. */
export function countMarked({ old, now, map }: RevisionMap): { marked: number; total: number } {
  let marked = 0
  for (const image of map.to) if (image === -1) marked += 1
  for (const origin of map.from) if (origin === -1) marked += 1
  return { marked, total: old.tokens.words.length + now.tokens.words.length }
}

export function differenceOf(revisions: RevisionMap): Difference {
  const { old, now } = revisions
  const alignment = alignBlocks(revisions)
  const { heirs, origins } = alignment
  const moved = movedBlocks(alignment)
  const changes: BlockChange[] = []
  /** By block of the old text: those deleted directly after it; the first at -1. */
  const deletedAfter = new Map<number, number[]>()
  let before = -1
  for (const [block, targets] of heirs.entries()) {
    if (targets.length > 0) before = block
    else deletedAfter.set(before, [...(deletedAfter.get(before) ?? []), block])
  }
  const told = new Set<number>()
  const tellDeleted = (after: number) => {
    for (const block of deletedAfter.get(after) ?? []) {
      if (told.has(block)) continue
      told.add(block)
      const text = old.text.slice(old.blocks[block]?.start, old.blocks[block]?.end)
      changes.push({ kind: 'deleted', block: null, origins: [block], parts: [{ kind: 'old', text }] })
    }
  }
  tellDeleted(-1)
  for (const [block, { start, end }] of now.blocks.entries()) {
    const from = [...(origins[block] ?? [])].sort((x, y) => x - y)
    const [main] = origins[block] ?? []
    if (main === undefined) {
      const parts: DifferencePart[] = [{ kind: 'new', text: now.text.slice(start, end) }]
      changes.push({ kind: 'inserted', block, origins: [], parts })
      continue
    }
    const parts = partsOf(revisions, block, from, alignment)
    const isSplit =
      (heirs[main]?.length ?? 0) > 1 && heirs[main]?.every((heir) => origins[heir]?.[0] === main)
    const isEdited = parts.some(({ kind }) => kind !== 'same')
    const kind = moved.has(block)
      ? 'moved'
      : from.length > 1
        ? 'merged'
        : isSplit
          ? 'split'
          : isEdited
            ? 'edited'
            : 'same'
    changes.push({ kind, block, origins: from, parts })
    // After the last piece of it, not amid them.
    for (const origin of from) if ((heirs[origin] ?? []).every((heir) => heir <= block)) tellDeleted(origin)
  }
  for (const after of deletedAfter.keys()) tellDeleted(after)
  return { changes, alignment }
}

/** Blocks of the new text that are not in the order of those they came from: the fewest that explain it. */
function movedBlocks({ origins }: BlockAlignment): Set<number> {
  const placed = origins.flatMap((from, block) => (from[0] === undefined ? [] : [{ block, from: from[0] }]))
  // The longest run of blocks whose origins do not fall.
  const tails: number[] = []
  const previous = new Int32Array(placed.length).fill(-1)
  for (const [at, { from }] of placed.entries()) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((placed[tails[middle] ?? 0]?.from ?? 0) <= from) low = middle + 1
      else high = middle
    }
    previous[at] = low > 0 ? (tails[low - 1] ?? -1) : -1
    tails[low] = at
  }
  const inOrder = new Set<number>()
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) inOrder.add(placed[at]?.block ?? -1)
  return new Set(placed.filter(({ block }) => !inOrder.has(block)).map(({ block }) => block))
}

/** The words of a new block with those of its origins that went nowhere, in reading order. */
function partsOf(
  { old, now, map }: RevisionMap,
  block: number,
  origins: readonly number[],
  { heirs }: BlockAlignment,
): DifferencePart[] {
  const { tokens } = now
  const parts: { kind: DifferencePart['kind']; text: string }[] = []
  const add = (kind: DifferencePart['kind'], text: string) => {
    const last = parts.at(-1)
    if (last?.kind === kind) last.text += text
    else if (text !== '') parts.push({ kind, text })
  }
  // What is gone of a block is told with the first of its heirs.
  const telling = origins.filter((origin) => (heirs[origin] ?? []).every((heir) => heir >= block))
  const gone: number[] = []
  for (const origin of telling) {
    for (let k = old.firstToken[origin] ?? 0; k < (old.lastToken[origin] ?? 0); k++) {
      if ((map.to[k] ?? -1) === -1) gone.push(k)
    }
  }
  let next = 0
  const addGone = (before: number) => {
    while (next < gone.length && (gone[next] ?? 0) < before) {
      const first = gone[next] ?? 0
      let last = first
      while (gone[next + 1] === last + 1 && last + 1 < before) {
        next += 1
        last += 1
      }
      next += 1
      const end = old.tokens.ends[last] ?? 0
      const after = old.tokens.starts[last + 1] ?? end
      // With the blank that stood after it, so that what follows does not stick to it.
      const isWithin = old.blockOf[last + 1] === old.blockOf[last]
      add('old', old.text.slice(old.tokens.starts[first], isWithin ? after : end))
    }
  }
  const from = now.firstToken[block] ?? 0
  const to = now.lastToken[block] ?? 0
  const start = now.blocks[block]?.start ?? 0
  const end = now.blocks[block]?.end ?? 0
  if (from < to) add('same', now.text.slice(start, tokens.starts[from]))
  // Before words that are new what they replace: all that is gone before the next words that stayed.
  const told = new Set(telling)
  const nextKept = new Float64Array(Math.max(0, to - from)).fill(Number.MAX_SAFE_INTEGER)
  for (let j = to - 1; j >= from; j--) {
    const origin = map.from[j] ?? -1
    const isTold = origin >= 0 && told.has(old.blockOf[origin] ?? -1)
    nextKept[j - from] = isTold ? origin : (nextKept[j - from + 1] ?? Number.MAX_SAFE_INTEGER)
  }
  for (let j = from; j < to; j++) {
    const origin = map.from[j] ?? -1
    addGone(nextKept[j - from] ?? 0)
    const until = j + 1 < to ? (tokens.starts[j + 1] ?? end) : end
    add(origin >= 0 ? 'same' : 'new', now.text.slice(tokens.starts[j], until))
  }
  addGone(Number.MAX_SAFE_INTEGER)
  return parts
}
