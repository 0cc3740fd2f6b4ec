import { LAST_CALL_DAYS, type ProposalRefusal } from './state.ts'

/** Why a change is not editorial (lib/review/stance/editorial.ts, which stands above). */
export type EditorialFailure =
  | 'editorial-nothing'
  | 'editorial-much'
  | 'editorial-moved'
  | 'editorial-number'
  | 'editorial-negation'
  | 'editorial-code'

/** Why an act on a proposal was not done. Each has words for the form that it came from. */
export type ProposalFailure = {
  readonly kind:
    | 'signed-out'
    | 'no-such-proposal'
    | 'no-such-revision'
    | 'no-such-writeup'
    | 'no-such-stance'
    | 'no-such-person'
    | 'no-words'
    | 'no-reason'
    | 'too-long'
    | 'stale'
    | 'editorial-disputed'
    | EditorialFailure
    | Exclude<ProposalRefusal, 'done'>
  readonly count?: number
}

const WORDS: Readonly<Record<ProposalFailure['kind'], string>> = {
  'signed-out': 'You are not signed in any more. Sign in, then do it again.',
  'no-such-proposal': 'There is no such proposal.',
  'no-such-revision': 'There is no such revision. Load the page again.',
  'no-such-writeup': 'There is no such write-up. Load the page again.',
  'no-such-stance': 'There is no such stance. Load the page again.',
  'no-such-person':
    'Of those whom you named somebody is no maintainer or reviewer here. Load the page again.',
  'no-words': 'A Nack says why: in ten characters or more, so that it can be answered.',
  'no-reason': 'Say why, in ten characters or more: others will ask, and the log keeps it.',
  'too-long':
    'That is too long, or over already. A hold has one to fourteen days; away is a day within a year.',
  stale:
    'The proposal changed since you opened this page. Load it again, and look whether you still want this.',
  'editorial-disputed':
    'Somebody who reviews it said that this change is not editorial. Answer them in a thread.',
  'editorial-nothing': 'Nothing of this write-up changed in this revision, so there is nothing to mark.',
  'editorial-much': 'Too many words changed for it to be editorial: 24 at most, old and new together.',
  'editorial-moved':
    'Something moved to another place. Where it stands can matter, so reviewers read it again.',
  'editorial-number': 'A number changed, or a word that says how many. Reviewers read it again.',
  'editorial-negation': 'A word changed that says no, or what must or may be. Reviewers read it again.',
  'editorial-code': 'Code, a drawing, a claim or a name from the code changed. Reviewers read it again.',
  forbidden: 'Your role in this proposal does not allow this.',
  'own-proposal': 'An author does not do this to their own proposal. Another maintainer can.',
  'other-state': 'The proposal is in another state meanwhile. Load the page again.',
  gate: 'The gate is open: questions are unanswered, or claims do not hold. Its page lists them, each with its line.',
  'nobody-to-ask':
    'There is no maintainer beside the authors. An administrator can give somebody the role; then ask again.',
  'objections-stand': 'An objection stands. Its opener closes it, or an administrator overrides it.',
  'questions-stand': 'Questions or issues stand. Whoever opened them confirms their answers.',
  held: 'Somebody asked for time. Wait until their hold ends, or ask them to lift it.',
  'claims-fell': 'A required claim is not as claimed. The author mends it in the next revision.',
  'last-call-runs': `Last call runs for ${LAST_CALL_DAYS} days, so that everybody can object. Wait for its end.`,
}

export const describeProposalFailure = ({ kind }: ProposalFailure): string => WORDS[kind]
