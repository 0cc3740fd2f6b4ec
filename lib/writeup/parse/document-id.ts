/**
 * The five documents of a revision, in the order in which they are read, numbered and mailed.
 * The ids are the file names (`problem.mdx`), the first part of block keys, and the enum of the database.
 */
export const WRITEUP_IDS = ['problem', 'integration', 'sys-futex', 'lifetime'] as const
export const DOCUMENT_IDS = ['cover', ...WRITEUP_IDS] as const

export type WriteupId = (typeof WRITEUP_IDS)[number]
export type DocumentId = (typeof DOCUMENT_IDS)[number]

/** 1 to 4 for the write-ups; null for the cover, which is not a numbered section. */
export function sectionOf(id: DocumentId): number | null {
  const at = (WRITEUP_IDS as readonly DocumentId[]).indexOf(id)
  return at === -1 ? null : at + 1
}
