import 'server-only'
import { db } from '#lib/db.server.ts'
import { type Action, can, type Standing, type Viewer } from './permission.ts'

/** Whether the viewer may do this in the proposal. Nobody without an account has a standing. */
export async function mayInProposal(viewer: Viewer, action: Action, proposalId: string): Promise<boolean> {
  if (!viewer) return false
  const rows = await db().membership.findMany({
    where: { proposalId, personId: viewer.personId },
    select: { role: true },
  })
  const standing: Standing = { roles: rows.map(({ role }) => role), relations: [] }
  return can(viewer, action, standing)
}
