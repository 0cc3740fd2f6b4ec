import type { Block } from '#lib/writeup/blocks/blocks.ts'
import { type DocumentId, sectionOf } from '#lib/writeup/parse/document-id.ts'

/** One line of the outline. The anchor is without `#`. */
export type OutlineEntry = {
  readonly anchor: string
  /** `2.1`; null in the cover. */
  readonly number: string | null
  readonly text: string
  readonly children: readonly OutlineEntry[]
}

type Titled = { readonly writeup: DocumentId; readonly title: string }

/**
 * The tree of titles and headings, to the depth of `###`. A write-up's anchor is its id. The cover is left out
 * when it has no headings: its title is the page's.
 */
export function outlineOf(
  documents: readonly Titled[],
  blocks: readonly Pick<Block, 'kind' | 'writeup' | 'key' | 'text' | 'sectionNumber' | 'headingDepth'>[],
): OutlineEntry[] {
  return documents.flatMap(({ writeup, title }): OutlineEntry[] => {
    const section = sectionOf(writeup)
    const headings = blocks.filter((block) => block.kind === 'heading' && block.writeup === writeup)
    if (section === null && headings.length === 0) return []
    const children: (OutlineEntry & { children: OutlineEntry[] })[] = []
    for (const { key, text, sectionNumber, headingDepth } of headings) {
      const entry = { anchor: key, number: sectionNumber, text, children: [] }
      if (headingDepth === 2) children.push(entry)
      else if (headingDepth === 3) children.at(-1)?.children.push(entry)
    }
    return [{ anchor: writeup, number: section === null ? null : String(section), text: title, children }]
  })
}
