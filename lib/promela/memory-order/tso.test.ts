import { describe, expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { applyStep, blockedReason, enabledSteps, initialState } from '#lib/promela/machine/step.ts'
import { createPropertySearch } from '#lib/promela/search/check-property.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import { cpuTable } from '#lib/promela/trace/cpu-table.ts'
import { traceSteps } from '#lib/promela/trace/trace-steps.ts'

function check(text: string, storeBuffers?: number, defines: Readonly<Record<string, string>> = {}) {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines,
    ...(storeBuffers === undefined ? {} : { storeBuffers }),
  })
  if (!program) return { kind: 'rejected' as const, diagnostics }
  const search = createSearch(program)
  while (!search.step(100_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return { kind: verdict.kind, program, verdict, diagnostics }
}

function sample(name: string): string {
  const found = readSamples().find((item) => item.name === name)
  if (!found) throw new Error(`no sample ${name}`)
  return found.text
}

describe('the fast path of futex_wake', () => {
  const text = sample('futex-fast-path')
  const table: readonly (readonly [
    defines: Record<string, string>,
    buffers: number | undefined,
    verdict: string,
  ])[] = [
    [{}, undefined, 'holds'],
    [{ NO_MB: '' }, undefined, 'holds'],
    [{}, 1, 'holds'],
    [{}, 2, 'holds'],
    [{ NO_MB: '' }, 1, 'violated'],
    [{ NO_MB: '' }, 2, 'violated'],
    [{ NO_MB: '', NW: '1' }, 2, 'violated'],
  ]
  it.each(table)('%j with buffers of %s: %s', (defines, buffers, verdict) => {
    expect(check(text, buffers, defines).kind).toBe(verdict)
  })

  it('the lost wake-up shows the store that arrives too late', () => {
    const found = check(text, 2, { NO_MB: '', NW: '1' })
    if (found.kind !== 'violated' || found.verdict.kind !== 'violated') throw new Error('it is violated')
    const { steps } = traceSteps(found.program, found.verdict.trace)
    const words = steps.map(({ transition }) => transition.expanded)
    const late = words.indexOf('store buffer of waker drains: uval = 1')
    expect(words.indexOf('uval == 0')).toBeLessThan(late)
    expect(words.indexOf('uval = 1')).toBeLessThan(words.indexOf('waiters == 0'))
    expect(steps[late]?.changes).toContainEqual({ name: 'uval', owner: null, from: '0', to: '1' })
    expect(steps[words.indexOf('uval = 1')]?.changes).toContainEqual({
      name: 'buffered_variable[0]',
      owner: 2,
      from: '0',
      to: 'uval',
    })
    expect(cpuTable(found.program, found.verdict.trace).join('\n')).toContain('drains: uval = 1')
  })
})

it('a process waits for what the author wrote, not for its buffer', () => {
  const text = 'byte x; /* coherent: tso x */ active proctype P() { x = 1; x == 2 }'
  const found = check(text, 2)
  if (found.kind !== 'violated' || found.verdict.kind !== 'violated') throw new Error('it is stuck')
  let state = initialState(found.program)
  for (const index of found.verdict.trace) {
    const step = enabledSteps(found.program, state)[index]
    if (!step) throw new Error('a trace can be followed')
    state = applyStep(found.program, state, step).state
  }
  expect(blockedReason(found.program, state, 0)?.text).toBe('waits for x == 2')
})

describe('algorithms', () => {
  const peterson = (fence: string) => `byte flag[2]; byte turn, inside; /* coherent: tso flag, turn */
    /* coherent: fence mb */
    inline mb() { skip }
    active [2] proctype P() {
      end: do
      :: flag[_pid] = 1; turn = 1 - _pid; ${fence}
         (flag[1 - _pid] == 0 || turn == _pid);
         inside++; assert(inside == 1); inside--;
         flag[_pid] = 0
      od }`

  it("Peterson's needs a barrier between its stores and its loads", () => {
    expect(check(peterson('')).kind).toBe('holds')
    for (const entries of [1, 2, 4]) {
      expect(check(peterson(''), entries).kind, `${entries}`).toBe('violated')
      expect(check(peterson('mb();'), entries).kind, `${entries}`).toBe('holds')
    }
  })

  it('a spin lock that is released by a plain store needs none', () => {
    const lock = (take: string) => `byte lock, shared, inside; /* coherent: tso lock, shared */
      active [2] proctype P() {
        end: do
        :: ${take}; inside++; assert(inside == 1); shared++; assert(shared <= 2);
           shared--; inside--; lock = 0
        od }`
    expect(check(lock('atomic { lock == 0 -> lock = 1 }'), 2).kind).toBe('holds')
    expect(check(lock('lock == 0; lock = 1'), 2).kind).toBe('violated')
  })
})

it('fixme: a store may stay in its buffer for ever, so what must happen in the end can be called violated', () => {
  const text = `byte x; /* coherent: tso x */
    active proctype P() { x = 1; do :: skip od }
    ltl arrives { <> (x == 1) }`
  const verdicts = [undefined, 2].map((storeBuffers) => {
    const { program } = compileModel({
      files: new Map([['m.pml', text]]),
      main: 'm.pml',
      defines: {},
      ...(storeBuffers === undefined ? {} : { storeBuffers }),
    })
    const search = program && createPropertySearch(program, { kind: 'ltl', name: 'arrives', fair: true })
    if (!search?.ok) throw new Error('the model has the claim')
    while (!search.value.step(100_000).done);
    return search.value.verdict()?.kind
  })
  expect(verdicts).toEqual(['holds', 'violated'])
})

describe('what the author is told', () => {
  const table: readonly (readonly [
    what: string,
    text: string,
    code: string,
    line: number,
    column: number,
  ])[] = [
    ['nothing is annotated', 'byte x; active proctype P() { x = 1 }', 'unknown-name', 1, 1],
    [
      'an unknown variable',
      'byte x;\n/* coherent: tso x, y */\nactive proctype P() { x = 1 }',
      'unknown-name',
      2,
      21,
    ],
    [
      'an unknown fence',
      'byte x; /* coherent: tso x */ /* coherent: fence mb */ active proctype P() { x = 1 }',
      'unknown-name',
      1,
      50,
    ],
    ['an unknown word', 'byte x; /* coherent: arm x */ active proctype P() { x = 1 }', 'syntax', 1, 11],
    ['no names', 'byte x; /* coherent: tso */ active proctype P() { x = 1 }', 'syntax', 1, 11],
    [
      'a channel',
      'chan c = [1] of { byte }; /* coherent: tso c */ active proctype P() { c!1 }',
      'not-supported',
      1,
      44,
    ],
    [
      'too many cells',
      'byte a[100]; /* coherent: tso a */ active proctype P() { a[0] = 1 }',
      'not-supported',
      1,
      31,
    ],
    [
      'an escape',
      'byte x; /* coherent: tso x */ active proctype P() { { x = 1 } unless { x } }',
      'not-supported',
      1,
      72,
    ],
  ]
  it.each(table)('%s', (_, text, code, line, column) => {
    const found = check(text, 2)
    expect(found.kind).toBe('rejected')
    expect(found.diagnostics[0]).toMatchObject({ code, line, column, severity: 'error' })
    expect(check(text).kind).not.toBe('rejected')
  })

  it('what looks like an annotation in a string or a line comment is none', () => {
    const text =
      'byte x; /* coherent: tso x */ // /* coherent: tso y */\nactive proctype P() { printf("/* coherent: tso z */"); x = 1 }'
    expect(check(text, 2)).toMatchObject({ kind: 'holds', diagnostics: [] })
  })

  it('of an atomic that can wait inside: it is entered with an empty buffer', () => {
    const text = `byte x, y; /* coherent: tso x, y */
      active proctype P() { x = 1; atomic { skip; y == 1 -> skip } }
      active proctype Q() { x == 1; y = 1 }`
    expect(check(text, 2)).toMatchObject({
      kind: 'holds',
      diagnostics: [{ code: 'not-supported', severity: 'warning', line: 2 }],
    })
  })
})

describe('what stays as it is', () => {
  it('a process that stores nothing has no buffer; without the option nobody has one', () => {
    const text =
      'byte x; /* coherent: tso x */ active proctype P() { x = 1 } active proctype Q() { byte r; r = x }'
    const plain = check(text)
    const buffered = check(text, 2)
    if (plain.kind !== 'holds' || buffered.kind !== 'holds') throw new Error('both hold')
    expect(plain.program.proctypes.map(({ cells }) => cells.length)).toEqual([0, 1])
    expect(buffered.program.proctypes.map(({ cells }) => cells.length)).toEqual([4, 1])
  })

  it.each(readSamples().filter(({ name }) => name !== 'futex-fast-path'))(
    '$name has no annotation',
    ({ text }) => {
      expect(check(text, 2).kind).toBe('rejected')
    },
  )
})

describe('stores', () => {
  const outcome = (
    body: string,
    text = 'byte x, y; short s; bool b; byte a[3]; mtype = { red, green }; mtype m;',
  ) => check(`${text} /* coherent: tso x, y, s, b, a, m */ active proctype P() { ${body} }`, 2)

  it('are cut to the type of their variable before the process sees them itself', () => {
    expect(
      outcome('x = 300; assert(x == 44); s = 40000; assert(s == -25536); b = 2; assert(b == 0)').kind,
    ).toBe('holds')
  })

  it('of array elements are seen by index, also one that is computed', () => {
    expect(
      outcome('byte i = 2; a[i] = 7; assert(a[2] == 7 && a[1] == 0); a[i - 1] = a[i] + 1; assert(a[1] == 8)')
        .kind,
    ).toBe('holds')
  })

  it('out of bounds complain, and a load out of bounds never meets a store to something else', () => {
    expect(outcome('byte i = 3; a[i] = 7')).toMatchObject({
      kind: 'violated',
      verdict: { error: 'array-bounds' },
    })
    expect(outcome('byte i = 3; m = red; x = a[i]')).toMatchObject({
      kind: 'violated',
      verdict: { error: 'array-bounds' },
    })
  })

  it('do not make else possible when the buffer is full', () => {
    expect(outcome('x = 1; y = 1; if :: x = 2 :: else -> assert(false) fi').kind).toBe('holds')
  })

  it('of a d_step are in memory when it is over', () => {
    const text = `byte x, y, z; /* coherent: tso x, y, z */
      active proctype P() { z = 2; d_step { x = 1; if :: x == 1 -> y = 1 :: else fi }; z == 9 }
      active proctype Q() { end: x == 1; assert(y == 1) }
      active proctype R() { end: y == 1; assert(false) }`
    expect(check(text.replace('assert(false)', 'assert(x == 1)'), 2)).toMatchObject({
      kind: 'violated',
      verdict: { error: 'invalid-end-state' },
    })
    expect(check(text, 2)).toMatchObject({ kind: 'violated', verdict: { error: 'assertion' } })
  })

  it('more than the buffer holds drain inside an atomic, which stays one', () => {
    const text = `byte x, y; bool inside; /* coherent: tso x, y */
      active proctype P() { atomic { inside = true; x = 1; y = 1; x = 2; y = 2; inside = false } }
      active proctype Q() { do :: assert(!inside); break od }`
    expect(check(text, 1).kind).toBe('holds')
  })

  it('before a send, a run, the end of the process and a receive have arrived', () => {
    const send = `byte x; chan c = [1] of { bit }; /* coherent: tso x */
      active proctype P() { x = 1; c!1 } active proctype Q() { c?1; assert(x == 1) }`
    const meet = send.replace('[1]', '[0]')
    const start =
      'byte x; /* coherent: tso x */ proctype Q() { assert(x == 1) } init { atomic { x = 1; run Q() } }'
    const end =
      'byte x; /* coherent: tso x */ active proctype Q() { _nr_pr == 1 -> assert(x == 1) } active proctype P() { x = 1 }'
    for (const text of [send, meet, start, end]) {
      expect(check(text, 2), text).toMatchObject({ kind: 'holds', diagnostics: [] })
    }
    expect(
      check(send.replace('c!1 }', 'skip; y = 1 }').replace('byte x', 'byte x, y').replace('c?1', 'y'), 2)
        .kind,
    ).toBe('violated')
  })

  it('wait beside an else: it fires when the lock is taken, not because a store is on its way', () => {
    const text = `byte x, lock; /* coherent: tso x, lock */
      active proctype P() { x = 1; if :: atomic { lock == 0 -> lock = 1 } :: else -> assert(false) fi; assert(lock) }`
    expect(check(text, 2).kind).toBe('holds')
  })

  it('a process that waits before a label is at the label', () => {
    const text = `byte x, y; chan c = [0] of { bit }; /* coherent: tso x */
      active proctype P() { x = 1; y = 1; here: if :: c!1 :: c!0 fi; gone: y = 2 }
      active proctype Q() { bit b; y == 1; assert(P@here); c?b }`
    expect(check(text, 2)).toMatchObject({ kind: 'holds', diagnostics: [] })
  })
})
