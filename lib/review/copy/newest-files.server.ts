import 'server-only'
import { db } from '#lib/db.server.ts'
import { textHash } from './write-copies.server.ts'

/** What a working copy of a proposal would begin with. Only for who `copyAccess` let in. */
export async function filesOfNewest(proposalId: string) {
  const newest = await db().revision.findFirstOrThrow({
    where: { proposalId },
    orderBy: { number: 'desc' },
    select: { number: true, files: { select: { path: true, bytes: true } } },
  })
  const files = newest.files.map(({ path, bytes }) => ({ path, bytes, sha256: textHash(bytes) }))
  return { number: newest.number, files }
}

/** Of its revisions. Only for who `copyAccess` let in. */
export async function newestNumber(proposalId: string): Promise<number> {
  const { currentRevision } = await db().proposal.findUniqueOrThrow({
    where: { id: proposalId },
    select: { currentRevision: true },
  })
  return currentRevision
}
