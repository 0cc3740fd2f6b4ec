import { expect, test } from 'vitest'
import { NO_WORDS } from '#lib/promela/trace/vocabulary.ts'
import { encodePermalink, modelFingerprint, type Permalink } from './permalink.ts'
import { fateOf, type StepModel, seeStep } from './step-seen.ts'
import { fateWords, STEP_FATES, stepFragment, stepSentence } from './step-shown.ts'

const model = (text: string): StepModel => ({
  ...{ id: 'run', model: 'turns', main: 'models/turns.pml', variants: [{ name: 'two', defines: {} }] },
  files: [['models/turns.pml', text]],
})
const TURNS = 'byte turn;\nactive [2] proctype waker() {\n  do\n  :: turn = 1 - turn\n  od\n}\n'
const hash =
  ({ files }: StepModel) =>
  () =>
    JSON.stringify(files)
const never = () => false

function link(of: StepModel, trace: readonly number[], over: Partial<Permalink> = {}): Permalink {
  const asked = { property: null, storeBuffers: null, mutant: null, trace, cursor: trace.length }
  return { variant: 'two', model: modelFingerprint(of.files, {}), ...asked, ...over }
}
function seen(of: StepModel, trace: readonly number[]) {
  const found = seeStep(of, link(of, trace), hash(of), never)
  if (!found.ok) throw new Error(found.error.kind)
  return found.value
}

test('a step is said in words, and its fragment is the link that it came by', () => {
  const turns = model(TURNS)
  const step = seen(turns, [0, 1, 1])
  expect(step).toMatchObject({ step: 3, schedule: '0.1.1', actor: 'P1 waker:1' })
  expect(stepSentence(step)).toBe('Step 3 of “two”: P1 waker:1: turn = 1 - turn (turn 0 → 1)')
  expect(stepSentence({ ...step, storeBuffers: 2 })).toContain('“two, x86-TSO”')
  expect(stepFragment(step, [0, 1, 1])).toBe(encodePermalink('run', link(turns, [0, 1, 1])))
})

test('what a step changed is said in the words of the model, and what it is known by is not', () => {
  const named: StepModel = {
    ...model(TURNS),
    vocabulary: {
      ...NO_WORDS,
      processes: [{ of: 'waker', words: 'thread' }],
      variables: [
        { of: 'turn', words: 'whose turn', holder: false, values: [{ of: '1', words: 'the other' }] },
      ],
    },
  }
  const step = seen(named, [0])
  expect(stepSentence(step)).toBe('Step 1 of “two”: P0 waker:0: turn = 1 - turn (whose turn: 0 → the other)')
  expect(step.state).toContain('whose turn the other')
  expect(fateOf(step, model(`${TURNS}\n`), () => 'another', [0], never)).toBe('replays')
})

test('only as much of a link is gone as leads to its step', () => {
  const turns = model(TURNS)
  expect(seeStep(turns, link(turns, [0, 7], { cursor: 1 }), hash(turns), never)).toMatchObject({
    ok: true,
    value: { step: 1, schedule: '0' },
  })
})

test('a way that takes too long ends, in looking and in carrying', () => {
  const turns = model(TURNS)
  const trace = Array.from({ length: 300 }, () => 0)
  let left = 200
  const isLate = () => left-- < 0
  expect(seeStep(turns, link(turns, trace), hash(turns), isLate)).toEqual({
    ok: false,
    error: { kind: 'late' },
  })
  const step = seen(turns, trace)
  left = 200
  const other = model(TURNS.replace('byte turn', 'byte more, turn'))
  expect(fateOf(step, other, hash(other), trace, isLate)).toBeNull()
})

test('a later model is the same, goes the same way, or does not', () => {
  const turns = model(TURNS)
  const step = seen(turns, [0, 1])
  const fate = (of: StepModel | null) => fateOf(step, of, of ? hash(of) : () => '', [0, 1], never)
  expect(fate(turns)).toBe('same')
  expect(fate(model(TURNS.replace('byte turn', 'byte more, turn')))).toBe('replays')
  for (const text of [TURNS.replace('[2]', '[1]'), TURNS.replace('1 - turn', 'turn'), 'no model', ''])
    expect(fate(model(text))).toBe('gone')
  expect(fate({ ...turns, variants: [{ name: 'three', defines: {} }] })).toBe('gone')
  expect(fate(null)).toBe('gone')
  expect(new Set([...STEP_FATES, null].map(fateWords)).size).toBe(4)
})
