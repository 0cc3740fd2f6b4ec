import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { replay } from '#lib/promela/trace/trail.ts'
import { computeReduction } from './compute.ts'
import { findDeadCells } from './dead-cells.ts'

function programOf(text: string) {
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
  if (!program) throw new Error('a model of a test compiles')
  return program
}

/** For each control state, by the text of what stands there: the names of the first proctype's dead locals. */
function deadAt(text: string): Record<string, string> {
  const program = programOf(text)
  const [proctype] = program.proctypes
  const names = new Map(
    proctype?.variables.flatMap(({ name, offset, length }) =>
      Array.from({ length: length ?? 1 }, (_, index) => [
        offset + index,
        length === null ? name : `${name}[${index}]`,
      ]),
    ),
  )
  const dead = findDeadCells(program)[0] ?? []
  return Object.fromEntries(
    (proctype?.states ?? []).map(({ place }, state) => [
      place.text,
      (dead[state] ?? []).map((cell) => names.get(cell)).join(' '),
    ]),
  )
}

function check(text: string, dead: boolean) {
  const program = programOf(text)
  const search = createSearch(program, { allErrors: true, reduce: { dead } })
  while (!search.step(1_000_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return { program, verdict }
}

it('a local lives from where it is set to where it is read last', () => {
  expect(deadAt('byte g; active proctype P() { byte a, b; a = g; b = a; g = b }')).toEqual({
    'a = g': 'a b',
    'b = a': 'b',
    'g = b': 'a',
    '-end-': 'a b',
  })
})

it('a test that is not taken reads, too', () => {
  const dead = deadAt(
    'byte g; active proctype P() { byte a; a = g; if :: a > 1 -> g = 1 :: g > 3 fi; a = 0; g = a }',
  )
  expect(Object.entries(dead).find(([text]) => text.startsWith('if'))?.[1]).toBe('')
  expect(dead['g = 1']).toBe('a')
})

it('what an escape reads lives in every state that it guards', () => {
  const dead = deadAt(
    'byte g; active proctype P() { byte a; a = g; { g = 1; g = 2 } unless { a == 3 -> g = 3 } }',
  )
  expect(dead['g = 2']).toBe('')
  expect(dead['g = 3']).toBe('a')
})

it('a store to an element ends its life only where the index is a number', () => {
  const dead = deadAt(
    'byte g; active proctype P() { byte a[2], i; i = g; g = 1; a[i] = 0; g = a[0]; a[1] = 3; g = a[1] }',
  )
  expect(dead['g = 1']).toBe('a[1]')
  expect(dead['a[i] = 0']).toBe('a[1]')
  expect(dead['g = a[0]']).toBe('a[1] i')
  expect(dead['g = a[1]']).toBe('a[0] i')
})

it('a receive sets what it stores, a d_step what all its ways set', () => {
  const received = deadAt(
    'byte g; chan c = [1] of { byte, byte }; active proctype P() { byte a, b; g = 1; c?a,eval(b); g = a }',
  )
  expect(received['g = 1']).toBe('a')
  const stepped = deadAt(
    'byte g; active proctype P() { byte a, b; g = 1; d_step { a = 1; if :: g > 1 -> b = 1 :: else fi }; g = a + b }',
  )
  expect(stepped['g = 1']).toBe('a')
})

it('printing keeps a local alive only where it can fail', () => {
  expect(deadAt('active proctype P() { byte a; a = 1; printf("%d", a) }')['printf("%d", a)']).toBe('a')
  expect(deadAt('active proctype P() { byte a; a = 1; printf("%d", 1 / a) }')['printf("%d", 1 / a)']).toBe('')
})

it('what `provided` reads never dies', () => {
  expect(deadAt('byte g; active proctype P() provided (g < 2) { byte a; a = g }')['-end-']).toBe('a')
})

it('what a claim reads of a process never dies', () => {
  const text = 'byte g; active proctype P() { byte a, b; a = g; b = g; g = 1 }'
  expect(deadAt(text)['g = 1']).toBe('a b')
  expect(deadAt(`${text} ltl p { [] (P:a < 3) }`)['g = 1']).toBe('b')
  expect(deadAt(`${text} never { do :: P:b > 3 -> break :: else od }`)['g = 1']).toBe('a')
})

it('states that differ in dead locals only are one, and the counterexample is one of the model as written', () => {
  const text = `byte x; byte done;
    active [2] proctype P() { byte l; l = x; x = l + 1; done++ }
    active proctype Q() { done == 2 -> assert(x == 2) }`
  const plain = check(text, false).verdict
  const { program, verdict } = check(text, true)
  if (plain.kind !== 'violated' || verdict.kind !== 'violated') throw new Error('two increments can be one')
  expect(verdict.counts.states).toBeLessThan(plain.counts.states)
  expect(verdict).toMatchObject({ error: plain.error, message: plain.message, pid: plain.pid })
  expect(verdict.trace).toHaveLength(plain.trace.length)
  const again = replay(program, verdict.trace)
  expect(again.diverged).toBeUndefined()
  expect(again.steps.at(-1)?.errors).toMatchObject([{ kind: 'assertion', message: verdict.message }])
})

it('with hidden variables nothing is left out: their values depend on the path', () => {
  const text = 'hidden byte h; byte x; active [2] proctype P() { byte l; l = x; x = l + 1; h = l }'
  expect(computeReduction(programOf(text), { dead: true, por: true })).toMatchObject({
    dead: null,
    alone: null,
  })
  const plain = computeReduction(programOf(text.replace('hidden', '')), { dead: true, por: true })
  expect(plain.dead).not.toBeNull()
  expect(plain.alone).not.toBeNull()
})
