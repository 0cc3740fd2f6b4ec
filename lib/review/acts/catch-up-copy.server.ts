import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import type { CopyFailure, MovedFile } from '#lib/review/copy/copy-failure.ts'
import { decoded, hashIn } from '#lib/review/copy/copy-files.ts'
import { mergeBudget, mergeTexts } from '#lib/review/copy/merge-texts.ts'
import { copyText, textHash, writeState } from '#lib/review/copy/write-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { CopyRefused, copyAct, lockedCopy } from './copy-act.server.ts'

/**
 * A revision was published by another way than from the working copy: what changed in it comes into the copy, file by file, as
 * `diff3` brings it together. Where both changed the same lines nothing is written and both texts are told, until their
 * author says which of the two is to stand; the other one is in the history.
 */
export function catchUpCopy(
  viewer: Viewer,
  wish: {
    readonly slug: string
    readonly seen: number
    /** Of these the published text is to stand, of those the draft's. */
    readonly takePublished: readonly string[]
    readonly keepOwn: readonly string[]
  },
  now = new Date(),
): Promise<Result<{ readonly baseRevision: number }, CopyFailure>> {
  return copyAct(viewer, async (tx, personId) => {
    const copy = await lockedCopy(tx, viewer as NonNullable<Viewer>, wish.slug, now) // copyAct asked
    if (copy.proposalId === null) return { baseRevision: 0 }
    const newest = await tx.revision.findFirstOrThrow({
      where: { proposalId: copy.proposalId },
      orderBy: { number: 'desc' },
      select: { number: true },
    })
    if (newest.number === copy.baseRevision) return { baseRevision: newest.number }
    if (copy.version !== wish.seen) throw new CopyRefused({ kind: 'stale' })
    const [was, is] = [
      await filesOf(tx, copy.proposalId, copy.baseRevision),
      await filesOf(tx, copy.proposalId, newest.number),
    ]
    const files: Record<string, string> = {}
    const texts: Uint8Array[] = []
    const moved: MovedFile[] = []
    const budget = mergeBudget()
    for (const path of new Set([...was.keys(), ...is.keys(), ...Object.keys(copy.files)])) {
      const mine = hashIn(copy.files, path)
      const [old, theirs] = [was.get(path) ?? null, is.get(path) ?? null]
      const isTheirs = mine === hashOf(old) || wish.takePublished.includes(path)
      if (isTheirs) {
        if (theirs) {
          files[path] = textHash(theirs)
          texts.push(theirs)
        }
      } else if (wish.keepOwn.includes(path) || hashOf(theirs) === hashOf(old) || mine === hashOf(theirs)) {
        if (mine !== null) files[path] = mine
      } else {
        const own = mine === null ? null : await copyText(tx, copy.id, mine)
        const merged =
          own && old && theirs ? mergeTexts(decoded(old), decoded(own), decoded(theirs), budget) : null
        if (merged === null)
          moved.push({ path, theirs: theirs && decoded(theirs), sha256: hashOf(theirs), merged })
        else {
          const bytes = Buffer.from(merged, 'utf8')
          files[path] = textHash(bytes)
          texts.push(bytes)
        }
      }
    }
    if (moved.length > 0) throw new CopyRefused({ kind: 'moved', files: moved })
    const state = { personId, kind: 'merged', tab: null, files, texts, at: now } as const
    await writeState(tx, copy, { ...state, baseRevision: newest.number })
    return { baseRevision: newest.number }
  })
}

const hashOf = (bytes: Uint8Array | null) => (bytes ? textHash(bytes) : null)

async function filesOf(
  tx: Transaction,
  proposalId: string,
  number: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await tx.revisionFile.findMany({
    where: { revision: { proposalId, number } },
    select: { path: true, bytes: true },
  })
  return new Map(rows.map(({ path, bytes }) => [path, bytes]))
}
