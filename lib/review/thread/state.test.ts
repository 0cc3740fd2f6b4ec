import { expect, test } from 'vitest'
import type { Relation, Role, Viewer } from '#lib/review/person/permission.ts'
import {
  ACT_NAMES,
  actsOn,
  isOpen,
  refusalOf,
  THREAD_ACTS,
  type ThreadKind,
  type ThreadState,
  waitsForAfter,
} from './state.ts'
import { StateInput } from './thread-input.ts'

const KINDS: readonly ThreadKind[] = ['note', 'question', 'issue', 'objection']
const STATES: readonly ThreadState[] = ['open', 'answered', 'resolved', 'dropped', 'superseded', 'overridden']
const viewer: Viewer = { personId: 'p', name: 'P', administrator: false }
const CLOSED = STATES.filter((state) => !isOpen(state))

/** Written out by hand beside the table, kind by kind: who may do what while the thread stands. */
const STANDING: readonly [
  who: string,
  roles: Role[],
  relations: Relation[],
  note: string,
  asking: string,
  objection: string,
][] = [
  ['a stranger', [], [], '', '', ''],
  ['a reader', ['reader'], [], '', '', ''],
  ['a reviewer', ['reviewer'], [], '', '', ''],
  ['its opener', [], ['opener'], 'resolve', 'resolve drop', 'resolve drop lessen split'],
  ['an author', ['author'], [], 'resolve', 'answer', 'answer'],
  ['a maintainer', ['maintainer'], [], 'resolve', '', 'challenge'],
  ['an administrator', ['admin'], [], 'resolve', '', 'challenge override'],
  ['an author who is a maintainer', ['author', 'maintainer'], [], 'resolve', 'answer', 'answer'],
  ['an author who is an administrator', ['author', 'admin'], [], 'resolve', 'answer', 'answer'],
  [
    'an administrator who opened it',
    ['admin'],
    ['opener'],
    'resolve',
    'resolve drop',
    'resolve drop lessen split',
  ],
]

test.each(STANDING)(
  '%s has these acts on an open thread and no others',
  (_, roles, relations, note, asking, objection) => {
    const standing = { roles, relations }
    const acts = (kind: ThreadKind) => actsOn({ kind, state: 'open' }, viewer, standing).join(' ')
    expect(acts('note')).toBe(note)
    expect(acts('question')).toBe(asking)
    expect(acts('issue')).toBe(asking)
    expect(acts('objection')).toBe(objection)
  },
)

test('an answer is confirmed or kept open by whoever opened the thread, and by nobody else', () => {
  for (const kind of ['question', 'issue', 'objection'] as const) {
    for (const roles of [[], ['author'], ['maintainer'], ['reviewer'], ['admin']] as Role[][]) {
      const of = (relations: Relation[]) => actsOn({ kind, state: 'answered' }, viewer, { roles, relations })
      expect(of([])).not.toContain('resolve')
      expect(of([])).not.toContain('keep')
      expect(of(['opener'])).toEqual(expect.arrayContaining(['resolve', 'keep']))
    }
  }
})

test('what is closed is opened again by the same people, an objection by its opener alone; what was overridden or split stays', () => {
  const acts = (kind: ThreadKind, state: ThreadState, roles: Role[], relations: Relation[] = []) =>
    actsOn({ kind, state }, viewer, { roles, relations })
  for (const state of ['resolved', 'dropped'] as const) {
    expect(acts('issue', state, ['maintainer'])).toEqual(['reopen'])
    expect(acts('issue', state, ['author'])).toEqual([])
    expect(acts('objection', state, ['maintainer', 'admin'])).toEqual([])
    expect(acts('objection', state, [], ['opener'])).toEqual(['reopen'])
  }
  for (const state of ['superseded', 'overridden'] as const)
    expect(acts('objection', state, ['admin', 'maintainer'], ['opener'])).toEqual([])
})

test('nobody has an act on a closed thread but to open it again', () => {
  for (const kind of KINDS)
    for (const state of CLOSED)
      for (const roles of [[], ['author'], ['maintainer'], ['admin']] as Role[][])
        expect(
          actsOn({ kind, state }, viewer, { roles, relations: ['opener'] }).filter((act) => act !== 'reopen'),
        ).toEqual([])
})

test('each kind has one row for an act at most', () => {
  for (const act of ACT_NAMES)
    for (const kind of KINDS)
      expect(
        THREAD_ACTS.filter((row) => row.act === act && row.kinds.some((one) => one === kind)).length,
      ).toBeLessThan(2)
})

test.each<
  [
    what: string,
    kind: ThreadKind,
    state: ThreadState,
    isAuthor: boolean,
    isOpener: boolean,
    waits: string | null,
  ]
>([
  ['an author replies', 'issue', 'open', true, false, 'opener'],
  ['its opener replies', 'issue', 'open', false, true, 'author'],
  ['its opener replies to an answer', 'question', 'answered', false, true, 'author'],
  ['a third person replies', 'objection', 'open', false, false, 'author'],
  ['an author replies to their own question', 'question', 'open', true, true, 'author'],
  ['somebody replies to a note', 'note', 'open', true, false, null],
  ['somebody replies to what is closed', 'issue', 'resolved', true, false, null],
])('when %s, the other side speaks next', (_, kind, state, isAuthor, isOpener, waits) => {
  expect(waitsForAfter({ kind, state }, { isAuthor, isOpener })).toBe(waits)
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
  expect(refusalOf('answer', { kind: 'note', state: 'open' }, viewer, standing)).toBe('other-kind')
})

test('no act leads back to a state it begins in', () => {
  expect(THREAD_ACTS.length).toBeGreaterThan(8)
  for (const { from, to } of THREAD_ACTS) expect(from).not.toContain(to)
})
