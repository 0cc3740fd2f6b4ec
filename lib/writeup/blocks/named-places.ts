/** What a text may name by a number (`section 3.2`, `Table 3.1`), and where it stands. */
import { type DocumentId, sectionOf } from '#lib/writeup/parse/document-id.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'
import { blocksOfWriteup } from './blocks.ts'
import { numberingOf } from './numbering.ts'

export type NamedPlace = {
  readonly writeup: DocumentId
  /** A block; null: the whole write-up. */
  readonly blockKey: string | null
}

/**
 * By `section 3.2`, `figure 2.1`, `table 3.1`, `trace 4.2`. A table is where its first row is.
 *
 * @param hasTrace of a claim's id
 */
export function namedPlaces(
  documents: readonly Writeup[],
  hasTrace: (claim: string) => boolean,
): ReadonlyMap<string, NamedPlace> {
  const places = new Map<string, NamedPlace>()
  for (const document of documents) {
    const { writeup } = document
    const section = sectionOf(writeup)
    if (section !== null) places.set(`section ${section}`, { writeup, blockKey: null })
    const { figures, tables, traces } = numberingOf(document, hasTrace)
    for (const [id, number] of figures) places.set(`figure ${number}`, { writeup, blockKey: id })
    for (const [id, number] of traces) places.set(`trace ${number}`, { writeup, blockKey: id })
    const tableOfRow = new Map(
      [...tables].flatMap(([table, number]) => table.children.map((row) => [row, number])),
    )
    for (const { kind, key, node, sectionNumber } of blocksOfWriteup(document)) {
      if (kind === 'heading' && sectionNumber !== null)
        places.set(`section ${sectionNumber}`, { writeup, blockKey: key })
      const table = node.type === 'tableRow' ? tableOfRow.get(node) : undefined
      if (table !== undefined && !places.has(`table ${table}`))
        places.set(`table ${table}`, { writeup, blockKey: key })
    }
  }
  return places
}
