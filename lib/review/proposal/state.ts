/**
 * What may become of a proposal: one table, from which buttons, the server's checks and the tests of refusals are made.
 *
 * ```
 * draft ⇄ ready ──ask-for-review──> in_review ⇄ changes_requested
 *                                    in_review ──call-last──> last_call (ten days) ──accept──> accepted
 *                                    last_call ──an objection, a revision, a claim that fell──> back
 * any that is not decided ──reject──> rejected ──withdraw──> withdrawn
 * ```
 *
 * Some steps are nobody's press: the gate makes `draft` and `ready` of one another, a review that asks something makes
 * `changes_requested`, a revision makes `in_review` again. Those say what made them (`Cause`).
 */
import { type Action, can, type Standing, type Viewer } from '#lib/review/person/permission.ts'

export type ProposalState =
  | 'draft'
  | 'ready'
  | 'in_review'
  | 'changes_requested'
  | 'last_call'
  | 'accepted'
  | 'rejected'
  | 'withdrawn'

export const PROPOSAL_STATES: readonly ProposalState[] = [
  'draft',
  'ready',
  'in_review',
  'changes_requested',
  'last_call',
  'accepted',
  'rejected',
  'withdrawn',
]

export const DECIDED: readonly ProposalState[] = ['accepted', 'rejected', 'withdrawn']
export const isDecided = (state: ProposalState) => DECIDED.includes(state)

export const LAST_CALL_DAYS = 10

type Row = {
  readonly from: readonly ProposalState[]
  readonly to: ProposalState
  readonly who: Action
  /** An author does not do it to their own proposal, whatever else they are. */
  readonly notByAuthor: boolean
  readonly needsReason: boolean
}

const UNDECIDED = PROPOSAL_STATES.filter((state) => !isDecided(state))

export const PROPOSAL_ACTS = {
  'ask-for-review': {
    from: ['draft', 'ready'],
    to: 'in_review',
    who: 'ask-for-review',
    notByAuthor: false,
    needsReason: false,
  },
  'call-last': {
    from: ['in_review'],
    to: 'last_call',
    who: 'call-last',
    notByAuthor: true,
    needsReason: false,
  },
  accept: {
    from: ['last_call'],
    to: 'accepted',
    who: 'decide-proposal',
    notByAuthor: true,
    needsReason: false,
  },
  reject: {
    from: UNDECIDED,
    to: 'rejected',
    who: 'decide-proposal',
    notByAuthor: false,
    needsReason: true,
  },
  withdraw: {
    from: UNDECIDED,
    to: 'withdrawn',
    who: 'withdraw-proposal',
    notByAuthor: false,
    needsReason: false,
  },
} as const satisfies Record<string, Row>

export type ProposalAct = keyof typeof PROPOSAL_ACTS
export const PROPOSAL_ACT_NAMES = Object.keys(PROPOSAL_ACTS) as ProposalAct[] // the table's own keys

/** What else has to be so. Facts, not people. */
export type ProposalFacts = {
  readonly state: ProposalState
  readonly gatePasses: boolean
  readonly standingObjections: number
  /** Questions and issues that are open or answered. */
  readonly standingQuestions: number
  readonly holds: number
  /** Claims of the present revision that are required and not as claimed. */
  readonly fallenClaims: number
  /** Milliseconds since 1970; null: there is no last call. */
  readonly lastCallEndsAt: number | null
  /** Maintainers who are no authors; administrators where there are none. */
  readonly reviewers: number
}

export type ProposalRefusal =
  | 'forbidden'
  | 'own-proposal'
  | 'other-state'
  | 'done'
  | 'gate'
  | 'nobody-to-ask'
  | 'objections-stand'
  | 'questions-stand'
  | 'held'
  | 'claims-fell'
  | 'last-call-runs'

export function proposalRefusal(
  act: ProposalAct,
  facts: ProposalFacts,
  viewer: Viewer,
  standing: Standing,
  now: number,
): ProposalRefusal | null {
  const row: Row = PROPOSAL_ACTS[act]
  if (!can(viewer, row.who, standing)) return 'forbidden'
  if (row.notByAuthor && standing.roles.includes('author')) return 'own-proposal'
  if (facts.state === row.to) return 'done'
  if (!row.from.includes(facts.state)) return 'other-state'
  switch (act) {
    case 'ask-for-review':
      if (!facts.gatePasses) return 'gate'
      return facts.reviewers === 0 ? 'nobody-to-ask' : null
    case 'call-last':
    case 'accept':
      if (facts.standingObjections > 0) return 'objections-stand'
      if (!facts.gatePasses) return 'gate'
      if (facts.fallenClaims > 0) return 'claims-fell'
      if (act === 'call-last' && facts.standingQuestions > 0) return 'questions-stand'
      if (facts.holds > 0) return 'held'
      if (act === 'accept' && (facts.lastCallEndsAt === null || now < facts.lastCallEndsAt))
        return 'last-call-runs'
      return null
    default:
      return null
  }
}

/** What makes a state without a press. */
export type Cause = 'gate' | 'review' | 'revision' | 'objection' | 'claim' | 'confirmed'

/** What happened, as far as it can make a state. */
export type Happened =
  | { readonly what: 'published' }
  /** A question, an issue or an objection of somebody who reviews. */
  | { readonly what: 'asked'; readonly kind: 'question' | 'issue' | 'objection' }
  | { readonly what: 'looked' }

/** The state that follows by itself, and why; null: it stays. Called after each event with what is so then. */
export function nextState(
  facts: ProposalFacts,
  happened: Happened,
): { readonly to: ProposalState; readonly because: Cause } | null {
  const { state, gatePasses, standingObjections, standingQuestions, fallenClaims } = facts
  switch (state) {
    case 'draft':
      return gatePasses ? { to: 'ready', because: 'gate' } : null
    case 'ready':
      return gatePasses ? null : { to: 'draft', because: 'gate' }
    case 'in_review':
      if (!gatePasses) return { to: 'changes_requested', because: 'gate' }
      return happened.what === 'asked' ? { to: 'changes_requested', because: 'review' } : null
    case 'changes_requested':
      if (!gatePasses || fallenClaims > 0) return null
      if (happened.what === 'published') return { to: 'in_review', because: 'revision' }
      // Answered in words and confirmed: no revision is needed.
      return standingObjections + standingQuestions === 0 ? { to: 'in_review', because: 'confirmed' } : null
    case 'last_call':
      if (happened.what === 'published' && gatePasses) return { to: 'in_review', because: 'revision' }
      // A claim that fell shuts the gate as well: the log says which of its items it was.
      if (fallenClaims > 0) return { to: 'changes_requested', because: 'claim' }
      if (!gatePasses) return { to: 'changes_requested', because: 'gate' }
      return standingObjections > 0 ? { to: 'changes_requested', because: 'objection' } : null
    default:
      return null
  }
}

export const STATE_WORDS: Readonly<Record<ProposalState, string>> = {
  draft: 'draft',
  ready: 'ready',
  in_review: 'in review',
  changes_requested: 'changes requested',
  last_call: 'last call',
  accepted: 'accepted',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
}
