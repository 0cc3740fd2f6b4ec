import 'server-only'
import { db } from '#lib/db.server.ts'
import { type ChainProblem, type ChainRow, problemOf } from './chain.ts'

/**
 * Goes through the events of each proposal, a page at a time, and computes the chain anew: not by the function of the
 * database, which whoever changes a row could change as well. For the operator's command line.
 *
 * A chain does not show that rows at its end are gone: for that the last hash is told, which somebody keeps elsewhere and asks
 * for (`seen`).
 */
const PAGE = 500

export type ChainOf = {
  readonly slug: string
  /** How many fit. */
  readonly events: number
  /** Of the last one that fits, in hex; null: there is none. */
  readonly head: string | null
  /** The first that does not; those behind it are not looked at. */
  readonly problem: ChainProblem | null
  /** Whether the hash that was asked for is among those that fit. */
  readonly seen: boolean
}

/** @param slug null: of all proposals. Yields nothing where there is no such proposal. */
export async function* verifyChains(slug: string | null, asked: string | null): AsyncGenerator<ChainOf> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const [proposal] = await db().$queryRaw<{ id: string; slug: string }[]>`
      SELECT id::text, slug FROM proposal
      WHERE proposal.id > ${after}::uuid AND (${slug}::text IS NULL OR slug = ${slug}) ORDER BY proposal.id LIMIT 1`
    if (!proposal) return
    yield await verifyChain(proposal, asked)
    after = proposal.id
  }
}

async function verifyChain(proposal: { id: string; slug: string }, asked: string | null): Promise<ChainOf> {
  let events = 0
  let head: string | null = null
  let seen = false
  const end = (problem: ChainProblem | null): ChainOf => ({
    slug: proposal.slug,
    events,
    head,
    problem,
    seen,
  })
  for (let after = 0n; ; ) {
    const rows = await pageOf(proposal.id, after)
    for (const row of rows) {
      const problem = problemOf(row, head)
      if (problem) return end(problem)
      events += 1
      head = row.hash
      if (head === asked) seen = true
    }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return end(null)
    after = BigInt(last.id)
  }
}

/** Whatever stands in a row is read as text: one that is damaged must not end the walk. In the order of numbers, not of their texts. */
function pageOf(proposalId: string, after: bigint): Promise<ChainRow[]> {
  return db().$queryRaw<ChainRow[]>`
    SELECT id::text, kind, encode(prev_hash, 'hex') AS "prevHash", encode(hash, 'hex') AS hash,
      ARRAY[proposal_id::text, coalesce(actor_id::text, ''), kind, subject::text, extract(epoch FROM at)::numeric::text] AS parts
    FROM event WHERE proposal_id = ${proposalId}::uuid AND event.id > ${after} ORDER BY event.id LIMIT ${PAGE}`
}
