import { expect, it } from 'vitest'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { replay } from '#lib/promela/trace/trail.ts'
import { computeReduction } from './compute.ts'

function programOf(text: string): Program {
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
  if (!program) throw new Error('a model of a test compiles')
  return program
}

function verdictOf(program: Program) {
  const search = createSearch(program, { allErrors: true, reduce: { por: true } })
  while (!search.step(1_000_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return verdict
}

/** Which statements take the next one along. */
function joinedIn(text: string): readonly string[] {
  const { program } = computeReduction(programOf(text), { por: true })
  const found = program.transitions.filter(({ keepsControl }) => keepsControl).map((item) => item.text)
  return [...new Set(found)]
}

it('a step takes along the local steps behind it, and stops before one that others can notice', () => {
  const text = 'byte x; active [2] proctype P() { byte l; x = 1; l = 1; l = 2; x = l }'
  expect(joinedIn(text)).toEqual(['x = 1', 'l = 1'])
})

it('a choice with one way on is passed, one with two is a place to stay', () => {
  const sure = 'byte x; active [2] proctype P() { byte l; l = x; if :: l > 0 -> x = 1 :: else -> x = 2 fi }'
  expect(joinedIn(sure)).toContain('l = x')
  const open = 'byte x; active [2] proctype P() { byte l; l = x; if :: l > 0 -> x = 1 :: l < 2 -> x = 2 fi }'
  expect(joinedIn(open)).not.toContain('l = x')
})

it('a loop of local steps keeps a place to stand, so it is no step without end', () => {
  expect(verdictOf(programOf('active [2] proctype P() { byte l; do :: l = 1 - l od }')).kind).toBe('holds')
  expect(verdictOf(programOf('active [2] proctype P() { byte l; A: l = 1; B: l = 0; goto A }')).kind).toBe(
    'holds',
  )
})

it('a long row of local statements has places to stand, so that no step is too long to walk', () => {
  const { kind, counts } = verdictOf(
    programOf(`active proctype P() { byte l; ${'l = 1; l = 2; '.repeat(320)} }`),
  )
  expect(kind).toBe('holds')
  expect(counts.states).toBeGreaterThan(640 / 64)
  expect(counts.states).toBeLessThan(640 / 32)
})

it('a process that blocks where it would have gone on is seen there', () => {
  const verdict = verdictOf(programOf('byte x; active [2] proctype P() { byte l; x = 1; l > 0; x = 2 }'))
  expect(verdict).toMatchObject({ kind: 'violated', error: 'invalid-end-state' })
})

it('the counterexample has the steps of the program as written', () => {
  const program = programOf(`byte x;
    active [2] proctype P() { byte l; l = x; l = l + 1; l = l + 0; x = l }
    active proctype Q() { byte l; l = 3; l = x; assert(l < 2) }`)
  const verdict = verdictOf(program)
  if (verdict.kind !== 'violated') throw new Error('x may be 2')
  const { steps, diverged } = replay(program, verdict.trace)
  expect(diverged).toBeUndefined()
  expect(steps.at(-1)?.errors[0]?.kind).toBe('assertion')
  expect(steps.map(({ step }) => step.text)).toContain('l = l + 0')
})
