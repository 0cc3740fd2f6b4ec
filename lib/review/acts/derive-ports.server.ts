import 'server-only'
import { db } from '#lib/db.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { deriveAgain, type PortChange } from '#lib/review/thread/carry-threads.server.ts'
import { lookAtSteps } from './look-at-steps.server.ts'

export type PortChanged = PortChange

/** A proposal of many long revisions takes its time; nothing else waits for the rows. */
const LONGEST_MS = 600_000

/**
 * Derives the places of a proposal's threads in later revisions again; null: there is no such proposal. For the operator. It
 * records no event: nothing happened to the discussion, and what somebody said by hand stays.
 */
export async function portsOfProposal(
  slug: string,
  isWritten: boolean,
): Promise<readonly PortChanged[] | null> {
  if (!isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({ where: { slug }, select: { id: true } })
  if (!proposal) return null
  const changes = await db().$transaction((tx) => deriveAgain(tx, proposal.id, isWritten), {
    timeout: LONGEST_MS,
  })
  if (isWritten) await lookAtSteps()
  return changes
}
