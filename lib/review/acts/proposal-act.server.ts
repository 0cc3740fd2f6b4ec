import 'server-only'
import { type Transaction, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { isActive } from '#lib/review/person/standing.server.ts'
import type { ProposalFailure } from '#lib/review/proposal/failure.ts'
import { RoleRefused } from './role-act.server.ts'

/** Carries an expected failure out of a transaction, which rolls back on its way. */
export class RefusedHere extends Error {
  readonly failure: ProposalFailure
  constructor(kind: ProposalFailure['kind'], count?: number) {
    super(kind)
    this.failure = count === undefined ? { kind } : { kind, count }
  }
}

/** An act on a proposal: one transaction in the name of who acts. */
export async function proposalAct<T>(
  viewer: Viewer,
  work: (tx: Transaction, actor: string) => Promise<T>,
): Promise<Result<T, ProposalFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  try {
    return ok(
      await writeAs(viewer.personId, async (tx) => {
        if (!(await isActive(viewer.personId, tx))) throw new RefusedHere('forbidden')
        return work(tx, viewer.personId)
      }),
    )
  } catch (error) {
    if (error instanceof RefusedHere) return err(error.failure)
    if (error instanceof RoleRefused) return err({ kind: 'no-such-proposal' })
    throw error
  }
}

export type { ProposalFailure }
