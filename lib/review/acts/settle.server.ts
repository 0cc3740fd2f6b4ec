import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { type EventRow, recordEvents } from '#lib/review/event/record-events.server.ts'
import { gateIn } from '#lib/review/gate/gate.server.ts'
import { type Happened, nextState } from '#lib/review/proposal/state.ts'
import { setProposalState } from '#lib/review/proposal/write-proposals.server.ts'
import { endHolds } from '#lib/review/stance/write-stances.server.ts'
import { reviewFacts, stateFacts } from '#lib/review/turn/facts.server.ts'
import { turnsOf } from '#lib/review/turn/turn.ts'
import { replaceTurns } from '#lib/review/turn/write-turns.server.ts'

/**
 * What follows by itself from an act, in its transaction: the proposal's state, and whose turn it is. Each act that can
 * change either calls it last; run again it changes nothing.
 */
export type Settled = { readonly proposalId: string; readonly actor: string | null; readonly now: Date }

/** Of states that lead on at once, such as one that the gate and then a claim ends. */
const MAX_STEPS = 3

export async function settle(
  tx: Transaction,
  { proposalId, actor, now }: Settled,
  happened: Happened = { what: 'looked' },
): Promise<void> {
  // Writers of sets leave it at the author of their last row.
  await tx.$executeRaw`SELECT set_config('app.actor', ${actor ?? ''}, true)`
  // Of two acts at once the second reads what the first made.
  await tx.$executeRaw`SELECT 1 FROM proposal WHERE id = ${proposalId}::uuid FOR NO KEY UPDATE`
  const events: EventRow[] = []
  const ended = await endHolds(tx, proposalId, now)
  for (const hold of ended) events.push({ proposalId, actor, kind: 'hold-lifted', subject: { hold } })
  let facts = await reviewFacts(tx, proposalId, now)
  if (!facts) return
  const gate = await gateIn(tx, proposalId)
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = nextState(stateFacts(facts, gate.passes), step === 0 ? happened : { what: 'looked' })
    if (!next) break
    const change = { proposalId, from: facts.state, to: next.to, by: actor ?? '', at: now }
    if (!(await setProposalState(tx, change))) break
    const subject = { from: facts.state, to: next.to, because: next.because }
    events.push({ proposalId, actor, kind: 'state-changed', subject })
    facts = { ...facts, state: next.to, ...(next.to === 'last_call' ? {} : NO_LAST_CALL) }
  }
  await recordEvents(tx, events)
  await replaceTurns(tx, proposalId, turnsOf({ ...facts, gateOpen: gate.open }), now)
}

/** Beyond it time does it (`pass-time.server.ts`), some minutes later. */
const SETTLED_AT_ONCE = 100

/**
 * The undecided proposals in which somebody may have a turn, or have one to hand on: asked before what they are changes, and
 * settled after it.
 */
export async function proposalsOfPerson(tx: Transaction, personId: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id::text FROM proposal p
    WHERE p.state NOT IN ('accepted', 'rejected', 'withdrawn') AND p.current_revision > 0 AND (
      EXISTS (SELECT 1 FROM person WHERE id = ${personId}::uuid AND administrator)
      OR EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = p.id AND m.person_id = ${personId}::uuid)
      OR EXISTS (SELECT 1 FROM review_request q WHERE q.proposal_id = p.id AND q.person_id = ${personId}::uuid)
      OR EXISTS (SELECT 1 FROM hold h WHERE h.proposal_id = p.id AND h.person_id = ${personId}::uuid AND h.lifted_at IS NULL)
      OR EXISTS (SELECT 1 FROM stance s WHERE s.proposal_id = p.id AND s.person_id = ${personId}::uuid)
      OR EXISTS (SELECT 1 FROM thread t WHERE t.proposal_id = p.id AND t.opened_by = ${personId}::uuid
        AND t.state IN ('open', 'answered') AND t.kind <> 'note'))
    ORDER BY p.id LIMIT ${SETTLED_AT_ONCE}`
  return rows.map(({ id }) => id)
}

const NO_LAST_CALL = { lastCallEndsAt: null, isLastCallOver: false }
