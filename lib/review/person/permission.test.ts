import { expect, test } from 'vitest'
import {
  type Action,
  can,
  type Grant,
  PERMISSIONS,
  type Relation,
  type Role,
  type Standing,
  type Viewer,
} from './permission.ts'

const someone: Viewer = { personId: 'p', name: 'Reva', administrator: false }
const ROLES: readonly Role[] = ['reader', 'author', 'reviewer', 'maintainer', 'admin']
const RELATIONS: readonly Relation[] = ['opener', 'writer']

function viewerWith(grant: Grant): [Viewer, { roles: Role[]; relations: Relation[] }] {
  if (grant === 'anyone') return [null, { roles: [], relations: [] }]
  return [
    someone,
    {
      roles: ROLES.filter((role) => role === grant),
      relations: RELATIONS.filter((relation) => relation === grant),
    },
  ]
}

// Written out, not computed from the table: a slip in the table has to be made twice to pass.
const EXPECTED: Record<Action, readonly Grant[]> = {
  read: ['anyone', 'signed-in', 'reader', 'author', 'reviewer', 'maintainer', 'admin', 'opener', 'writer'],
  'open-thread': ['signed-in', 'reader', 'author', 'reviewer', 'maintainer', 'admin', 'opener', 'writer'],
  reply: ['signed-in', 'reader', 'author', 'reviewer', 'maintainer', 'admin', 'opener', 'writer'],
  'edit-comment': ['writer'],
  'delete-comment': ['writer', 'admin'],
  'resolve-note': ['opener', 'author', 'maintainer', 'admin'],
  'reopen-note': ['opener', 'author', 'maintainer', 'admin'],
  'mark-weak': ['reviewer', 'maintainer', 'admin'],
  'withdraw-weak': ['writer'],
  'see-addresses': ['reader', 'author', 'reviewer', 'maintainer', 'admin'],
  'send-mail': ['author', 'maintainer', 'admin'],
  'see-newer-rules': ['author', 'maintainer', 'admin'],
  'switch-list-replies': ['maintainer', 'admin'],
  'handle-mail': ['author', 'reviewer', 'maintainer', 'admin'],
  'handle-unknown-mail': ['admin'],
  'drop-imported-mail': ['maintainer', 'admin'],
  'give-role': ['maintainer', 'admin'],
  'give-maintainer': ['admin'],
  'give-up-role': ['reader', 'author', 'reviewer', 'maintainer'],
  'set-visibility': ['maintainer', 'admin'],
  'set-visibility-of-draft': ['author', 'maintainer', 'admin'],
  'lock-thread': ['maintainer', 'admin'],
  'pin-thread': ['opener', 'author'],
  'add-to-locked': ['maintainer', 'admin'],
  'block-account': ['admin'],
  'see-audit-log': ['admin'],
  'open-objection': ['reviewer', 'maintainer', 'admin'],
  'close-own-thread': ['opener'],
  'answer-thread': ['author'],
  'decide-suggestion': ['author'],
  'reopen-thread': ['opener', 'maintainer', 'admin'],
  'challenge-objection': ['maintainer', 'admin'],
  'override-objection': ['admin'],
  'take-stance': ['signed-in', 'reader', 'author', 'reviewer', 'maintainer', 'admin', 'opener', 'writer'],
  nack: ['reviewer', 'maintainer', 'admin'],
  'place-hold': ['reviewer', 'maintainer', 'admin'],
  'ask-for-review': ['author'],
  'call-last': ['maintainer', 'admin'],
  'decide-proposal': ['maintainer', 'admin'],
  'mark-editorial': ['author'],
  'dispute-editorial': ['reviewer', 'maintainer', 'admin', 'writer'],
  'withdraw-proposal': ['author'],
  'edit-working-copy': ['author', 'writer'],
}

const GRANTS: readonly Grant[] = ['anyone', 'signed-in', ...ROLES, ...RELATIONS]

test.each(
  (Object.keys(PERMISSIONS) as Action[]).flatMap((action) => GRANTS.map((grant) => [action, grant] as const)),
)('%s by %s is as the table of the product says', (action, grant) => {
  const [viewer, standing] = viewerWith(grant)
  expect(can(viewer, action, standing)).toBe(EXPECTED[action].includes(grant))
})

test('someone without an account only reads, whatever standing a caller claims for him', () => {
  const claimed = { roles: [...ROLES], relations: [...RELATIONS] }
  const allowed = (Object.keys(PERMISSIONS) as Action[]).filter((action) => can(null, action, claimed))
  expect(allowed).toEqual(['read'])
})

test('an administrator of the installation is admin in every proposal, and still edits no words of others', () => {
  const administrator: Viewer = { personId: 'a', name: 'Admin', administrator: true }
  expect(can(administrator, 'resolve-note')).toBe(true)
  expect(can(administrator, 'delete-comment')).toBe(true)
  expect(can(administrator, 'edit-comment')).toBe(false)
})

test('who is blocked only reads, whatever they were, an administrator too', () => {
  const administrator: Viewer = { personId: 'a', name: 'Admin', administrator: true }
  const standing = { roles: [...ROLES], relations: [...RELATIONS], isBlocked: true }
  const allowed = (Object.keys(PERMISSIONS) as Action[]).filter((action) =>
    can(administrator, action, standing),
  )
  expect(allowed).toEqual(['read'])
})

test('what is embargoed is not there for who has no role in it, whatever they wrote in it', () => {
  const hidden = (roles: readonly Role[], relations: readonly Relation[]) => ({
    roles,
    relations,
    isHidden: true,
  })
  const allowed = (viewer: Viewer, standing: Standing) =>
    (Object.keys(PERMISSIONS) as Action[]).filter((action) => can(viewer, action, standing))
  expect(allowed(null, hidden(ROLES, RELATIONS))).toEqual([])
  expect(allowed(someone, hidden([], RELATIONS))).toEqual([])
  expect(allowed(someone, { ...hidden(['maintainer'], []), isBlocked: true })).toEqual([])
})

test('who has a role in what is embargoed may there what they may anywhere', () => {
  const administrator: Viewer = { personId: 'a', name: 'Admin', administrator: true }
  for (const [viewer, roles] of [
    [administrator, []],
    ...ROLES.map((role) => [someone, [role]] as const),
  ] as const)
    for (const action of Object.keys(PERMISSIONS) as Action[])
      expect(can(viewer, action, { roles, relations: [], isHidden: true })).toBe(
        can(viewer, action, { roles, relations: [] }),
      )
})
