/**
 * Where an anchor stands in another revision, as a block and a range in it.
 *
 * What an author named is looked for by its name first: a claim whose sentence was written anew is the same claim, and so is
 * a node of a diagram that is called otherwise.
 */
import { carry, type PlaceState } from './carry.ts'
import { diagramParts } from './diagram-parts.ts'
import type { MappedBlock, RevisionMap } from './revision-map.ts'
import type { TextRange } from './selector.ts'

export type Carried =
  | {
      readonly state: Exclude<PlaceState, 'orphaned'>
      readonly key: string
      /** UTF-16 offsets from the start of the block's text; not empty. */
      readonly start: number
      readonly end: number
      /** Which share of the quoted tokens is there, 0 to 1. */
      readonly survival: number
    }
  | { readonly state: 'orphaned'; readonly survival: number }

export type AnchorInBlock = TextRange & { readonly key: string }

export function carryAnchor(revisions: RevisionMap, anchor: AnchorInBlock): Carried {
  const { old, now } = revisions
  const from = old.blocks.find(({ key }) => key === anchor.key)
  if (!from) return { state: 'orphaned', survival: 0 }
  const range = { start: from.start + anchor.start, end: from.start + anchor.end }
  const part = from.isDiagram ? carryPart(revisions, from, anchor) : null
  if (part) return part
  const place = carry(revisions, range)
  const named = from.isNamed ? now.blocks.find(({ key, isNamed }) => isNamed && key === from.key) : undefined
  const { survival } = place
  if (named) {
    const whole = { key: named.key, start: 0, end: named.end - named.start, survival }
    if (range.start === from.start && range.end === from.end) {
      const isSame = old.text.slice(from.start, from.end) === now.text.slice(named.start, named.end)
      return { ...whole, state: isSame ? 'exact' : 'edited', survival: isSame ? 1 : survival }
    }
    const isInside = place.state !== 'orphaned' && place.start < named.end && place.end > named.start
    if (!isInside && place.state !== 'exact' && place.state !== 'moved') return { ...whole, state: 'block' }
  }
  if (place.state === 'orphaned') return place
  // A passage that was split goes on in the block that has most of it.
  let best: Extract<Carried, { key: string }> | null = null
  for (const { key, start, end } of now.blocks) {
    if (end <= place.start) continue
    if (start >= place.end) break
    const part = { start: Math.max(0, place.start - start), end: Math.min(end, place.end) - start }
    if (part.end - part.start > (best ? best.end - best.start : 0)) {
      best = { state: place.state, key, ...part, survival }
    }
  }
  return best ?? { state: 'orphaned', survival }
}

/**
 * All of a document, which hangs on a block of it (its first): it is there as long as the document has a text, whatever became
 * of the words.
 */
export function carryWhole({ old, now }: RevisionMap, key: string): Carried {
  const document = old.blocks.find((block) => block.key === key)?.document
  const first = document === undefined ? undefined : now.blocks.find((block) => block.document === document)
  return first
    ? { state: 'exact', key: first.key, start: 0, end: first.end - first.start, survival: 1 }
    : { state: 'orphaned', survival: 0 }
}

/** A node or an edge, by its id in the diagram that its own became; null: it is neither, or its diagram is gone. */
function carryPart(revisions: RevisionMap, from: MappedBlock, { start, end }: TextRange): Carried | null {
  const { old, now } = revisions
  const source = old.text.slice(from.start, from.end)
  const part = diagramParts(source).find((one) => one.start === start && one.end === end)
  if (!part) return null
  const whole = carry(revisions, from)
  if (whole.state === 'orphaned') return null
  const became = now.blocks.find(
    ({ isDiagram, start: at, end: last }) => isDiagram && at < whole.end && last > whole.start,
  )
  if (!became) return null
  const text = now.text.slice(became.start, became.end)
  const same = diagramParts(text).find(({ kind, id }) => kind === part.kind && id === part.id)
  if (!same) return { state: 'block', key: became.key, start: 0, end: text.length, survival: 0 }
  const isSame = text.slice(same.start, same.end) === source.slice(start, end)
  const { survival } = carry(revisions, { start: from.start + start, end: from.start + end })
  return {
    ...{ state: isSame ? 'exact' : 'edited', key: became.key, start: same.start, end: same.end },
    survival: isSame ? 1 : survival,
  }
}
