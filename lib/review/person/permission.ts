/**
 * Who may do what: one table, which the code asks and the tests read.
 *
 * A role is held in one proposal (table `membership`), except `admin`, which an administrator of the installation
 * holds in every one. `opener` and `writer` are not roles but relations to the thing acted on: who opened the
 * thread, who wrote the comment. Someone without an account is `anyone`; everybody with one is `signed-in`,
 * but for whom an administrator blocked, who is `anyone` again.
 */
export type Role = 'reader' | 'author' | 'reviewer' | 'maintainer' | 'admin'
export type Relation = 'opener' | 'writer'
export type Grant = 'anyone' | 'signed-in' | Role | Relation

export type Action =
  | 'read'
  | 'open-thread'
  | 'reply'
  | 'edit-comment'
  | 'delete-comment'
  | 'resolve-note'
  | 'reopen-note'
  | 'mark-weak'
  | 'withdraw-weak'
  | 'handle-mail'
  | 'handle-unknown-mail'
  | 'drop-imported-mail'
  | 'see-addresses'
  | 'send-mail'
  | 'see-newer-rules'
  | 'switch-list-replies'
  | 'give-role'
  | 'give-maintainer'
  | 'give-up-role'
  | 'set-visibility'
  | 'set-visibility-of-draft'
  | 'lock-thread'
  | 'pin-thread'
  | 'add-to-locked'
  | 'block-account'
  | 'see-audit-log'
  | 'open-objection'
  | 'close-own-thread'
  | 'answer-thread'
  | 'decide-suggestion'
  | 'reopen-thread'
  | 'challenge-objection'
  | 'override-objection'
  | 'take-stance'
  | 'nack'
  | 'mark-editorial'
  | 'dispute-editorial'
  | 'place-hold'
  | 'ask-for-review'
  | 'call-last'
  | 'decide-proposal'
  | 'withdraw-proposal'
  | 'edit-working-copy'

export const PERMISSIONS = {
  read: ['anyone'],
  'open-thread': ['signed-in'],
  reply: ['signed-in'],
  // Words are changed by who wrote them, by nobody else: an admin can only delete, which leaves a tombstone.
  'edit-comment': ['writer'],
  'delete-comment': ['writer', 'admin'],
  'resolve-note': ['opener', 'author', 'maintainer', 'admin'],
  'reopen-note': ['opener', 'author', 'maintainer', 'admin'],
  // That an answer does not answer: who reviews says it, and nobody takes it back for them.
  'mark-weak': ['reviewer', 'maintainer', 'admin'],
  'withdraw-weak': ['writer'],
  // Whom a series would go to, beside the lists.
  'see-addresses': ['reader', 'author', 'reviewer', 'maintainer', 'admin'],
  'send-mail': ['author', 'maintainer', 'admin'],
  // What a next revision has to do otherwise: nothing that readers of this one need.
  'see-newer-rules': ['author', 'maintainer', 'admin'],
  // Whether comments leave for the list is not the authors' to say: it is other people's words.
  'switch-list-replies': ['maintainer', 'admin'],
  // Mail that waits or is held: who answers for the discussion decides. What is about nothing known may be private.
  'handle-mail': ['author', 'reviewer', 'maintainer', 'admin'],
  'handle-unknown-mail': ['admin'],
  // Takes words away that stand in threads: not the authors', of whose text they speak.
  'drop-imported-mail': ['maintainer', 'admin'],
  // Reader, reviewer and author, by name or by invitation, and taking them. A maintainer makes no maintainer.
  'give-role': ['maintainer', 'admin'],
  'give-maintainer': ['admin'],
  // One's own.
  'give-up-role': ['reader', 'author', 'reviewer', 'maintainer'],
  // Who may know of the proposal. Once others review it, that is not the authors' to say any more.
  'set-visibility': ['maintainer', 'admin'],
  'set-visibility-of-draft': ['author', 'maintainer', 'admin'],
  'lock-thread': ['maintainer', 'admin'],
  // That it was carried to the wrong place is known to who said it, and to who moved the text.
  'pin-thread': ['opener', 'author'],
  'add-to-locked': ['maintainer', 'admin'],
  // Of the installation, not of one proposal.
  'block-account': ['admin'],
  'see-audit-log': ['admin'],
  // Questions and issues everybody opens who may comment; an objection blocks, so not everybody raises one.
  'open-objection': ['reviewer', 'maintainer', 'admin'],
  // A question, an issue, an objection: only who opened it says that it is settled.
  'close-own-thread': ['opener'],
  'answer-thread': ['author'],
  // Whose text it is: what others write in it they suggest.
  'decide-suggestion': ['author'],
  'reopen-thread': ['opener', 'maintainer', 'admin'],
  'challenge-objection': ['maintainer', 'admin'],
  'override-objection': ['admin'],
  // Anybody may say that they reviewed or tested, as on a list; a Nack blocks.
  'take-stance': ['signed-in'],
  nack: ['reviewer', 'maintainer', 'admin'],
  // That a change needs no second reading: who made it says so, and who would read it again may say otherwise.
  'mark-editorial': ['author'],
  'dispute-editorial': ['reviewer', 'maintainer', 'admin', 'writer'],
  'place-hold': ['reviewer', 'maintainer', 'admin'],
  'ask-for-review': ['author'],
  // Not of one's own proposal: proposal/state.ts.
  'call-last': ['maintainer', 'admin'],
  'decide-proposal': ['maintainer', 'admin'],
  'withdraw-proposal': ['author'],
  // Unpublished words: the authors', and of what is no proposal yet its maker's. No administrator reads over their shoulder.
  'edit-working-copy': ['author', 'writer'],
} as const satisfies Record<Action, readonly Grant[]>

/** Who acts. `null` is someone without an account. */
export type Viewer = {
  readonly personId: string
  readonly name: string
  readonly administrator: boolean
} | null

/**
 * Who reads: a viewer, or the program itself (what sends and takes mail, the operator's command line), which nothing is hidden
 * from. Never made of anything that came with a request.
 */
export type Reader = Viewer | 'program'

/** What the viewer is to a proposal, and to the thread or comment that they act on. */
export type Standing = {
  readonly roles: readonly Role[]
  readonly relations: readonly Relation[]
  /** An administrator blocked them since the request came: they do nothing any more. */
  readonly isBlocked?: boolean
  /** The proposal is embargoed: to who has no role in it, it is not there (`readable.server.ts`). */
  readonly isHidden?: boolean
}

/** Of the installation, and of nothing in a proposal. */
export const NO_STANDING: Standing = { roles: [], relations: [] }

export function grantsOf(viewer: Viewer, standing: Standing): ReadonlySet<Grant> {
  const isIn = viewer !== null && !standing.isBlocked && (viewer.administrator || standing.roles.length > 0)
  // Not even what is their own: whose role was taken has no part in it any more.
  if (standing.isHidden && !isIn) return new Set()
  const grants = new Set<Grant>(['anyone'])
  if (viewer === null || standing.isBlocked) return grants
  grants.add('signed-in')
  for (const role of standing.roles) grants.add(role)
  for (const relation of standing.relations) grants.add(relation)
  if (viewer.administrator) grants.add('admin')
  return grants
}

export function can(viewer: Viewer, action: Action, standing: Standing = NO_STANDING): boolean {
  const grants = grantsOf(viewer, standing)
  return PERMISSIONS[action].some((grant) => grants.has(grant))
}
