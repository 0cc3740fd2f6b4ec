import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { replay } from '#lib/promela/trace/trail.ts'
import { applyStep, blockedReason, describeState, enabledSteps, endError, initialState } from './step.ts'

function program(text: string, defines: Record<string, string> = {}) {
  const compiled = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
  if (!compiled.program) throw new Error(compiled.diagnostics.map((item) => item.message).join('; '))
  return compiled.program
}

function verdictOf(text: string, options = {}) {
  const compiled = program(text)
  const search = createSearch(compiled, options)
  while (!search.step(10_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return { compiled, verdict }
}

function violation(text: string, options = {}) {
  const { compiled, verdict } = verdictOf(text, options)
  if (verdict.kind !== 'violated') throw new Error(`expected a violation, found ${verdict.kind}`)
  return { compiled, verdict }
}

const lock = `byte lock;
inline spin_lock(l) {
  atomic { l == 0 -> l = _pid + 1 }
}
active [2] proctype P() {
  spin_lock(lock);
  lock = 0
}`

it('a step shows the statement as written, with parameters replaced, and the call it came through', () => {
  const model = program(lock)
  const [first] = enabledSteps(model, initialState(model))
  expect(first).toMatchObject({
    index: 0,
    pid: 0,
    process: 'P:0',
    text: 'l == 0',
    expanded: 'lock == 0',
    atomic: true,
    span: { line: 3, column: 12 },
    origin: [{ kind: 'inline', name: 'spin_lock', call: { line: 6, column: 3 } }],
  })
})

it('inside an atomic only its process has steps, and the other says why it waits', () => {
  const model = program(lock)
  const start = initialState(model)
  const [first] = enabledSteps(model, start)
  if (!first) throw new Error('a step')
  const { state } = applyStep(model, start, first)
  expect(describeState(model, state).exclusive).toBe(0)
  expect(enabledSteps(model, state).map((step) => step.pid)).toEqual([0])
  expect(blockedReason(model, state, 1)?.text).toBe('waits: P:0 is inside an atomic and goes on alone')
  expect(blockedReason(model, state, 0)).toBeNull()
})

it('taking a step leaves the state before it as it was', () => {
  const model = program(lock)
  const start = initialState(model)
  const copy = start.slice()
  for (const step of enabledSteps(model, start)) applyStep(model, start, step)
  describeState(model, start)
  expect(start).toEqual(copy)
})

it('a state is described by name: arrays, structures, mtypes, bools, channels', () => {
  const model = program(`mtype = { red, green };
typedef T { bool on; byte n[2] }
T t; mtype colour = green; chan c = [2] of { mtype, byte };
active proctype P() { byte v; t.on = true; t.n[1] = 7; c!red,3; c?colour,v }`)
  let state = initialState(model)
  for (let count = 0; count < 3; count++) {
    const [step] = enabledSteps(model, state)
    if (!step) throw new Error('a step')
    state = applyStep(model, state, step).state
  }
  const view = describeState(model, state)
  expect(view.globals.map((item) => [item.name, item.type, item.text])).toEqual([
    ['t', 'T', '{on true, n {0, 7}}'],
    ['colour', 'mtype', 'green'],
    ['c', 'chan', 'c#1'],
  ])
  expect(view.channels).toEqual([{ id: 1, name: 'c', capacity: 2, messages: [['red', '3']] }])
  expect(view.processes[0]).toMatchObject({ name: 'P', alive: true, line: 4, text: 'c?colour,v' })
})

it('a rendezvous is one step with a partner', () => {
  const model = program(
    'chan c = [0] of { byte };\nactive proctype S() { c!7 }\nactive proctype R() { byte v; c?v }',
  )
  const steps = enabledSteps(model, initialState(model))
  expect(steps).toHaveLength(1)
  expect(steps[0]).toMatchObject({ process: 'S', text: 'c!7', partner: { process: 'R', text: 'c?v' } })
})

it('the counterexample has the fewest moves, ends at the failing statement and can be replayed', () => {
  const { compiled, verdict } = violation(
    'byte x; active proctype P() { do :: x < 9 -> x++ :: x == 1 -> assert(false) od }',
  )
  expect(verdict).toMatchObject({ error: 'assertion', message: 'assertion violated: false', pid: 0 })
  const { steps, stuck, diverged } = replay(compiled, verdict.trace)
  expect(steps.map((item) => item.step.text)).toEqual(['x < 9', 'x++', 'x == 1', 'assert(false)'])
  expect(steps.at(-1)?.errors).toHaveLength(1)
  expect({ stuck, diverged }).toEqual({ stuck: undefined, diverged: undefined })
})

it('a deadlock that needs fewer moves wins over an assertion found in the same level', () => {
  const text = 'byte x; active proctype P() { if :: x = 1 -> false :: x = 2 -> assert(x == 3) fi }'
  expect(violation(text).verdict).toMatchObject({ error: 'invalid-end-state', trace: [0] })
})

it('a stuck end names every process that can never go on, and the replay ends with it', () => {
  const { compiled, verdict } = violation('byte x; active [2] proctype P() { x == 1 }')
  expect(verdict.message).toBe('invalid end state: P:0, P:1 can never go on')
  const { steps, stuck, start } = replay(compiled, verdict.trace)
  expect(steps).toEqual([])
  expect(stuck).toEqual(endError(compiled, start))
})

it('a guard that cannot be evaluated is a violation at the state where it fails', () => {
  const { compiled, verdict } = violation(
    'byte a[2]; byte i = 5; active proctype P() { skip; if :: a[i] == 1 -> skip :: else fi }',
  )
  expect(verdict).toMatchObject({ error: 'array-bounds', message: 'index 5 of a[…] is outside 0 .. 1' })
  expect(replay(compiled, verdict.trace).stuck?.kind).toBe('array-bounds')
})

it.each([
  ['division-by-zero', 'byte x, y; active proctype P() { y = 4 / x }'],
  ['channel', 'chan d = [1] of { byte }; active proctype P() { chan c; c!1 }'],
  ['d_step-blocked', 'byte x; active proctype P() { d_step { x = 1; x == 2 } }'],
  ['endless-step', 'byte x; active proctype P() { d_step { do :: x = 1 - x od } }'],
  ['endless-step', 'byte x; active proctype P() { atomic { do :: x = 1 - x od } }'],
  ['too-many-processes', 'proctype Q() { false } init { do :: run Q() od }'],
])('%s is found and ends no search with an exception', (error, text) => {
  expect(violation(text).verdict.error).toBe(error)
})

it('an atomic that may go round for ever is fine as long as it can get out', () => {
  const text =
    'byte x; active proctype P() { atomic { do :: x < 3 -> x++ :: x > 0 -> x-- :: x == 3 -> break od }; assert(x == 3) }'
  expect(verdictOf(text).verdict.kind).toBe('holds')
})

it('a trace of another program says where it no longer fits', () => {
  const model = program('active proctype P() { skip; skip }')
  expect(replay(model, [0, 3])).toMatchObject({ steps: [{}], diverged: { at: 1 } })
})

it('depth first the first path that goes wrong is the counterexample, and it replays', () => {
  const { compiled, verdict } = violation(lock.replace('lock = 0', 'assert(lock == 1)'), { order: 'dfs' })
  // The first process runs to its end and keeps the lock: that the second one fails its assertion comes later.
  expect(verdict.error).toBe('invalid-end-state')
  expect(replay(compiled, verdict.trace).stuck?.kind).toBe('invalid-end-state')
  const failing = violation(`${lock} active proctype Q() { assert(lock == 0) }`, { order: 'dfs' })
  expect(replay(failing.compiled, failing.verdict.trace).steps.at(-1)?.errors[0]?.kind).toBe('assertion')
})

it('a bound makes the verdict unfinished, never holds', () => {
  const { verdict } = verdictOf('int x; active proctype P() { do :: x++ od }', { maxStates: 1_000 })
  expect(verdict).toMatchObject({ kind: 'unfinished', bound: 'states', counts: { states: 1_000 } })
})

it('what no run executed is listed', () => {
  const { verdict } = verdictOf('byte x; active proctype P() { if :: x == 0 -> skip :: x == 1 -> x = 5 fi }')
  expect(verdict).toMatchObject({
    kind: 'holds',
    unreached: [
      { proctype: 'P', text: 'x == 1' },
      { proctype: 'P', text: 'x = 5' },
    ],
  })
})
