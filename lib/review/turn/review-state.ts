/** How a proposal stands in its review, as its page shows it: plain data. Moments are RFC 3339, UTC. */
import type { ProposalAct, ProposalRefusal, ProposalState } from '#lib/review/proposal/state.ts'
import type { EditorialWords } from '#lib/review/stance/editorial.ts'
import type { StanceValue } from '#lib/review/stance/stance.ts'

export type ReviewState = {
  readonly slug: string
  readonly title: string
  readonly state: ProposalState
  readonly since: string
  /** Of the newest revision. */
  readonly number: number
  readonly lastCallEndsAt: string | null
  /** What made it so, as the log has it; empty: nothing yet. */
  readonly because: string
  readonly decision: {
    readonly by: string
    readonly at: string
    readonly revision: number | null
    readonly reason: string
    readonly overridden: readonly {
      readonly number: number
      readonly words: string
      readonly reason: string
    }[]
  } | null
  readonly objections: number
  readonly questions: number
  readonly gateOpen: number
  readonly turns: readonly {
    readonly name: string
    readonly words: string
    readonly href: string
    readonly since: string
    readonly isViewer: boolean
  }[]
  /** What the viewer may do by their role, and what is in the way; null: nothing is. */
  readonly acts: readonly { readonly act: ProposalAct; readonly refusal: ProposalRefusal | null }[]
  /** Whom an author may ask to review. */
  readonly reviewers: readonly { readonly id: string; readonly name: string; readonly role: string }[]
  readonly holds: readonly {
    readonly by: string
    readonly reason: string
    readonly until: string
    readonly isViewer: boolean
  }[]
  readonly mayHold: boolean
  readonly stances: readonly StanceShown[]
  /** What authors called editorial, the newest first. */
  readonly editorial: readonly EditorialShown[]
  /** Write-ups that the newest revision changed, and that the viewer may call so. */
  readonly mayMark: readonly string[]
  /** Stances that the viewer may take. */
  readonly mayTake: readonly StanceValue[]
  readonly signedIn: boolean
}

export type StanceShown = {
  readonly id: string
  readonly name: string
  readonly value: StanceValue
  /** For which it stands; empty: all. */
  readonly writeups: readonly string[]
  readonly revision: number
  readonly words: string
  readonly trailer: string | null
  readonly at: string
  readonly byMail: boolean
  /** Write-ups that have another text since. */
  readonly stale: readonly string[]
  /** Those that changed since in an editorial way, and in which revision. */
  readonly edited: readonly { readonly writeup: string; readonly revision: number }[]
  readonly isViewer: boolean
}

export type EditorialShown = {
  readonly revision: number
  readonly writeup: string
  readonly by: string
  readonly at: string
  readonly changes: readonly EditorialWords[]
  readonly disputed: { readonly by: string; readonly reason: string } | null
  readonly mayDispute: boolean
}

const BECAUSE: Readonly<Record<string, string>> = {
  'ask-for-review': 'an author asked for review',
  'call-last': 'a maintainer called last call',
  accept: 'a maintainer accepted it',
  reject: 'a maintainer rejected it',
  withdraw: 'an author withdrew it',
  gate: 'of what the gate found',
  review: 'a reviewer asked something',
  revision: 'a revision was published',
  objection: 'of an objection',
  claim: 'a claim is not as claimed any more',
  confirmed: 'everything asked is answered and confirmed',
}
/** `ended`: what this made an end of. */
export function becauseWords(because: string, ended: string): string {
  const words = BECAUSE[because]
  if (words === undefined) return ''
  return ended === 'last_call' && because !== 'accept'
    ? `last call ended because ${words}`
    : `because ${words}`
}
