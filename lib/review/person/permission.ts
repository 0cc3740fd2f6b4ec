/**
 * Who may do what: one table, which the code asks and the tests read.
 *
 * A role is held in one proposal (table `membership`), except `admin`, which an administrator of the installation
 * holds in every one. `opener` and `writer` are not roles but relations to the thing acted on: who opened the
 * thread, who wrote the comment. Someone without an account is `anyone`; everybody with one is `signed-in`.
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
  | 'handle-mail'
  | 'handle-unknown-mail'
  | 'drop-imported-mail'
  | 'see-addresses'
  | 'send-mail'
  | 'switch-list-replies'

export const PERMISSIONS = {
  read: ['anyone'],
  'open-thread': ['signed-in'],
  reply: ['signed-in'],
  // Words are changed by who wrote them, by nobody else: an admin can only delete, which leaves a tombstone.
  'edit-comment': ['writer'],
  'delete-comment': ['writer', 'admin'],
  'resolve-note': ['opener', 'author', 'maintainer', 'admin'],
  'reopen-note': ['opener', 'author', 'maintainer', 'admin'],
  // Whom a series would go to, beside the lists.
  'see-addresses': ['reader', 'author', 'reviewer', 'maintainer', 'admin'],
  'send-mail': ['author', 'maintainer', 'admin'],
  // Whether comments leave for the list is not the authors' to say: it is other people's words.
  'switch-list-replies': ['maintainer', 'admin'],
  // Mail that waits or is held: who answers for the discussion decides. What is about nothing known may be private.
  'handle-mail': ['author', 'reviewer', 'maintainer', 'admin'],
  'handle-unknown-mail': ['admin'],
  // Takes words away that stand in threads: not the authors', of whose text they speak.
  'drop-imported-mail': ['maintainer', 'admin'],
} as const satisfies Record<Action, readonly Grant[]>

/** Who acts. `null` is someone without an account. */
export type Viewer = {
  readonly personId: string
  readonly name: string
  readonly administrator: boolean
} | null

/** What the viewer is to a proposal, and to the thread or comment that he acts on. */
export type Standing = { readonly roles: readonly Role[]; readonly relations: readonly Relation[] }

export const NO_STANDING: Standing = { roles: [], relations: [] }

export function grantsOf(viewer: Viewer, standing: Standing): ReadonlySet<Grant> {
  const grants = new Set<Grant>(['anyone'])
  if (viewer === null) return grants
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
