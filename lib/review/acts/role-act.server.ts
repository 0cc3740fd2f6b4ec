import 'server-only'
import { type Transaction, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type Action, can } from '#lib/review/person/permission.ts'
import { readableSql } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import type { Bringer, RoleFailure } from './roles.ts'

/** Carries an expected failure out of a transaction, which rolls back on its way. */
export class RoleRefused extends Error {
  readonly failure: RoleFailure
  constructor(kind: RoleFailure['kind']) {
    super(kind)
    this.failure = { kind }
  }
}

/** One transaction in the name of who acts; of the operator in nobody's. `actor`: null for the operator. */
export async function roleAct<T>(
  bringer: Bringer,
  work: (tx: Transaction, actor: string | null) => Promise<T>,
): Promise<Result<T, RoleFailure>> {
  if (!bringer) return err({ kind: 'signed-out' })
  const actor = bringer === 'operator' ? null : bringer.personId
  try {
    return ok(await writeAs(actor ?? '', (tx) => work(tx, actor)))
  } catch (error) {
    if (error instanceof RoleRefused) return err(error.failure)
    throw error
  }
}

export async function mayAct(
  tx: Transaction,
  bringer: Bringer,
  action: Action,
  proposalId: string,
): Promise<boolean> {
  return bringer === 'operator' || can(bringer, action, await standingIn(bringer, proposalId, [], tx))
}

/** The proposal, which stays locked: of two who each take one of two authors, the second finds one left. */
export async function lockProposal(tx: Transaction, bringer: Bringer, slug: string): Promise<string> {
  if (!isSlug(slug)) throw new RoleRefused('no-such-proposal')
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM proposal
    WHERE slug = ${slug} AND ${readableSql(bringer === 'operator' ? 'program' : bringer, 'proposal')} FOR NO KEY UPDATE`
  if (!row) throw new RoleRefused('no-such-proposal')
  return row.id
}
