import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { blockedReason } from '#lib/promela/machine/step.ts'
import { replay } from '#lib/promela/trace/trail.ts'
import { invariant } from '#lib/result.ts'
import { blockedWords } from './blocked-words.ts'
import { changeWords } from './changes.ts'
import { chooseForward, chooseProcess, chooseRandom } from './choose.ts'
import {
  canGoOn,
  carryRun,
  choices,
  currentState,
  currentView,
  goTo,
  leftStory,
  type Run,
  reset,
  standing,
  startRun,
  takeStep,
  tell,
  traceOf,
} from './run.ts'
import { sourceMarkers, statementLines } from './source-markers.ts'

/** Two processes lose an update; with LOCK the second waits. Line numbers matter to some tests. */
const COUNTER = `byte n;
bool locked;
inline lock() { atomic { !locked -> locked = true } }
active [2] proctype adder() {
	byte t;
#ifdef LOCK
	lock();
#endif
	t = n;
	n = t + 1;
#ifdef LOCK
	locked = false
#endif
}
`

function compile(text: string, defines: Readonly<Record<string, string>> = {}): Program {
  const { program, diagnostics } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
  invariant(program, diagnostics.map((item) => item.message).join('; '))
  return program
}

/** Takes the only step of each process in turn. */
function stepped(run: Run, ...pids: readonly number[]): Run {
  return pids.reduce((now, pid) => {
    const choice = chooseProcess(now, pid)
    invariant(choice.kind === 'take', `P${pid} has no single step`)
    return takeStep(now, choice.index)
  }, run)
}

function globalText(run: Run, name: string): string | undefined {
  return currentView(run).globals.find((variable) => variable.name === name)?.text
}

test('a step changes the state and says what it changed', () => {
  const run = stepped(startRun(compile(COUNTER)), 0, 0)
  expect(globalText(run, 'n')).toBe('1')
  expect(run.moments.map((moment) => moment.changes.map(changeWords))).toEqual([
    [],
    ['n 0 → 1', 'adder:0 ended'],
  ])
})

test('going back shows the old state and keeps the steps that were taken', () => {
  const run = stepped(startRun(compile(COUNTER)), 0, 0)
  const back = goTo(run, 0)
  expect(globalText(back, 'n')).toBe('0')
  expect(back.moments).toBe(run.moments)
  expect(goTo(back, 99).cursor).toBe(2)
  expect(goTo(back, -1).cursor).toBe(0)
})

test('taking the step that the run took here before walks along it', () => {
  const run = stepped(startRun(compile(COUNTER)), 0, 1, 0)
  expect(stepped(goTo(run, 1), 1).moments).toBe(run.moments)
})

test('another step cuts off what came after', () => {
  const run = stepped(startRun(compile(COUNTER)), 0, 1, 0)
  const other = stepped(goTo(run, 1), 0)
  expect(other.moments.map((moment) => moment.step.pid)).toEqual([0, 0])
  expect(other.cursor).toBe(2)
})

test('a step that does not exist leaves the run as it is', () => {
  const run = startRun(compile(COUNTER))
  expect(takeStep(run, 7)).toBe(run)
})

test('a run and its trace are the same: replaying one gives the other', () => {
  const program = compile(COUNTER, { LOCK: '' })
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (picks) => {
      let run = startRun(program)
      for (const pick of picks) {
        const choice = chooseRandom(run, pick)
        if (choice.kind === 'take') run = takeStep(run, choice.index)
      }
      const replayed = replay(program, traceOf(run))
      expect(replayed.diverged).toBeUndefined()
      expect(replayed.steps.map((step) => step.state)).toEqual(run.moments.map((moment) => moment.state))
      const told = tell(program, { name: 'again', trace: traceOf(run) })
      expect(told.diverged).toBeNull()
      expect(traceOf(told.run)).toEqual(traceOf(run))
    }),
  )
})

test('a story begins at its start; leaving it keeps it at hand', () => {
  const program = compile(COUNTER)
  const trace = traceOf(stepped(startRun(program), 0, 1, 0, 1))
  const { run, diverged } = tell(program, { name: 'lost update', trace })
  expect(diverged).toBeNull()
  expect([run.cursor, run.moments.length]).toEqual([0, 4])
  expect(leftStory(run)).toBe(false)

  const left = stepped(goTo(run, 1), 0)
  expect(leftStory(left)).toBe(true)
  expect(left.story?.trace).toEqual(trace)
  expect(traceOf(reset(left))).toEqual(trace)
  expect(reset(left).cursor).toBe(0)
})

test('stepping past the end of a story is leaving it too', () => {
  const program = compile(COUNTER)
  const { run } = tell(program, { name: 'first step', trace: traceOf(stepped(startRun(program), 0)) })
  expect(leftStory(goTo(run, 1))).toBe(false)
  expect(leftStory(stepped(goTo(run, 1), 0))).toBe(true)
})

test('a schedule that does not fit is followed as far as it fits', () => {
  const program = compile(COUNTER)
  const { run, diverged } = tell(program, { name: 'bad', trace: [0, 9, 0] })
  expect(diverged).toMatchObject({ at: 1, reason: expect.stringContaining('choice 9') })
  expect(run.moments).toHaveLength(1)
})

test('reset forgets a run without a story', () => {
  const run = reset(stepped(startRun(compile(COUNTER)), 0, 0))
  expect([run.cursor, run.moments.length]).toEqual([0, 0])
})

test('in another variant a run goes on as far as its statements exist there', () => {
  const locked = compile(COUNTER, { LOCK: '' })
  const free = compile(COUNTER)
  const run = stepped(startRun(locked), 0, 0, 0)
  const carried = carryRun(free, run)
  expect(carried.run.moments).toHaveLength(0)
  expect(carried.diverged).toMatchObject({ at: 0 })

  const same = carryRun(compile(COUNTER), stepped(startRun(free), 0, 1))
  expect(same.diverged).toBeNull()
  expect(same.run.cursor).toBe(2)
})

test('in a variant with more processes, or other values of defines, a run is the same one', () => {
  const text = `byte n;
inline add(by) { n = n + by }
active [COUNT] proctype adder() { add(1); n < COUNT + 5 -> add(2) }
active proctype reader() { n > 0 -> add(3) }
`
  const one = compile(text, { COUNT: '1' })
  const two = compile(text, { COUNT: '2' })
  const carried = carryRun(two, stepped(startRun(one), 0, 1, 0, 1, 0))
  expect(carried.diverged).toBeNull()
  expect(carried.run.moments.map((moment) => moment.step.process)).toEqual([
    'adder:0',
    'reader',
    'adder:0',
    'reader',
    'adder:0',
  ])
  const back = carryRun(one, stepped(startRun(two), 0, 1))
  expect(back.diverged).toMatchObject({ at: 1, reason: expect.stringContaining('adder:1') })
})

test('a statement of an inline is found again in the call that it was made by', () => {
  const text = `byte n;
inline add() { n++ }
active proctype p() {
#ifdef SECOND
  if :: true -> add() :: add() fi
#else
  add()
#endif
}
`
  const run = stepped(startRun(compile(text)), 0)
  expect(carryRun(compile(text, { SECOND: '' }), run).diverged).toMatchObject({ at: 0 })
})

test('a schedule has been told in full once something failed', () => {
  const program = compile('byte n;\nactive proctype p() { n = 1; assert(n == 2) }')
  const { run, diverged } = tell(program, { name: 'over-long', trace: [0, 0, 9] })
  expect(diverged).toBeNull()
  expect(run.moments).toHaveLength(2)
})

test('steps are found again by statement, not by index', () => {
  const model = (first: string) => `byte n;\nactive proctype p() {\n\tif\n${first}\n\t:: n = 2\n\tfi\n}\n`
  const two = compile(model('\t:: n = 1'))
  const one = compile(model('\t:: false -> skip'))
  const run = takeStep(startRun(two), 1)
  expect(globalText(run, 'n')).toBe('2')
  const carried = carryRun(one, run)
  expect(carried.diverged).toBeNull()
  expect(carried.run.moments[0]?.step.index).toBe(0)
  expect(globalText(carried.run, 'n')).toBe('2')
})

test('a failed assertion is an open state that failed; play stops there', () => {
  const program = compile('byte n;\nactive proctype p() { n = 1; assert(n == 2); n = 3 }')
  const run = stepped(startRun(program), 0, 0)
  expect(standing(run)).toMatchObject({ kind: 'open', failed: [{ kind: 'assertion' }] })
  expect(canGoOn(run)).toBe(false)
  expect(canGoOn(goTo(run, 1))).toBe(true)
})

test('a state where nothing can move is over or stuck', () => {
  const over = stepped(startRun(compile('active proctype p() { skip }')), 0, 0)
  expect(standing(over)).toEqual({ kind: 'over' })
  const stuck = stepped(startRun(compile('byte n;\nactive proctype p() { skip; n == 1 }')), 0)
  expect(standing(stuck)).toMatchObject({ kind: 'stuck', error: { kind: 'invalid-end-state', pid: 0 } })
})

test('forward means along the run, else the only step, else the process chosen last', () => {
  const run = startRun(compile(COUNTER))
  expect(chooseForward(run, null)).toMatchObject({
    kind: 'nothing',
    words: expect.stringContaining('P0, P1'),
  })
  expect(chooseForward(run, 1)).toMatchObject({ kind: 'take' })
  const back = goTo(stepped(run, 0), 0)
  expect(chooseForward(back, 1)).toEqual({ kind: 'go', cursor: 1 })
  const one = startRun(compile('active proctype p() { skip }'))
  expect(chooseForward(one, null)).toEqual({ kind: 'take', index: 0 })
})

test('a process with several steps asks, one without any is blocked', () => {
  const run = startRun(
    compile('byte n;\nactive proctype p() { if :: n = 1 :: n = 2 fi }\nactive proctype q() { n == 3 }'),
  )
  expect(chooseProcess(run, 0)).toEqual({ kind: 'pick', pid: 0 })
  expect(chooseProcess(run, 1)).toEqual({ kind: 'blocked', pid: 1 })
  expect(chooseForward(run, null)).toEqual({ kind: 'pick', pid: 0 })
})

test('why a process is blocked is told with the values that decide it', () => {
  const program = compile(
    'byte n = 4;\nbool q[2];\nactive proctype p() { byte t = 7; (n == 0 && q[_pid] && t == 0) -> skip }',
  )
  const run = startRun(program)
  const reason = blockedReason(program, currentState(run), 0)
  invariant(reason, 'p is blocked')
  expect(blockedWords(reason, currentView(run), 0)).toContain('(n is 4, q[0] is false, t is 7)')
})

test('a process inside an inline is marked where it stands and where it called', () => {
  const run = startRun(compile(COUNTER, { LOCK: '' }))
  const markers = sourceMarkers(currentView(run)).map(({ line, pid, called }) => ({ line, pid, called }))
  expect(markers).toContainEqual({ line: 3, pid: 0, called: false })
  expect(markers).toContainEqual({ line: 7, pid: 0, called: true })
  expect(markers).toContainEqual({ line: 3, pid: 1, called: false })
})

test('lines that the variant leaves out are not lines of statements', () => {
  const lines = statementLines(compile(COUNTER))
  expect(lines.has('m.pml:10')).toBe(true)
  expect(lines.has('m.pml:12')).toBe(false)
  expect(statementLines(compile(COUNTER, { LOCK: '' })).has('m.pml:12')).toBe(true)
})

test('many random steps stay quick enough for a frame each', () => {
  let run = startRun(compile('byte n;\nactive [3] proctype p() { do :: n++ od }'))
  for (let k = 0; k < 2000; k++) {
    run = takeStep(run, k % choices(run).length)
  }
  expect(run.moments).toHaveLength(2000)
  expect(globalText(run, 'n')).toBe(String(2000 % 256))
})
