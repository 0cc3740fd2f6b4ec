import { expect, test } from 'vitest'
import {
  type Action,
  can,
  type Grant,
  PERMISSIONS,
  type Relation,
  type Role,
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
  'see-addresses': ['reader', 'author', 'reviewer', 'maintainer', 'admin'],
  'send-mail': ['author', 'maintainer', 'admin'],
  'switch-list-replies': ['maintainer', 'admin'],
  'handle-mail': ['author', 'reviewer', 'maintainer', 'admin'],
  'handle-unknown-mail': ['admin'],
  'drop-imported-mail': ['maintainer', 'admin'],
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
