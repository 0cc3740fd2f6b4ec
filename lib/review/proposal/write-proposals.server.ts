import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { isDecided, LAST_CALL_DAYS, type ProposalState } from './state.ts'

/**
 * The one writer of a proposal's state. A proposal itself is made with its first revision
 * (`revision/write-revision.server.ts`). In the caller's transaction; who may is the acts' to know.
 */
const DAY_MS = 24 * 60 * 60_000

/** False: it is in another state meanwhile. `by` and `reason` are kept with a decision. */
export async function setProposalState(
  tx: Transaction,
  change: {
    readonly proposalId: string
    readonly from: ProposalState
    readonly to: ProposalState
    readonly by: string
    readonly at: Date
    readonly reason?: string
  },
): Promise<boolean> {
  const { proposalId, from, to, by, at, reason = '' } = change
  const endsAt = to === 'last_call' ? new Date(at.getTime() + LAST_CALL_DAYS * DAY_MS) : null
  const decision = isDecided(to)
  const count = await tx.$executeRaw`
    UPDATE proposal SET state = ${to}::proposal_state, state_since = ${at}, last_call_ends_at = ${endsAt},
      lock_version = lock_version + 1,
      decided_at = ${decision ? at : null}, decided_by = ${decision ? by : null}::uuid,
      decided_on = CASE WHEN ${decision} THEN current_revision END, decision_reason = ${decision ? reason : ''}
    WHERE id = ${proposalId}::uuid AND state = ${from}::proposal_state`
  return count > 0
}
