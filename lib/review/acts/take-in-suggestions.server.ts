import 'server-only'
import type { Result } from '#lib/result.ts'
import type { CopyFailure } from '#lib/review/copy/copy-failure.ts'
import { copyAccess } from '#lib/review/copy/read-copies.server.ts'
import { copyText, textHash, writeState } from '#lib/review/copy/write-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { applySuggestions } from '#lib/review/suggestion/apply-suggestions.ts'
import { acceptedSuggestions } from '#lib/review/suggestion/read-suggestions.server.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { CopyRefused, copyAct, lockedCopy } from './copy-act.server.ts'

export type TakenIn = {
  /** Files that are others now. */
  readonly changed: readonly string[]
  /** Of comments whose suggestion was put in, and of those that do not fit the text as its authors have it. */
  readonly applied: readonly string[]
  readonly refused: readonly string[]
}

/**
 * All accepted suggestions that fit go into the working copy, as one saved state, which the history takes back. A copy is begun
 * where there is none; nothing is written where nothing would change, so twice is once.
 */
export function takeInSuggestions(
  viewer: Viewer,
  slug: string,
  now = new Date(),
): Promise<Result<TakenIn, CopyFailure>> {
  return copyAct(viewer, async (tx, personId) => {
    const access = await copyAccess(viewer, slug, tx)
    if (access.kind === 'nothing') throw new CopyRefused({ kind: 'no-such-copy' })
    if (access.kind === 'forbidden' || access.kind === 'signed-out')
      throw new CopyRefused({ kind: access.kind })
    const wanted = await acceptedSuggestions(viewer, slug)
    if (!viewer || wanted.length === 0) return { changed: [], applied: [], refused: [] }
    const copy = await lockedCopy(tx, viewer, slug, now)
    const before: { path: string; bytes: Uint8Array }[] = []
    for (const path of DOCUMENT_IDS.map((id) => `${id}.mdx`)) {
      const hash = Object.hasOwn(copy.files, path) ? copy.files[path] : undefined
      const bytes = hash === undefined ? null : await copyText(tx, copy.id, hash)
      if (bytes) before.push({ path, bytes })
    }
    const made = applySuggestions(before, wanted)
    const changed = made.files.filter((file, i) => file !== before[i])
    if (changed.length > 0) {
      const hashes = Object.fromEntries(changed.map(({ path, bytes }) => [path, textHash(bytes)]))
      await writeState(tx, copy, {
        ...{ personId, kind: 'accepted', tab: null, at: now },
        ...{ files: { ...copy.files, ...hashes }, texts: changed.map(({ bytes }) => bytes) },
      })
    }
    return {
      changed: changed.map(({ path }) => path),
      applied: made.applied.map(({ id }) => id),
      refused: made.refused.map(({ id }) => id),
    }
  })
}
