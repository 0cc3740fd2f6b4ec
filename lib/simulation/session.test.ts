import { expect, test } from 'vitest'
import { type CompileResult, compileModel } from '#lib/promela/compile.ts'
import { NO_WORDS } from '#lib/promela/trace/vocabulary.ts'
import { openSession, reduceSession, type Session, type SessionAction } from './session.ts'
import { publishedSetting } from './setting.ts'

const MODEL = `byte n;
active proctype p() {
#ifdef TWICE
	n = 5;
#endif
	n = 1;
	assert(n == LIMIT)
}
`

function compile(defines: Readonly<Record<string, string>>): CompileResult {
  return compileModel({ files: new Map([['m.pml', MODEL]]), main: 'm.pml', defines })
}

function after(session: Session, ...actions: readonly SessionAction[]): Session {
  return actions.reduce(reduceSession, session)
}

const take = { kind: 'take', index: 0 } as const

test('each step is told in one sentence: place in the run, who, what, what changed', () => {
  const session = after(openSession(publishedSetting('good'), compile({ LIMIT: '1' })), take)
  expect(session.said).toBe('Step 1 of 1. P0 p: n = 1. n 0 → 1.')
})

test('it is told in the words of the model where its author gave some, also in another variant', () => {
  const vocabulary = {
    ...NO_WORDS,
    processes: [{ of: 'p', words: 'the counter' }],
    variables: [{ of: 'n', words: 'hb->n', holder: false, values: [{ of: '0', words: 'nothing' }] }],
    assertions: [{ of: 'n == 2', words: 'There are two.' }],
  }
  const broken = openSession(publishedSetting('broken'), compile({ LIMIT: '(' }), { vocabulary })
  const session = after(
    broken,
    { kind: 'compiled', setting: publishedSetting('bad'), compiled: compile({ LIMIT: '2' }) },
    take,
  )
  expect(session.said).toBe('Step 1 of 1. P0 the counter: hb->n = 1. hb->n: nothing → 1.')
  expect(after(session, take).said).toContain(
    'Violated: this does not hold: There are two (assertion violated: n ==2).',
  )
})

test('play is not read out step by step', () => {
  const session = after(openSession(publishedSetting('good'), compile({ LIMIT: '1' })), {
    ...take,
    quiet: true,
  })
  expect(session.run?.cursor).toBe(1)
  expect(session.said).toBe('')
})

test('a violation is told when it happens', () => {
  const session = after(openSession(publishedSetting('bad'), compile({ LIMIT: '2' })), take, take)
  expect(session.said).toContain('Violated:')
})

test('a step that cannot be taken is answered, not ignored', () => {
  const session = after(openSession(publishedSetting('good'), compile({ LIMIT: '1' })), {
    kind: 'take',
    index: 3,
  })
  expect(session.said).toBe('That step cannot be taken here.')
})

test('another variant keeps the run where it exists, and says where it does not', () => {
  const session = after(openSession(publishedSetting('good'), compile({ LIMIT: '1' })), take)
  const kept = after(session, {
    kind: 'compiled',
    setting: publishedSetting('bad'),
    compiled: compile({ LIMIT: '2' }),
  })
  expect(kept).toMatchObject({ setting: { variant: 'bad' }, notice: null, run: { cursor: 1 } })
  const lost = after(session, {
    kind: 'compiled',
    setting: publishedSetting('twice'),
    compiled: compile({ LIMIT: '1', TWICE: '' }),
  })
  expect(lost.run?.moments).toHaveLength(0)
  expect(lost.notice).toContain('0 of its 1 steps')
})

test('a counterexample that nobody has begun to follow stays with its variant', () => {
  const story = { name: 'the recorded counterexample', trace: [0, 0] }
  const opened = after(openSession(publishedSetting('bad'), compile({ LIMIT: '2' })), { kind: 'tell', story })
  const change = {
    kind: 'compiled',
    setting: publishedSetting('good'),
    compiled: compile({ LIMIT: '1' }),
  } as const
  expect(after(opened, change)).toMatchObject({ notice: null, run: { moments: [], story: null } })
  const begun = after(opened, { kind: 'go', cursor: 1 }, change)
  expect(begun.run).toMatchObject({ cursor: 1, moments: [{}, {}] })
})

test('a variant that does not compile keeps the run for the next one that does', () => {
  const session = after(
    openSession(publishedSetting('good'), compile({ LIMIT: '1' })),
    take,
    { kind: 'compiled', setting: publishedSetting('broken'), compiled: compile({ LIMIT: '(' }) },
    take,
  )
  expect(session.compiled.program).toBeNull()
  expect(session.said).toContain('does not compile')
  const back = after(session, {
    kind: 'compiled',
    setting: publishedSetting('good'),
    compiled: compile({ LIMIT: '1' }),
  })
  expect(back.run?.cursor).toBe(1)
})

test('a session may begin with a model that does not compile', () => {
  const session = openSession(publishedSetting('broken'), compile({ LIMIT: '(' }))
  expect(session.run).toBeNull()
  expect(after(session, take, { kind: 'reset' }, { kind: 'go', cursor: 2 }).run).toBeNull()
})

test('a told story opens at the asked state, with what is odd about it', () => {
  const session = after(openSession(publishedSetting('good'), compile({ LIMIT: '1' })), {
    kind: 'tell',
    story: { name: 'the linked run', trace: [0, 0, 9] },
    cursor: 1,
    notice: 'The model has changed.',
  })
  expect(session.run?.cursor).toBe(1)
  expect(session.notice).toContain('The model has changed.')
  expect(session.notice).toContain('2 of its 3 steps')
})

test('what of the story is shown stays when another variant is chosen, one without a run too', () => {
  const filter = { processes: [1], variables: null }
  const session = after(openSession(publishedSetting('broken'), compile({ LIMIT: '(' })), {
    kind: 'filter',
    filter,
  })
  expect(session.filter).toEqual(filter)
  const next = after(session, {
    kind: 'compiled',
    setting: publishedSetting('good'),
    compiled: compile({ LIMIT: '1' }),
  })
  expect(next.run).not.toBeNull()
  expect(next.filter).toEqual(filter)
})
