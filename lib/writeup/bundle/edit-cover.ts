/**
 * Fields of a cover, set in its source: everything else of the file stays as its author wrote it, to the last blank.
 */
import { parseDocument } from 'yaml'

export type CoverFields = {
  readonly title?: string
  readonly area?: string
  readonly authors?: readonly string[]
  readonly to?: readonly string[]
  readonly date?: string
  readonly 'change-id'?: string
  readonly revision?: number
  readonly changelog?: readonly string[]
}

const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m

/** Null: the file has no front matter that could be read. An empty list takes its field away. */
export function withCoverFields(source: string, fields: CoverFields): string | null {
  const found = FRONT_MATTER.exec(source)
  if (found?.index !== 0) return null
  const [whole, yaml = ''] = found
  const document = parseDocument(yaml, { schema: 'core', merge: false })
  if (document.errors.length > 0) return null
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value) && value.length === 0 && name === 'changelog') document.delete(name)
    else if (value !== undefined) document.set(name, document.createNode(value))
  }
  const written = document.toString({ lineWidth: 0, flowCollectionPadding: false })
  return `---\n${written}---\n${source.slice(whole.length)}`
}
