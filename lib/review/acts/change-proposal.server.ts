import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { gateIn } from '#lib/review/gate/gate.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { PROPOSAL_ACTS, type ProposalAct, proposalRefusal } from '#lib/review/proposal/state.ts'
import { setProposalState } from '#lib/review/proposal/write-proposals.server.ts'
import { type ReviewFacts, reviewFacts, stateFacts } from '#lib/review/turn/facts.server.ts'
import { insertRequests, setSnooze } from '#lib/review/turn/write-turns.server.ts'
import { type ProposalFailure, proposalAct, RefusedHere } from './proposal-act.server.ts'
import { lockProposal } from './role-act.server.ts'
import { settle } from './settle.server.ts'

export type ProposalWish = {
  readonly slug: string
  readonly act: ProposalAct
  /** Of a rejection, and of a withdrawal or acceptance if somebody wants to say more. */
  readonly reason?: string
  /** Of `ask-for-review`: whom; none: all maintainers who are no authors. */
  readonly persons?: readonly string[]
  /** The state that was seen when the button was pressed; another one is told. */
  readonly seen?: string
}

/** What the table of `proposal/state.ts` allows. Twice is once. @returns the state that it has then */
export function changeProposal(
  viewer: Viewer,
  wish: ProposalWish,
  now = new Date(),
): Promise<Result<string, ProposalFailure>> {
  return proposalAct(viewer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, viewer, wish.slug)
    // What time has ended meanwhile is over before anything is asked.
    await settle(tx, { proposalId, actor, now })
    const facts = await reviewFacts(tx, proposalId, now)
    if (!facts) throw new RefusedHere('no-such-revision')
    const gate = await gateIn(tx, proposalId)
    const standing = await standingIn(viewer, proposalId, [], tx)
    const asked = stateFacts(facts, gate.passes)
    const refusal = proposalRefusal(wish.act, asked, viewer, standing, now.getTime())
    if (refusal === 'done') return facts.state
    if (refusal) throw new RefusedHere(refusal)
    if (wish.seen !== undefined && wish.seen !== facts.state) throw new RefusedHere('stale')
    const row = PROPOSAL_ACTS[wish.act]
    const reason = (wish.reason ?? '').trim()
    if (reason.length > 2000) throw new RefusedHere('too-long')
    if (row.needsReason && reason.length < 10) throw new RefusedHere('no-reason')
    if (wish.act === 'ask-for-review') {
      const persons = await whomToAsk(tx, proposalId, facts, wish.persons ?? [])
      const rows = persons.map((personId) => ({ proposalId, personId, askedBy: actor, askedAt: now }))
      await insertRequests(tx, rows)
      await recordEvents(tx, [{ proposalId, actor, kind: 'review-asked', subject: { persons } }])
    }
    await setProposalState(tx, { proposalId, from: facts.state, to: row.to, by: actor, at: now, reason })
    const subject = {
      ...{ from: facts.state, to: row.to, because: wish.act },
      ...(reason === '' ? {} : { reason }),
    }
    await recordEvents(tx, [{ proposalId, actor, kind: 'state-changed', subject }])
    await settle(tx, { proposalId, actor, now })
    return row.to
  })
}

/** Those who were named, if each of them reviews here; none named: all maintainers, else administrators. */
async function whomToAsk(
  tx: Transaction,
  proposalId: string,
  { maintainers, administrators }: ReviewFacts,
  named: readonly string[],
): Promise<string[]> {
  if (named.length === 0) return [...(maintainers.length > 0 ? maintainers : administrators)]
  const reviewers = await tx.membership.findMany({
    where: { proposalId, role: 'reviewer' },
    select: { personId: true },
  })
  const may = new Set([...maintainers, ...administrators, ...reviewers.map(({ personId }) => personId)])
  if (named.some((person) => !may.has(person))) throw new RefusedHere('no-such-person')
  return [...new Set(named)]
}

/** Puts a proposal off one's list of turns until then; null: back at once. */
export function snooze(
  viewer: Viewer,
  slug: string,
  until: Date | null,
  now = new Date(),
): Promise<Result<null, ProposalFailure>> {
  return proposalAct(viewer, async (tx, personId) => {
    const proposalId = await lockProposal(tx, viewer, slug)
    if (until !== null && (until <= now || until.getTime() > now.getTime() + 366 * 24 * 60 * 60_000))
      throw new RefusedHere('too-long')
    await setSnooze(tx, { proposalId, personId }, until)
    return null
  })
}
