import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { applyStep, describeState, enabledSteps, initialState } from '#lib/promela/machine/step.ts'
import { claimEnd } from '#lib/promela/machine/verdict.ts'
import { createPropertySearch } from '#lib/promela/search/check-property.ts'
import { parseProperty } from '#lib/promela/search/property.ts'
import { isUseless, randomModel, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import { NO_WORDS, type Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import { invariant } from '#lib/result.ts'
import { cpuMs, msHere } from '../../scripts/cpu-time.mjs'
import { changesBetween } from './changes.ts'
import { choices, type Moment, startRun, takeStep, tell } from './run.ts'
import { filterStory, rowOfStep, type StoryRow, tellStory } from './story.ts'
import type { Told } from './told-run.ts'

/** A lock with a holder, a word that changes, and a waiter that may sleep through it. */
const LOCKS = `byte lock;
byte word;
bool told;
inline spin_lock(l) { atomic { l == 0 -> l = _pid + 1 } }
inline spin_unlock(l) { l = 0 }
inline announce() { spin_lock(lock); word = 1; spin_unlock(lock) }
active proctype waiter() {
	spin_lock(lock);
	word == 1;
	spin_unlock(lock);
	assert(told)
}
active proctype waker() {
	announce();
	told = true
}
`

const WORDS: Vocabulary = {
  ...NO_WORDS,
  processes: [{ of: 'waiter', words: 'thread' }],
  variables: [
    { of: 'lock', words: 'hb->lock', holder: true, values: [] },
    {
      of: 'word',
      words: 'the word',
      holder: false,
      values: [
        { of: '0', words: 'as expected' },
        { of: '1', words: 'changed' },
      ],
    },
  ],
  properties: [{ of: 'safety', words: 'Who waits is told.' }],
  assertions: [{ of: 'told', words: 'nobody goes on who was not told' }],
}

function compiled(source: string): Program {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', source]]),
    main: 'm.pml',
    defines: {},
  })
  invariant(program, diagnostics.map(({ message }) => message).join())
  return program
}

/** The run that takes, in this order, the first step of each of these processes. */
function runOf(program: Program, pids: readonly number[]) {
  return pids.reduce((run, pid) => {
    const step = choices(run).find((one) => one.pid === pid)
    invariant(step, `P${pid} can move`)
    return takeStep(run, step.index)
  }, startRun(program))
}

const storyOf = (run: Told, vocabulary: Vocabulary = WORDS) =>
  tellStory(run, { naming: namingOf(run.program, vocabulary), property: 'safety' })

const brief = ({ from, to, process, within, text }: StoryRow) =>
  `${from}-${to} ${process}: ${[...within, text].join(' > ')}`

test('a call that nobody ran into is one row, and unfolds to its statements', () => {
  const { rows, unfold } = storyOf(runOf(compiled(LOCKS), [1, 1, 1, 1, 1]))
  expect(rows.map(brief)).toEqual(['1-4 waker: announce()', '5-5 waker: told = true'])
  expect(unfold({ from: 1, to: 4 }).map(({ text }) => text)).toEqual([
    'hb->lock == 0',
    'hb->lock = _pid + 1',
    'word = 1',
    'hb->lock = 0',
  ])
})

test('a call that somebody ran into is opened, and says that it goes on', () => {
  const { rows } = storyOf(
    runOf(compiled(LOCKS.replace('announce();', 'told = true; announce();')), [1, 1, 1, 1, 1, 0, 0]),
  )
  expect(rows.map(brief)).toEqual([
    '1-1 waker: told = true',
    '2-5 waker: announce()',
    '6-7 thread: spin_lock(hb->lock)',
  ])
  const { rows: parted } = storyOf(
    runOf(
      compiled(LOCKS.replace('word == 1;', 'skip;').replace('spin_lock(lock);\n', '\n')),
      [1, 1, 1, 0, 1],
    ),
  )
  expect(parted.map(brief)).toEqual([
    '1-2 waker: announce() > spin_lock(hb->lock)',
    '3-3 waker: announce() > word = 1',
    '4-4 thread: skip',
    '5-5 waker: announce() > spin_unlock(hb->lock)',
  ])
  expect(parted.map(({ resumes, turn }) => [resumes, turn])).toEqual([
    [false, 1],
    [false, 1],
    [false, 2],
    [true, 3],
  ])
})

test('values are told as names, and a change that was undone within a row is none', () => {
  const { rows } = storyOf(runOf(compiled(LOCKS), [1, 1, 1, 1]))
  expect(rows[0]?.changes.map(({ words }) => words)).toEqual(['the word: as expected → changed'])
  const { rows: locked } = storyOf(runOf(compiled(LOCKS), [0, 0]))
  expect(locked[0]?.changes.map(({ words }) => words)).toEqual(['hb->lock: free → held by thread'])
})

test('who cannot go on says what they wait for, who has it, and since when', () => {
  const run = runOf(compiled(LOCKS.replace('announce();', 'told = false; announce();')), [0, 0, 1])
  const { rows } = storyOf(run)
  expect(rows.at(-1)?.waits).toBe('waits for hb->lock, held by thread since step 2')
  expect(rows[0]?.waits).toBe('waits until the word is changed (it has been as expected since the start)')
})

test('without a vocabulary the same is told in the names of the model', () => {
  const run = runOf(compiled(LOCKS.replace('announce();', 'told = false; announce();')), [0, 0, 1])
  const { rows } = storyOf(run, NO_WORDS)
  expect(rows.at(-1)?.waits).toBe('waits for lock == 0 (lock is 1)')
  expect(rows[0]?.changes.map(({ words }) => words)).toEqual(['lock 0 → 1'])
})

test('a step that changes nothing says what it saw', () => {
  const { rows } = storyOf(
    runOf(compiled(LOCKS.replace('spin_lock(lock);\n\tword', 'word')), [1, 1, 1, 1, 0]),
  )
  expect(rows.at(-1)).toMatchObject({ text: 'word == 1', changes: [], sees: 'the word is changed' })
})

test('the end says in a sentence which assertion broke, and where that very assertion stands', () => {
  const { end } = storyOf(
    runOf(compiled(LOCKS.replace('spin_lock(lock);\n\tword', 'word')), [1, 1, 1, 1, 0, 0, 0]),
  )
  invariant(end.kind === 'broken', 'the assertion fails')
  expect(end.sentence).toBe(
    'Step 7, thread: this does not hold: nobody goes on who was not told (the assertion told, line 10).',
  )
  expect(end.span).toMatchObject({ file: 'm.pml', line: 10, column: 2 })
  const bare = storyOf(
    runOf(compiled(LOCKS.replace('spin_lock(lock);\n\tword', 'word')), [1, 1, 1, 1, 0, 0, 0]),
    NO_WORDS,
  )
  expect(bare.end).toMatchObject({ sentence: 'Step 7, waiter: the assertion told fails (line 10).' })
})

test('where nothing can move the end says who waits for what', () => {
  const { end } = storyOf(runOf(compiled(LOCKS), [0, 0]))
  expect(end).toMatchObject({
    kind: 'broken',
    sentence:
      'After step 2 nothing can move any more: thread waits until the word is changed (it has been as expected since the start); waker waits for hb->lock, held by thread since step 2. So this does not hold: Who waits is told.',
  })
})

test('a run without end says where the part that repeats begins, and no row reaches over that place', () => {
  const source =
    'bool on; inline flip() { on = !on; on = !on }\nactive proctype p() { do :: flip() od }\nltl ends { <> (on && !on) }\n'
  const program = compiled(source)
  const property = parseProperty('ends')
  invariant(property, 'a property')
  const opened = createPropertySearch(program, property, { maxStates: 1000, maxMemoryBytes: 1e8 })
  invariant(opened.ok, 'a search')
  while (!opened.value.step(1000).done);
  const verdict = opened.value.verdict()
  invariant(verdict?.kind === 'violated' && verdict.cycleStart !== undefined, 'a lasso')
  const { run } = tell(program, { name: 'x', trace: verdict.trace })
  const naming = namingOf(program, { ...NO_WORDS, properties: [{ of: 'ends', words: 'It ends.' }] })
  const { rows, end } = tellStory(run, { naming, property: 'ends', end: claimEnd(verdict) })
  expect(rows.filter(({ beginsLoop }) => beginsLoop).map(({ from }) => from)).toEqual([
    verdict.cycleStart + 1,
  ])
  expect(end).toMatchObject({ kind: 'broken', loopFrom: verdict.cycleStart + 1 })
  expect(end.kind === 'broken' && end.sentence).toMatch(
    /repeats? for ever: so this does not hold: It ends\.$/,
  )
})

test('a filter keeps the rows of its processes, the changes of its variables, and whatever failed', () => {
  const { rows } = storyOf(
    runOf(compiled(LOCKS.replace('spin_lock(lock);\n\tword', 'word')), [1, 1, 1, 1, 0, 0, 0]),
  )
  expect(
    filterStory(rows, { processes: [1], variables: null }).map(({ pid, faults }) => [pid, faults.length]),
  ).toEqual([
    [1, 0],
    [0, 1],
  ])
  const words = filterStory(rows, { processes: null, variables: ['word'] })
  expect(words[0]?.changes.map(({ variable }) => variable)).toEqual(['word'])
  expect(words).toHaveLength(2)
})

/** A walk through a random model, and its story: what failed ends it, as it ends a counterexample. */
const walks = fc
  .record({
    seed: fc.nat(),
    turns: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 60 }),
  })
  .map(({ seed, turns }) => {
    const { program, diagnostics } = compileModel({
      files: new Map([['m.pml', randomModel(seededRandom(seed), seed % 3 === 0 ? 'unless' : 'mixed')]]),
      main: 'm.pml',
      defines: {},
    })
    if (!program || isUseless(diagnostics)) return null
    let run = startRun(program)
    for (const turn of turns) {
      const steps = choices(run)
      const step = steps[Math.floor(turn * steps.length)]
      if (!step) break
      run = takeStep(run, step.index)
    }
    return run
  })

test('each step of a run is in exactly one row, in order, and unfolding them gives the run back', () => {
  fc.assert(
    fc.property(walks, fc.nat(), (run, at) => {
      if (!run) return
      const length = run.moments.length
      const end = at % 2 === 0 ? null : { cycleStart: at % (length + 1), message: 'x' }
      const { rows, unfold } = tellStory(run, { naming: namingOf(run.program), property: 'safety', end })
      const steps = rows.flatMap(unfold)
      expect(steps.map(({ step }) => step)).toEqual(run.moments.map((_, k) => k + 1))
      expect(steps.map(({ span }) => span)).toEqual(run.moments.map(({ step }) => step.span))
      for (const [k, row] of rows.entries()) {
        expect(row.from).toBe((rows[k - 1]?.to ?? 0) + 1)
        expect(new Set(run.moments.slice(row.from - 1, row.to).map(({ step }) => step.pid))).toEqual(
          new Set([row.pid]),
        )
        for (let step = row.from; step <= row.to; step++) expect(rowOfStep(rows, step)).toBe(k)
        if (end) expect(row.from <= end.cycleStart && row.to > end.cycleStart).toBe(false)
      }
    }),
    { numRuns: 80 },
  )
})

test('what the rows tell as changed is what differs between the states around them', () => {
  fc.assert(
    fc.property(walks, (run) => {
      if (!run) return
      const { rows } = tellStory(run, { naming: namingOf(run.program), property: 'safety' })
      for (const { from, to, changes } of rows) {
        const before = run.moments[from - 2]?.view ?? run.startView
        const after = run.moments[to - 1]?.view ?? run.startView
        const differ = changesBetween(before, after).filter(({ kind }) => kind === 'value')
        // A process that ended takes its locals with it: of those only the rows know that they changed.
        const shared = changes.filter(({ variable }) => variable !== null && !variable.includes('.'))
        expect(shared).toHaveLength(
          differ.filter((one) => one.kind === 'value' && one.owner.kind !== 'local').length,
        )
      }
    }),
    { numRuns: 40 },
  )
})

/** As `Run`, but as long as one likes. */
function longRun(steps: number): Told {
  const program = compiled(`byte lock; byte n; bool odd[2];
inline spin_lock(l) { atomic { l == 0 -> l = _pid + 1 } }
inline spin_unlock(l) { l = 0 }
active [2] proctype p() {
	byte mine;
	do
	:: spin_lock(lock); mine = n; n = (mine + 1) % 8; odd[_pid] = !odd[_pid]; spin_unlock(lock)
	od
}`)
  const start = initialState(program)
  const startView = describeState(program, start)
  const moments: Moment[] = []
  let [state, view] = [start, startView]
  for (let k = 0; k < steps; k++) {
    const enabled = enabledSteps(program, state)
    const step = enabled[(k * 7) % enabled.length]
    invariant(step, 'it goes on for ever')
    const result = applyStep(program, state, step)
    const after = describeState(program, result.state)
    moments.push({
      step,
      state: result.state,
      view: after,
      changes: changesBetween(view, after),
      errors: [],
      printed: '',
    })
    state = result.state
    view = after
  }
  return { program, start, startView, moments }
}

/** Processor time, so that a busy machine does not decide. */
function costOf(run: Told, naming = namingOf(run.program, WORDS)): number {
  const before = cpuMs()
  tellStory(run, { naming, property: 'safety' })
  return cpuMs() - before
}

test('ten thousand steps are told in linear time, and a step more costs little', () => {
  storyOf(longRun(500))
  const [short, long] = [longRun(2500), longRun(10_000)]
  const naming = namingOf(long.program, WORDS)
  const [one, four] = [costOf(short), costOf(long, naming)]
  const again = costOf({ ...long, moments: [...long.moments] }, naming)
  expect(four).toBeLessThan(msHere(5000))
  expect(four).toBeLessThan(Math.max(one, 20) * 16)
  expect(again).toBeLessThan(Math.max(four, msHere(100)))
}, 30_000)
