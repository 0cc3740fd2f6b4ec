import 'server-only'
import { type Transaction, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { CopyFailure } from '#lib/review/copy/copy-failure.ts'
import { copyAccess } from '#lib/review/copy/read-copies.server.ts'
import { insertCopy, type LockedCopy, lockCopy } from '#lib/review/copy/write-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { isActive } from '#lib/review/person/standing.server.ts'

/** Carries an expected failure out of a transaction, which rolls back on its way. */
export class CopyRefused extends Error {
  readonly failure: CopyFailure
  constructor(failure: CopyFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** An act on a working copy: one transaction in the name of who acts, who is not blocked. */
export async function copyAct<T>(
  viewer: Viewer,
  work: (tx: Transaction, actor: string) => Promise<T>,
): Promise<Result<T, CopyFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  try {
    return ok(
      await writeAs(viewer.personId, async (tx) => {
        if (!(await isActive(viewer.personId, tx))) throw new CopyRefused({ kind: 'forbidden' })
        return work(tx, viewer.personId)
      }),
    )
  } catch (error) {
    if (error instanceof CopyRefused) return err(error.failure)
    throw error
  }
}

/**
 * The copy of this name, locked until the end of the transaction. Of a proposal that is published and has none it is begun with
 * the files of its newest revision, as they are, to the last byte.
 */
export async function lockedCopy(
  tx: Transaction,
  viewer: NonNullable<Viewer>,
  slug: string,
  at: Date,
): Promise<LockedCopy> {
  let access = await copyAccess(viewer, slug, tx)
  if (access.kind === 'begin') {
    const { proposalId } = access
    // Of two who begin at once the second finds the first one's.
    await tx.$executeRaw`SELECT 1 FROM proposal WHERE id = ${proposalId}::uuid FOR NO KEY UPDATE`
    access = await copyAccess(viewer, slug, tx)
    if (access.kind === 'begin') {
      const id = await beginFromNewest(tx, viewer.personId, { slug, proposalId, at })
      return found(await lockCopy(tx, id))
    }
  }
  if (access.kind === 'nothing') throw new CopyRefused({ kind: 'no-such-copy' })
  if (access.kind !== 'edit') throw new CopyRefused({ kind: access.kind })
  return found(await lockCopy(tx, access.head.id))
}

function found(copy: LockedCopy | null): LockedCopy {
  if (!copy) throw new CopyRefused({ kind: 'no-such-copy' })
  return copy
}

async function beginFromNewest(
  tx: Transaction,
  madeBy: string,
  { slug, proposalId, at }: { readonly slug: string; readonly proposalId: string; readonly at: Date },
): Promise<string> {
  const newest = await tx.revision.findFirst({
    where: { proposalId },
    orderBy: { number: 'desc' },
    select: { number: true, files: { select: { path: true, bytes: true } } },
  })
  if (!newest) throw new CopyRefused({ kind: 'no-such-copy' })
  const { number: baseRevision, files } = newest
  return insertCopy(tx, { slug, proposalId, madeBy, baseRevision, files, at })
}
