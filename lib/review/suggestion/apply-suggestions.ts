/**
 * The files of a proposal with suggestions in them: what an author goes on from.
 *
 * Each is placed in the text as it is (`placeSuggestion`); of two that want the same words the first has them. What does not
 * fit is answered with the reason and changes nothing.
 */
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { readPublished, type Writeup } from '#lib/writeup/parse/parse.ts'
import {
  breaksIn,
  mapSources,
  type Placed,
  placeWords,
  replacedAll,
  type SourceMap,
  type SourceText,
  sourceText,
  type WhyNot,
} from './place-suggestion.ts'
import type { Replacement } from './suggestion.ts'

/** A suggestion with the text that it was made on; the same object for all that were made on one revision. */
export type Suggested = { readonly id: string; readonly base: SourceText; readonly suggested: Replacement }

type Taken = { readonly id: string; readonly at: Replacement; readonly isMerged: boolean }

export type Applied = {
  /** All of them, in their order; those that no suggestion is in are the same objects. */
  readonly files: readonly BundleFile[]
  readonly applied: readonly Taken[]
  /** The text said it before. */
  readonly inText: readonly string[]
  readonly refused: readonly { readonly id: string; readonly why: WhyNot | 'overlaps' }[]
}

/** The documents of a bundle that is being written: as much as can be read of each. */
export function documentsOf(files: readonly BundleFile[]): Writeup[] {
  return DOCUMENT_IDS.flatMap((writeup) => {
    const file = files.find(({ path }) => path === `${writeup}.mdx`)
    if (!file) return []
    const source = new TextDecoder().decode(file.bytes)
    return [readPublished({ file: file.path, source, writeup, standsFor: () => null }).document]
  })
}

export function applySuggestions(files: readonly BundleFile[], wanted: readonly Suggested[]): Applied {
  const now = sourceText(documentsOf(files))
  const maps = new Map<SourceText, SourceMap>()
  const taken: Taken[] = []
  const inText: string[] = []
  const refused: { id: string; why: WhyNot | 'overlaps' }[] = []
  for (const { id, base, suggested } of wanted) {
    const map = maps.get(base) ?? mapSources(base, now)
    maps.set(base, map)
    const placed: Placed = placeWords(map, suggested)
    if (placed.kind === 'in-text') inText.push(id)
    else if (placed.kind === 'conflict') refused.push({ id, why: placed.why })
    else if (taken.some(({ at }) => overlap(at, placed.at))) refused.push({ id, why: 'overlaps' })
    else taken.push({ id, at: placed.at, isMerged: placed.isMerged })
  }
  const applied = fitting(now, [], taken)
  const fits = new Set(applied)
  refused.push(...taken.filter((one) => !fits.has(one)).map(({ id }) => ({ id, why: 'structure' as const })))
  return {
    files: files.map((file) => {
      const own = applied.flatMap(({ at }) => (`${at.writeup}.mdx` === file.path ? [at] : []))
      const document = now.documents.find((one) => one.file === file.path)
      return own.length === 0 || !document
        ? file
        : { ...file, bytes: new TextEncoder().encode(replacedAll(document.source, own)) }
    }),
    ...{ applied, inText, refused },
  }
}

/**
 * Those that fit beside others that do, and these. To look is to read whole documents, so all are looked at together, and halves
 * only where that breaks something: once for hundreds that fit, and never together what only fits alone.
 */
function fitting(now: SourceText, beside: readonly Taken[], tried: readonly Taken[]): readonly Taken[] {
  const all = [...beside, ...tried]
  const broken =
    tried.length > 0 &&
    breaksIn(
      now,
      all.map(({ at }) => at),
    ) !== null
  if (!broken) return all
  if (tried.length === 1) return beside
  const half = Math.ceil(tried.length / 2)
  return fitting(now, fitting(now, beside, tried.slice(0, half)), tried.slice(half))
}

const overlap = (a: Replacement, b: Replacement) =>
  a.writeup === b.writeup && a.start <= b.end && b.start <= a.end
