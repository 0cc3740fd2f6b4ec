import { expect, test } from 'vitest'
import type { Role, Viewer } from '#lib/review/person/permission.ts'
import {
  isDecided,
  nextState,
  PROPOSAL_ACT_NAMES,
  PROPOSAL_ACTS,
  PROPOSAL_STATES,
  type ProposalFacts,
  proposalRefusal,
} from './state.ts'

const viewer: Viewer = { personId: 'p', name: 'P', administrator: false }
const GOOD: ProposalFacts = {
  state: 'ready',
  gatePasses: true,
  standingObjections: 0,
  standingQuestions: 0,
  holds: 0,
  fallenClaims: 0,
  lastCallEndsAt: null,
  reviewers: 1,
}
const asked = (
  act: (typeof PROPOSAL_ACT_NAMES)[number],
  facts: Partial<ProposalFacts>,
  roles: Role[],
  now = 0,
) => proposalRefusal(act, { ...GOOD, ...facts }, viewer, { roles, relations: [] }, now)

test.each<[act: (typeof PROPOSAL_ACT_NAMES)[number], roles: Role[]]>([
  ['ask-for-review', ['author']],
  ['call-last', ['maintainer', 'admin']],
  ['accept', ['maintainer', 'admin']],
  ['reject', ['maintainer', 'admin']],
  ['withdraw', ['author']],
])('%s is done by %s, and by nobody else', (act, allowed) => {
  const [state] = PROPOSAL_ACTS[act].from
  for (const role of ['reader', 'author', 'reviewer', 'maintainer', 'admin'] as const)
    expect(asked(act, { state, lastCallEndsAt: 0 }, [role]), role).toBe(
      allowed.includes(role) ? null : 'forbidden',
    )
  expect(proposalRefusal(act, { ...GOOD, state }, null, { roles: allowed, relations: [] }, 0)).toBe(
    'forbidden',
  )
})

test('nobody calls or accepts their own proposal, whatever else they are', () => {
  expect(asked('call-last', { state: 'in_review' }, ['author', 'maintainer'])).toBe('own-proposal')
  expect(asked('accept', { state: 'last_call', lastCallEndsAt: 0 }, ['author', 'admin'])).toBe('own-proposal')
})

test('review is asked for when the gate passes, and of somebody', () => {
  expect(asked('ask-for-review', { gatePasses: false }, ['author'])).toBe('gate')
  expect(asked('ask-for-review', { reviewers: 0 }, ['author'])).toBe('nobody-to-ask')
})

test.each([
  [{ standingObjections: 1 }, 'objections-stand'],
  [{ gatePasses: false }, 'gate'],
  [{ fallenClaims: 1 }, 'claims-fell'],
  [{ holds: 1 }, 'held'],
] as const)('with %o nothing is called or accepted', (facts, refusal) => {
  expect(asked('call-last', { state: 'in_review', ...facts }, ['maintainer'])).toBe(refusal)
  expect(asked('accept', { state: 'last_call', lastCallEndsAt: 0, ...facts }, ['maintainer'])).toBe(refusal)
})

test('last call waits for answers to be confirmed, and acceptance for its end', () => {
  expect(asked('call-last', { state: 'in_review', standingQuestions: 1 }, ['maintainer'])).toBe(
    'questions-stand',
  )
  expect(asked('accept', { state: 'last_call', lastCallEndsAt: 10 }, ['maintainer'], 9)).toBe(
    'last-call-runs',
  )
  expect(asked('accept', { state: 'last_call', lastCallEndsAt: 10 }, ['maintainer'], 10)).toBeNull()
})

test('what was decided stays', () => {
  for (const state of PROPOSAL_STATES.filter(isDecided))
    for (const act of PROPOSAL_ACT_NAMES)
      expect(['other-state', 'done']).toContain(
        asked(act, { state }, ['author', 'maintainer']) === 'own-proposal'
          ? 'other-state'
          : asked(act, { state }, ['author', 'maintainer']),
      )
  expect(nextState({ ...GOOD, state: 'accepted', standingObjections: 1 }, { what: 'published' })).toBeNull()
})

const LOOKED = { what: 'looked' } as const
test.each<
  [
    from: ProposalFacts['state'],
    facts: Partial<ProposalFacts>,
    happened: Parameters<typeof nextState>[1],
    to: string | null,
    because?: string,
  ]
>([
  ['draft', {}, LOOKED, 'ready', 'gate'],
  ['draft', { gatePasses: false }, LOOKED, null],
  ['ready', { gatePasses: false }, LOOKED, 'draft', 'gate'],
  ['ready', {}, { what: 'asked', kind: 'objection' }, null],
  ['in_review', {}, { what: 'asked', kind: 'question' }, 'changes_requested', 'review'],
  ['in_review', {}, LOOKED, null],
  ['in_review', { gatePasses: false }, { what: 'published' }, 'changes_requested', 'gate'],
  ['changes_requested', { standingQuestions: 1 }, LOOKED, null],
  ['changes_requested', {}, LOOKED, 'in_review', 'confirmed'],
  ['changes_requested', { standingObjections: 1 }, { what: 'published' }, 'in_review', 'revision'],
  ['changes_requested', { gatePasses: false }, { what: 'published' }, null],
  ['last_call', {}, { what: 'published' }, 'in_review', 'revision'],
  [
    'last_call',
    { standingObjections: 1 },
    { what: 'asked', kind: 'objection' },
    'changes_requested',
    'objection',
  ],
  ['last_call', { standingQuestions: 1 }, { what: 'asked', kind: 'question' }, null],
  ['last_call', { fallenClaims: 1 }, LOOKED, 'changes_requested', 'claim'],
  ['last_call', { fallenClaims: 1, gatePasses: false }, { what: 'published' }, 'changes_requested', 'claim'],
  ['last_call', { gatePasses: false }, { what: 'published' }, 'changes_requested', 'gate'],
  ['last_call', {}, LOOKED, null],
])('%s with %o becomes, when this happens: %o, %s', (state, facts, happened, to, because) => {
  expect(nextState({ ...GOOD, state, ...facts }, happened)).toEqual(to === null ? null : { to, because })
})

test('what follows by itself comes to rest', () => {
  for (const state of PROPOSAL_STATES)
    for (const gatePasses of [true, false])
      for (const standingObjections of [0, 1])
        for (const fallenClaims of [0, 1]) {
          let facts: ProposalFacts = { ...GOOD, state, gatePasses, standingObjections, fallenClaims }
          let steps = 0
          for (let next = nextState(facts, { what: 'published' }); next; next = nextState(facts, LOOKED)) {
            facts = { ...facts, state: next.to }
            expect(++steps).toBeLessThan(4)
          }
        }
})
