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

const NO_LAST_CALL = { lastCallEndsAt: null, isLastCallOver: false }
