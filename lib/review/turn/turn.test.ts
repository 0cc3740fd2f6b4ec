import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDecided, PROPOSAL_STATES } from '#lib/review/proposal/state.ts'
import { type TurnFacts, turnsOf, turnWords } from './turn.ts'

const NOBODY: TurnFacts = {
  state: 'in_review',
  gateOpen: 0,
  authors: ['ann'],
  maintainers: ['max'],
  administrators: ['ada'],
  ownAdministrators: [],
  moderators: new Set(['max', 'ada']),
  asked: [],
  reviewed: new Set(),
  able: new Set(['ann', 'max', 'ada', 'reva']),
  away: new Set(),
  threads: [],
  stale: [],
  holders: [],
  fallenClaims: 0,
  heldMails: 0,
  isLastCallOver: false,
}
const turns = (facts: Partial<TurnFacts>) =>
  turnsOf({ ...NOBODY, ...facts }).map((turn) => `${turn.person}: ${turnWords(turn)}`)
const thread = (number: number, rest: Partial<TurnFacts['threads'][number]> = {}) => ({
  ...{
    number,
    kind: 'objection' as const,
    state: 'open' as const,
    opener: 'reva',
    waitsFor: 'author' as const,
    isLocked: false,
    hasWords: true,
  },
  ...rest,
})

test('an objection is the author\u2019s to answer, and its answer the opener\u2019s to confirm', () => {
  const state = 'changes_requested'
  expect(turns({ state, threads: [thread(7)] })).toEqual(['ann: answer #7'])
  expect(turns({ state, threads: [thread(7, { state: 'answered', waitsFor: 'opener' })] })).toEqual([
    'reva: confirm #7, or keep it open',
    'ann: publish the next revision',
  ])
})

test('whom the author asked reviews, until they said something of this revision', () => {
  expect(turns({ asked: ['max', 'reva'] })).toEqual(['max: review it', 'reva: review it'])
  expect(turns({ asked: ['max', 'reva'], reviewed: new Set(['reva']) })).toEqual(['max: review it'])
  expect(turns({ asked: ['max'], reviewed: new Set(['max']) })).toEqual(['max: call last call'])
})

test('a review goes stale with its text, and its giver is told which write-ups', () => {
  const stale = [{ person: 'reva', writeups: ['lifetime'] }]
  expect(turns({ stale, asked: ['max'], reviewed: new Set(['max']) })).toContain(
    'reva: read again: lifetime changed since your review',
  )
})

test('a claim that fell is the author\u2019s; a hold is its holder\u2019s; held mail is the maintainers\u2019', () => {
  expect(turns({ fallenClaims: 1 })).toContain('ann: mend 1 claim that is not as claimed')
  // And who is to review is told that they may wait.
  expect(turns({ fallenClaims: 2, asked: ['reva'] })).toContain(
    'reva: review it, or wait: 2 claims are not as claimed',
  )
  expect(turns({ holders: ['reva'] })).toEqual(['reva: lift your hold, or let it end'])
  expect(turns({ heldMails: 2 })).toContain('max: decide about 2 mails that wait')
})

test('who is away has no turn while somebody else can do it; alone they keep it', () => {
  expect(turns({ state: 'last_call', away: new Set(['max']) })).toEqual([
    'ada: last call: object, or let it pass',
  ])
  expect(turns({ state: 'draft', gateOpen: 3, away: new Set(['ann']) })).toEqual([
    'ann: answer what is open: 3',
  ])
  expect(
    turns({
      state: 'last_call',
      maintainers: ['max', 'mia'],
      able: new Set(['max', 'mia']),
      away: new Set(['max']),
    }),
  ).toEqual(['mia: last call: object, or let it pass'])
})

test('who can do nothing has no turn: an author without a way to act leaves it to who can name one', () => {
  expect(turns({ state: 'draft', able: new Set(['max']) })).toEqual(['max: name an author who can act'])
  expect(
    turns({ threads: [thread(3, { opener: 'stranger', state: 'answered', waitsFor: 'opener' })] }),
  ).toEqual(['max: review it'])
})

test('a thread that is locked, or has no words left, is nobody’s to answer who may not add to it', () => {
  const state = 'changes_requested'
  expect(turns({ state, threads: [thread(7, { isLocked: true })] })).toEqual([
    'ann: publish the next revision',
  ])
  expect(turns({ state, threads: [thread(7, { hasWords: false })] })).toEqual([
    'ann: publish the next revision',
  ])
  expect(turns({ state, threads: [thread(7, { isLocked: true })], moderators: new Set(['ann']) })).toEqual([
    'ann: answer #7',
  ])
  // To confirm takes no words.
  const answered = { isLocked: true, state: 'answered' as const, waitsFor: 'opener' as const }
  expect(turns({ state, threads: [thread(7, answered)] })).toContain('reva: confirm #7, or keep it open')
})

test('where nobody reviews, review is not asked for: an author who is an administrator names a maintainer, else the text goes on', () => {
  const nobody = { state: 'ready' as const, maintainers: [], administrators: [] }
  expect(turns({ ...nobody, ownAdministrators: ['ann'] })).toEqual([
    'ann: name a maintainer, whom it can be put to',
  ])
  expect(turns(nobody)).toEqual(['ann: publish the next revision'])
})

test('of two turns that are the same one is kept', () => {
  const facts = {
    ...NOBODY,
    state: 'draft' as const,
    able: new Set(['max']),
    fallenClaims: 2,
    threads: [thread(1), thread(2)],
  }
  expect(turnsOf(facts)).toHaveLength(1)
})

const PEOPLE = ['ann', 'bob', 'max', 'mia', 'ada', 'reva', 'quinn']
const some = fc.subarray(PEOPLE)
const anyFacts: fc.Arbitrary<TurnFacts> = fc.record({
  state: fc.constantFrom(...PROPOSAL_STATES),
  gateOpen: fc.nat(19),
  authors: fc.subarray(['ann', 'bob'], { minLength: 1 }),
  maintainers: fc.subarray(['max', 'mia']),
  administrators: fc.subarray(['ada']),
  ownAdministrators: fc.subarray(['bob']),
  moderators: fc.subarray(['max', 'mia', 'ada', 'bob']).map((people) => new Set(people)),
  asked: some,
  reviewed: some.map((people) => new Set(people)),
  able: some.map((people) => new Set(people)),
  away: some.map((people) => new Set(people)),
  threads: fc
    .array(
      fc.record({
        kind: fc.constantFrom('question' as const, 'issue' as const, 'objection' as const),
        state: fc.constantFrom('open' as const, 'answered' as const),
        opener: fc.constantFrom(...PEOPLE),
        waitsFor: fc.constantFrom('author' as const, 'opener' as const),
        isLocked: fc.boolean(),
        hasWords: fc.boolean(),
      }),
      { maxLength: 5 },
    )
    .map((threads) => threads.map((one, i) => ({ ...one, number: i + 1 }))),
  stale: fc.array(fc.record({ person: fc.constantFrom(...PEOPLE), writeups: fc.constant(['lifetime']) }), {
    maxLength: 2,
  }),
  holders: fc.subarray(['max', 'reva']),
  fallenClaims: fc.nat(2),
  heldMails: fc.nat(2),
  isLastCallOver: fc.boolean(),
})

test('an undecided proposal always has a holder, a decided one none, and nobody is listed who cannot act while somebody can', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const given = turnsOf(facts)
      if (isDecided(facts.state)) return given.length === 0
      if (given.length === 0) return false
      const canAct = [...facts.authors, ...facts.maintainers, ...facts.administrators].some((one) =>
        facts.able.has(one),
      )
      if (canAct && given.some(({ person }) => !facts.able.has(person))) return false
      return (
        new Set(given.map(({ person, act, thread }) => `${person} ${act} ${thread}`)).size === given.length
      )
    }),
    { numRuns: 10_000 },
  )
})

test('whoever has a turn has a role or a relation that allows its act', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      for (const { person, act, thread } of turnsOf(facts)) {
        const about = facts.threads.find(({ number }) => number === thread)
        const isAuthor = facts.authors.includes(person)
        const reviews = [...facts.maintainers, ...facts.administrators].includes(person)
        switch (act) {
          case 'answer':
            expect(isAuthor && about?.waitsFor === 'author').toBe(true)
            break
          case 'confirm':
            expect(about?.opener === person && about.state === 'answered').toBe(true)
            break
          case 'respond':
            expect(about?.opener === person || isAuthor).toBe(true)
            break
          case 'complete':
          case 'ask-for-review':
          case 'publish':
          case 'mend-claim':
            expect(isAuthor).toBe(true)
            break
          case 'call-last':
          case 'decide':
          case 'watch-last-call':
          case 'handle-mail':
          case 'name-author':
            expect(reviews).toBe(true)
            break
          case 'name-maintainer':
            expect(facts.ownAdministrators).toContain(person)
            break
          case 'lift-hold':
            expect(facts.holders).toContain(person)
            break
          case 'read-again':
            expect(facts.stale.map((one) => one.person)).toContain(person)
            break
          case 'review':
            expect(reviews || facts.asked.includes(person) || !facts.able.has(person)).toBe(true)
        }
      }
    }),
    { numRuns: 10_000 },
  )
})
