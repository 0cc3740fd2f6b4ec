import { expect, test } from 'vitest'
import type { Relation, Role, Viewer } from '#lib/review/person/permission.ts'
import { actsOn, refusalOf, THREAD_ACTS, type ThreadAct, type ThreadKind, type ThreadState } from './state.ts'

const KINDS: readonly ThreadKind[] = ['note', 'question', 'issue', 'objection']
const STATES: readonly ThreadState[] = ['open', 'answered', 'resolved', 'dropped', 'superseded', 'overridden']
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
  '%s resolves and reopens a note: by the table, and only from the state it names',
  (_, roles, relations, may) => {
    const standing = { roles, relations }
    for (const state of STATES) {
      const expected: ThreadAct[] = !may
        ? []
        : state === 'open'
          ? ['resolve']
          : state === 'resolved'
            ? ['reopen']
            : []
      expect(actsOn({ kind: 'note', state }, viewer, standing), state).toEqual(expected)
    }
  },
)

test('nobody resolves here what is no note, whatever they are', () => {
  const standing = { roles: ['admin', 'maintainer', 'author'] as const, relations: ['opener'] as const }
  const others = KINDS.filter((kind) => kind !== 'note')
  expect(others).toHaveLength(3)
  for (const kind of others) {
    for (const state of STATES) expect(actsOn({ kind, state }, viewer, standing)).toEqual([])
    expect(refusalOf('resolve', { kind, state: 'open' }, viewer, standing)).toBe('other-kind')
  }
})

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
