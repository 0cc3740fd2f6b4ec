import { describe, expect, it } from 'vitest'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import type { Fault } from '#lib/promela/machine/verdict.ts'
import { createSearch, type SearchOptions } from '#lib/promela/search/search.ts'
import { findAloneRules } from './alone-rules.ts'
import { disturbedCases } from './disturbed.cases.ts'

function programOf(text: string): Program {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
  })
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return program
}

function search(text: string, options: SearchOptions = {}) {
  const faults = new Set<string>()
  const onFault = ({ message, span, pid }: Fault): void => {
    faults.add(`${message} at ${span.line}:${span.column} of ${pid}`)
  }
  const found = createSearch(programOf(text), { ...options, allErrors: true, onFault })
  while (!found.step(1_000_000).done);
  const verdict = found.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return { kind: verdict.kind, states: verdict.counts.states, faults: [...faults].sort() }
}

const por = { reduce: { por: true } } as const

/** How many states there are, with and without. */
function states(text: string): readonly [full: number, reduced: number] {
  return [search(text).states, search(text, por).states]
}

describe('nobody goes alone past a disturbance', () => {
  it.each(disturbedCases.map((item) => [item.rule, item] as const))('%s', (_, { model, lossy = false }) => {
    const full = search(model, { lossy })
    expect(full.kind).toBe('violated')
    expect(search(model, { ...por, lossy }).faults).toEqual(full.faults)
    expect(search(model, { ...por, lossy, order: 'dfs' }).faults).toEqual(full.faults)
    const both = { lossy, reduce: { dead: true, por: true } }
    expect(search(model, both).faults).toEqual(full.faults)
  })
})

describe('where nothing disturbs, one order is enough', () => {
  it('local steps of processes follow each other', () => {
    const [full, reduced] = states('active [3] proctype P() { byte l; l = 1; l = 2; l = 3 }')
    expect(full).toBe(85)
    // The start; of each process the state after its steps, which are one, and the one without it.
    expect(reduced).toBe(7)
  })

  it('a cell by _pid, or by a parameter, is one process’s own', () => {
    const own = 'byte f[3]; active [3] proctype P() { f[_pid] = 1; f[_pid] = 2; f[_pid] = 3 }'
    expect(states(own)[1]).toBe(13)
    const given =
      'byte f[3]; proctype P(byte id) { f[id] = 1; f[id] = 2 } init { atomic { run P(0); run P(1); run P(2) } }'
    const [full, reduced] = states(given)
    expect([full, reduced]).toEqual([42, 12])
  })

  it('a channel with one sender and one receiver needs no xr and xs', () => {
    const text = `chan q[3] = [4] of { byte };
      proctype P(chan inp, outp) { byte l; outp!1; outp!2; inp?l; inp?l }
      init { atomic { run P(q[0], q[1]); run P(q[1], q[2]); run P(q[2], q[0]) } }`
    const [full, reduced] = states(text)
    expect([full, reduced]).toEqual([98, 18])
  })

  it('what a process has done for the last time disturbs nobody any more', () => {
    const [full, reduced] = states(
      'byte x; active proctype P() { x++; end: false } active proctype Q() { byte l; x++; l = 1; x++; l = 2; end: false }',
    )
    expect(reduced).toBeLessThan(full)
  })

  it('what is never stored to is no place to meet', () => {
    const [, reduced] = states('byte n = 2; active [2] proctype P() { byte l; l = n; l = n + 1 }')
    expect(reduced).toBe(5)
  })
})

describe('rules', () => {
  const rulesOf = (text: string) => findAloneRules(programOf(text), false)

  it('there are none where every step is seen by all', () => {
    expect(rulesOf('active proctype P() priority 3 { skip }')).toBeNull()
    expect(rulesOf('active proctype P() { enabled(0) }')).toBeNull()
  })

  it('nor at a rendezvous, at timeout, in a d_step', () => {
    const at = (text: string) => {
      const program = programOf(text)
      const [first] = program.proctypes
      return findAloneRules(program, false)?.rules[0]?.[first?.entry ?? 0]
    }
    expect(at('active proctype P() { timeout }')).toBeNull()
    expect(at('active proctype P() { skip }')).not.toBeNull()
  })

  it('a large model is left alone rather than looked at for long', () => {
    const places = Array.from({ length: 40 }, (_, index) => `a[i + ${index}] = i; i = a[i];`)
    const many = `byte a[60000]; byte i; active proctype P() { ${places.join(' ')} }`
    expect(findAloneRules(programOf(many), false)).toBeNull()
  })
})
