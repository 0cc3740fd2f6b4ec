import mermaid from 'mermaid'
import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import type { Fault } from '#lib/promela/machine/verdict.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import { traceItf } from './trace-itf.ts'
import { traceJson } from './trace-json.ts'
import { MAX_DIAGRAM_STEPS, traceMermaid } from './trace-mermaid.ts'
import { type TraceSteps, traceSteps } from './trace-steps.ts'

function violation(text: string, options: { readonly lossy?: boolean } = {}, defines = {}) {
  const { program, diagnostics } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
  if (!program) throw new Error(diagnostics[0]?.message)
  const search = createSearch(program, options)
  while (!search.step(100_000).done);
  const verdict = search.verdict()
  if (verdict?.kind !== 'violated') throw new Error(`the model is violated, not ${verdict?.kind}`)
  const steps = traceSteps(program, verdict.trace, options)
  const fault: Fault = { kind: verdict.error, message: verdict.message, span: verdict.span, pid: verdict.pid }
  return { steps, end: steps.steps.some(({ faults }) => faults.length > 0) ? null : fault }
}

const race = `byte x; bool done[2];
typedef pair { byte left; short right[2] };
mtype = { idle, busy };
mtype mode = idle;
pair p;
inline set(v) { x = v }
active proctype writer() { set(2); mode = busy; p.right[1] = 0 - 4; done[1] = true; assert(x == 3) }`

const handshake = `chan c = [0] of { byte, byte }; chan q = [2] of { byte };
active proctype sender() { q!7; c!3,4; skip }
active proctype receiver() { byte got; c?got,_; assert(got == 9) }`

const stuck = `byte x; active proctype waits() { x = 1; x == 2 }`

const counting = (last: number): string =>
  `int n; active proctype P() { do :: n < ${last} -> n++ :: n == ${last} -> assert(false) od }`

// --- Steps --------------------------------------------------------------------------------------------------

it('each step knows what it changed, by full names, and whose it was', () => {
  const { steps } = violation(race).steps
  expect(steps.map(({ changes }) => changes)).toEqual([
    [{ name: 'x', owner: null, from: '0', to: '2' }],
    [{ name: 'mode', owner: null, from: 'idle', to: 'busy' }],
    [{ name: 'p.right[1]', owner: null, from: '0', to: '-4' }],
    [{ name: 'done[1]', owner: null, from: 'false', to: 'true' }],
    [],
  ])
  expect(steps.at(-1)?.faults).toMatchObject([{ kind: 'assertion' }])
})

it('a trace of a search that loses messages is repeated with messages lost', () => {
  const text = 'chan c = [1] of { byte }; active proctype P() { byte v; c!1; c!2; c?v; assert(v == 2) }'
  const { steps } = violation(text, { lossy: true }).steps
  expect(steps.map(({ transition }) => transition.text)).toEqual(['c!1', 'c!2', 'c?v', 'assert(v == 2)'])
})

it('a process that blocks inside its atomic lets the others go on in the trace too', () => {
  const text = `byte x; active proctype A() { atomic { x = 1; x == 2; assert(false) } }
    active proctype B() { x == 1; x = 2 }`
  const { steps } = violation(text).steps
  expect(steps.map(({ pid, transition }) => `${pid} ${transition.text}`)).toEqual([
    '0 x = 1',
    '1 x == 1',
    '1 x = 2',
    '0 x == 2',
    '0 assert(false)',
  ])
})

// --- JSON ---------------------------------------------------------------------------------------------------

it('JSON names process, statement, place, the way through inlines, and the changes of each step', () => {
  const { steps, end } = violation(race)
  const json = traceJson(steps, end)
  expect(json.start).toMatchObject({ x: '0', mode: 'idle', 'p.right[1]': '0', 'done[0]': 'false' })
  expect(json.steps[0]).toEqual({
    step: 1,
    pid: 0,
    process: 'writer',
    statement: 'x = 2',
    file: 'm.pml',
    line: 6,
    column: 17,
    through: 'in set, called at line 7',
    changes: [{ name: 'x', from: '0', to: '2' }],
  })
  expect(json.steps.at(-1)?.faults).toMatchObject([{ kind: 'assertion', pid: 0, file: 'm.pml', line: 7 }])
  expect(json).not.toHaveProperty('end')
  expect(JSON.parse(JSON.stringify(json))).toEqual(json)
})

it('JSON has the receiver of a rendezvous, and the owner of a local', () => {
  const { steps, end } = violation(handshake)
  const rendezvous = traceJson(steps, end).steps.find(({ receiver }) => receiver)
  expect(rendezvous).toMatchObject({
    process: 'sender',
    statement: 'c!3,4',
    receiver: { process: 'receiver', statement: 'c?got,_' },
    changes: [{ name: 'got', process: 'receiver', from: '0', to: '3' }],
  })
})

it('JSON says what is wrong with the last state when no step failed', () => {
  const { steps, end } = violation(stuck)
  expect(traceJson(steps, end).end).toMatchObject({ kind: 'invalid-end-state', pid: 0, line: 1 })
})

// --- ITF ----------------------------------------------------------------------------------------------------

it('ITF has one state more than steps, and each has all variables', () => {
  const { steps } = violation(race)
  const itf = traceItf(steps, 'm.pml')
  expect(itf['#meta']).toMatchObject({ format: 'ITF', source: 'm.pml' })
  expect(itf.states).toHaveLength(steps.steps.length + 1)
  expect(itf.vars).toEqual(['x', 'done', 'mode', 'p', '_processes', '_channels', '_step'])
  for (const [index, state] of itf.states.entries()) {
    expect(Object.keys(state).sort()).toEqual(['#meta', ...itf.vars].sort())
    expect(state['#meta']).toEqual({ index })
  }
})

it('ITF values keep their kind: numbers, booleans, names, lists and records', () => {
  const { steps } = violation(race)
  expect(traceItf(steps, 'm.pml').states.at(-1)).toMatchObject({
    x: 2,
    mode: 'busy',
    done: [false, true],
    p: { left: 0, right: [0, -4] },
    _step: { process: 'writer', statement: 'assert(x == 3)' },
  })
})

it('ITF keeps messages and locals in maps, which have one type in all states', () => {
  const { steps } = violation(handshake)
  const states = traceItf(steps, 'm.pml').states
  expect(states.map((state) => state._channels)).toContainEqual({
    '#map': [
      ['c', []],
      ['q', [['7']]],
    ],
  })
  expect(states.at(-1)?._processes).toMatchObject({
    '#map': [
      [0, { name: 'sender' }],
      [1, { name: 'receiver', locals: { '#map': [['got', '3']] } }],
    ],
  })
})

it('a global that has the name of one of the three keeps it', () => {
  const { steps } = violation('byte _step = 5; active proctype P() { assert(_step == 6) }')
  const itf = traceItf(steps, 'm.pml')
  expect(itf.vars).toEqual(['_step', '_processes', '_channels', '__step'])
  expect(itf.states[0]).toMatchObject({ _step: 5, __step: { process: '', statement: '' } })
})

// --- Mermaid ------------------------------------------------------------------------------------------------

const drawn = ({ steps, end }: { steps: TraceSteps; end: Fault | null }): string => traceMermaid(steps, end)

it('a diagram has an arrow for each step, and a note for what all can see', () => {
  expect(drawn(violation(stuck))).toBe(
    `sequenceDiagram
  participant p0_waits as waits
  p0_waits->>p0_waits: x = 1
  Note over p0_waits: x = 1
  Note over p0_waits: invalid end state: waits:0 can never go on
`,
  )
})

it('a rendezvous is an arrow from sender to receiver, a buffered message a note', () => {
  const lines = drawn(violation(handshake)).split('\n')
  expect(lines).toContain('  p0_sender->>p1_receiver: c!3,4 → c?got,_')
  expect(lines).toContain('  Note over p0_sender,p1_receiver: q = [7]')
})

it('a long trace loses its middle, with a note that says how much', () => {
  const short = drawn(violation(counting(39)))
  expect(short).not.toContain('left out')
  expect(short.match(/->>/g)).toHaveLength(MAX_DIAGRAM_STEPS)
  const long = drawn(violation(counting(200)))
  expect(long.match(/->>/g)).toHaveLength(MAX_DIAGRAM_STEPS)
  // 200 times two steps, and two more for the assertion.
  expect(long).toContain(`… ${402 - MAX_DIAGRAM_STEPS} steps are left out here …`)
  expect(long).toContain('n = 200')
})

it('mermaid reads the diagrams of all violated samples, and of signs that mean something to it', async () => {
  const diagrams = readSamples().flatMap(({ text, variants }) =>
    variants
      .filter(({ verdict }) => verdict === 'violated')
      .map(({ defines }) => drawn(violation(text, {}, defines))),
  )
  const odd = `byte x; active proctype end_() { if :: x < 1 && 3 % 2 > 0 -> x = 1 fi; printf("#;%%{init: {}}%%"); assert(x < 1) }`
  expect(diagrams.length).toBeGreaterThan(8)
  for (const diagram of [...diagrams, drawn(violation(odd)), drawn(violation(handshake))]) {
    expect(await mermaid.parse(diagram), diagram).toMatchObject({ diagramType: 'sequence' })
  }
})
