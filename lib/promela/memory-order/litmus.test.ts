// Outcomes of small programs that are known of x86-TSO (Owens, Sarkar, Sewell, "A better x86 memory model: x86-TSO",
// TPHOLs 2009, and the Intel and AMD manuals' examples): what it allows we must find, what it forbids we must not.
import { describe, expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'

/** Can all processes have ended, and all stores have arrived, with this condition true? */
function canEndWith(processes: readonly string[], outcome: string, storeBuffers?: number): boolean {
  const text = `/* coherent: tso x, y, z */ /* coherent: fence mfence */
    byte x, y, z, r0, r1, r2, r3; byte scrap[4];
    inline mfence() { skip }
    active proctype judge() { _nr_pr == 1 -> assert(!(${outcome})) }
    ${processes.map((body, index) => `active proctype P${index}() { ${body} }`).join('\n')}`
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
    ...(storeBuffers === undefined ? {} : { storeBuffers }),
  })
  if (!program) throw new Error(JSON.stringify(diagnostics))
  expect(diagnostics).toEqual([])
  const search = createSearch(program)
  while (!search.step(100_000).done);
  const verdict = search.verdict()
  if (verdict?.kind === 'violated') expect(verdict.error).toBe('assertion')
  else expect(verdict?.kind).toBe('holds')
  return verdict?.kind === 'violated'
}

type Litmus = readonly [
  name: string,
  processes: readonly string[],
  outcome: string,
  tso: boolean,
  sc: boolean,
]

const tests: readonly Litmus[] = [
  ['SB', ['x = 1; r0 = y', 'y = 1; r1 = x'], 'r0 == 0 && r1 == 0', true, false],
  [
    'SB with fences',
    ['x = 1; mfence(); r0 = y', 'y = 1; mfence(); r1 = x'],
    'r0 == 0 && r1 == 0',
    false,
    false,
  ],
  ['SB with one fence', ['x = 1; mfence(); r0 = y', 'y = 1; r1 = x'], 'r0 == 0 && r1 == 0', true, false],
  [
    'SB with xchg (iwp2.8.a)',
    ['atomic { scrap[0] = x; x = 1 }; r0 = y', 'd_step { scrap[1] = y; y = 1 }; r1 = x'],
    'r0 == 0 && r1 == 0',
    false,
    false,
  ],
  [
    'SB with a locked increment of something else',
    ['x = 1; atomic { z++ }; r0 = y', 'y = 1; atomic { z++ }; r1 = x'],
    'r0 == 0 && r1 == 0',
    false,
    false,
  ],
  ['SB with plain increments', ['x++; r0 = y', 'y++; r1 = x'], 'r0 == 0 && r1 == 0', true, false],
  ['MP', ['x = 1; y = 1', 'r0 = y; r1 = x'], 'r0 == 1 && r1 == 0', false, false],
  ['LB', ['r0 = x; y = 1', 'r1 = y; x = 1'], 'r0 == 1 && r1 == 1', false, false],
  ['2+2W', ['x = 1; y = 2', 'y = 1; x = 2'], 'x == 1 && y == 1', false, false],
  ['R', ['x = 1; y = 1', 'y = 2; r0 = x'], 'y == 2 && r0 == 0', true, false],
  ['R with a fence', ['x = 1; y = 1', 'y = 2; mfence(); r0 = x'], 'y == 2 && r0 == 0', false, false],
  ['S', ['x = 2; y = 1', 'r0 = y; x = 1'], 'r0 == 1 && x == 2', false, false],
  ['n6', ['x = 1; r0 = x; r1 = y', 'y = 2; x = 2'], 'r0 == 1 && r1 == 0 && x == 1', true, false],
  ['n5', ['x = 1; r0 = x', 'x = 2; r1 = x'], 'r0 == 2 && r1 == 1', false, false],
  ['n4b', ['r0 = x; x = 1', 'r1 = x; x = 2'], 'r0 == 2 && r1 == 1', false, false],
  [
    'iwp2.4',
    ['x = 1; r0 = x; r1 = y', 'y = 1; r2 = y; r3 = x'],
    'r0 == 1 && r1 == 0 && r2 == 1 && r3 == 0',
    true,
    false,
  ],
  ['own stores are seen', ['x = 1; x = 2; r0 = x', 'skip'], 'r0 != 2', false, false],
  ['WRC', ['x = 1', 'r0 = x; y = 1', 'r1 = y; r2 = x'], 'r0 == 1 && r1 == 1 && r2 == 0', false, false],
  ['RWC', ['x = 1', 'r0 = x; r1 = y', 'y = 1; r2 = x'], 'r0 == 1 && r1 == 0 && r2 == 0', true, false],
  [
    'IRIW',
    ['x = 1', 'y = 1', 'r0 = x; r1 = y', 'r2 = y; r3 = x'],
    'r0 == 1 && r1 == 0 && r2 == 1 && r3 == 0',
    false,
    false,
  ],
  [
    'iwp2.8.b, lock then load',
    ['atomic { scrap[0] = x; x = 1 }; y = 1', 'r0 = y; r1 = x'],
    'r0 == 1 && r1 == 0',
    false,
    false,
  ],
]

describe('outcomes of x86-TSO', () => {
  it.each(tests)('%s', (_, processes, outcome, tso, sc) => {
    expect(canEndWith(processes, outcome)).toBe(sc)
    for (const entries of [1, 2, 3])
      expect(canEndWith(processes, outcome, entries), `${entries} entries`).toBe(tso)
  })
})
