import 'server-only'
import type { Result } from '#lib/result.ts'
import type { CopyFailure } from '#lib/review/copy/copy-failure.ts'
import { copyAccess } from '#lib/review/copy/read-copies.server.ts'
import { lockCopy, removeCopy } from '#lib/review/copy/write-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { CopyRefused, copyAct } from './copy-act.server.ts'

/**
 * Takes away what was begun, with its history; what is published stays. `seen`: the version that was looked at, so that
 * nobody's later work goes with it.
 */
export function deleteCopy(
  viewer: Viewer,
  { slug, seen }: { readonly slug: string; readonly seen: number },
): Promise<Result<null, CopyFailure>> {
  return copyAct(viewer, async (tx) => {
    const access = await copyAccess(viewer, slug, tx)
    if (access.kind === 'forbidden') throw new CopyRefused({ kind: 'forbidden' })
    const copy = access.kind === 'edit' ? await lockCopy(tx, access.head.id) : null
    if (!copy) throw new CopyRefused({ kind: 'no-such-copy' })
    if (copy.version !== seen) throw new CopyRefused({ kind: 'stale' })
    await removeCopy(tx, copy.id)
    return null
  })
}
