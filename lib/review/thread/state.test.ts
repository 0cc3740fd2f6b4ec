import { expect, test } from 'vitest'
import type { Relation, Role, Viewer } from '#lib/review/person/permission.ts'
import {
  ACT_NAMES,
  actsOn,
  refusalOf,
  THREAD_ACTS,
  type ThreadAct,
  type ThreadKind,
  type ThreadState,
} from './state.ts'
import { StateInput } from './thread-input.ts'

const KINDS: readonly ThreadKind[] = ['note', 'question', 'issue', 'objection']
const STATES: readonly ThreadState[] = ['open', 'answered', 'resolved', 'dropped', 'superseded', 'overridden']
type Row = { readonly kinds: readonly ThreadKind[]; readonly from: readonly ThreadState[] }
function namedInRow(act: ThreadAct, thread: { readonly kind: ThreadKind; readonly state: ThreadState }) {
  const { kinds, from }: Row = THREAD_ACTS[act]
  return kinds.includes(thread.kind) && from.includes(thread.state)
}

const viewer: Viewer = { personId: 'p', name: 'P', administrator: false }

test.each<[who: string, roles: Role[], relations: Relation[], may: boolean]>([
  ['a stranger', [], [], false],
  ['a reader', ['reader'], [], false],
  ['a reviewer', ['reviewer'], [], false],
  ['its opener', [], ['opener'], true],
  ['an author', ['author'], [], true],
  ['a maintainer', ['maintainer'], [], true],
  ['an administrator', ['admin'], [], true],
])(
  '%s has the acts of the table or none, for each kind and state as its rows say',
  (_, roles, relations, may) => {
    const standing = { roles, relations }
    for (const kind of KINDS) {
      for (const state of STATES) {
        const expected = may ? ACT_NAMES.filter((act) => namedInRow(act, { kind, state })) : []
        expect(actsOn({ kind, state }, viewer, standing), `${kind}, ${state}`).toEqual(expected)
      }
    }
  },
)

test.each(ACT_NAMES)('%s is refused for kinds that its row does not name, whoever asks', (act) => {
  const standing = { roles: ['admin', 'maintainer', 'author'] as const, relations: ['opener'] as const }
  const row: Row = THREAD_ACTS[act]
  for (const kind of KINDS.filter((one) => !row.kinds.includes(one))) {
    for (const state of STATES)
      expect(refusalOf(act, { kind, state }, viewer, standing), `${kind}, ${state}`).toBe('other-kind')
  }
})

test('today only a note is resolved and opened again', () => {
  expect(ACT_NAMES).toEqual(['resolve', 'reopen'])
  for (const act of ACT_NAMES) expect(THREAD_ACTS[act].kinds).toEqual(['note'])
})

test.each(ACT_NAMES)('a form may ask for %s', (act) => {
  const asked = StateInput.safeParse({ slug: 'futex', act: `${act} 7` })
  expect(asked.data?.act).toEqual({ wish: act, thread: 7 })
})

test.each(['drop-it 7', 'toString 7', 'resolve', 'resolve 0', 'resolve 7 8', ' 7', 'resolve  7'])(
  'a form may not ask for “%s”',
  (act) => {
    expect(StateInput.safeParse({ slug: 'futex', act }).success).toBe(false)
  },
)

test('without an account nothing is possible, and what is done already is no failure', () => {
  const standing = { roles: [], relations: ['opener'] as const }
  expect(refusalOf('resolve', { kind: 'note', state: 'open' }, null, standing)).toBe('forbidden')
  expect(refusalOf('resolve', { kind: 'note', state: 'resolved' }, viewer, standing)).toBe('done')
  expect(refusalOf('resolve', { kind: 'note', state: 'dropped' }, viewer, standing)).toBe('other-state')
})

test('no act leads back to a state it begins in', () => {
  const rows = Object.values(THREAD_ACTS)
  expect(rows.length).toBeGreaterThan(1)
  for (const { from, to } of rows) expect(from).not.toContain(to)
})
