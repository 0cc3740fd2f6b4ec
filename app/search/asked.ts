import type { NamedPart } from '#components/search/search-results.tsx'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findMessage } from '#lib/review/queue/find-message.server.ts'
import type { SearchQuery } from '#lib/review/search/query.ts'
import { isListed } from '#lib/review/search/search.server.ts'

/** `?q=` and `?page=` as they were given, whatever they are. */
export function askedOf(given: Readonly<Record<string, string | string[] | undefined>>): {
  readonly asked: string
  readonly page: number
} {
  const one = (value: string | string[] | undefined) =>
    Array.isArray(value) ? (value[0] ?? '') : (value ?? '')
  const page = /^[1-9]$/.test(one(given.page)) ? Number(one(given.page)) : 1
  // A little more than is allowed, so that what is too long is said to be.
  return { asked: one(given.q).slice(0, 2000), page }
}

/** The part of a series that the question names alone. */
export async function partNamed(viewer: Viewer, { terms }: SearchQuery): Promise<NamedPart | null> {
  const [term] = terms
  if (term?.kind !== 'message' || terms.length > 1) return null
  const found = await findMessage(viewer, term.id)
  if (found?.kind !== 'part' || !(await isListed(viewer, found.slug))) return null
  return { slug: found.slug, revision: found.revision, messageId: term.id }
}
