import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { traceSteps } from '#lib/promela/trace/trace-steps.ts'
import { spinNumbers } from './spin-numbers.ts'
import { spinTrail } from './spin-trail.ts'

function compiled(text: string) {
  const input = { files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} }
  const { program, diagnostics } = compileModel(input)
  if (!program) throw new Error(diagnostics[0]?.message)
  return { input, program }
}

/** The number of each statement, by its words; the expected ones are from `spin -a -o1 -o2 -o3` (pan.t). */
function numbersOf(text: string): Record<string, number> {
  const { input, program } = compiled(text)
  const numbers = spinNumbers(input, program)
  return Object.fromEntries(program.transitions.map(({ id, expanded }) => [expanded, numbers[id] ?? -1]))
}

it('statements are numbered over the whole text, a process and its end after the other', () => {
  const text = 'byte x; active proctype A() { x = 1; x = 2 } active proctype B() { x = 3 }'
  const { input, program } = compiled(text)
  const numbers = spinNumbers(input, program)
  const [a, b] = program.proctypes.map(({ states }) =>
    states.flatMap(({ transitions }) => transitions.map(({ id, text: words }) => `${numbers[id]} ${words}`)),
  )
  expect(a?.sort()).toEqual(['0 x = 1', '1 x = 2', '2 -end-'])
  expect(b?.sort()).toEqual(['3 x = 3', '4 -end-'])
})

it('leading declarations have no number, later ones have', () => {
  expect(numbersOf('active proctype A() { byte l = 3; l = 4; byte m = 5; m = 6 }')).toEqual({
    'l = 4': 0,
    'byte m = 5': 1,
    'm = 6': 2,
    '-end-': 3,
  })
})

it('a selection takes two numbers after its options, a loop three', () => {
  const text = 'byte x; active proctype A() { if :: x = 1 :: x = 2 fi; do :: x = 3 :: break od; x = 4 }'
  expect(numbersOf(text)).toMatchObject({ 'x = 1': 0, 'x = 2': 1, 'x = 3': 4, break: 5, 'x = 4': 9 })
})

it('what stands before unless is numbered after what stands behind it, except in a block', () => {
  expect(numbersOf('byte x; active proctype A() { x = 1 unless { x = 2 }; x = 3 }')).toMatchObject({
    'x = 2': 0,
    'x = 1': 1,
    'x = 3': 4,
  })
  expect(numbersOf('byte x; active proctype A() { { x = 1 } unless { x = 2 }; x = 3 }')).toMatchObject({
    'x = 1': 0,
    'x = 2': 1,
    'x = 3': 4,
  })
})

it('a jump with a special label has a skip after it', () => {
  const text = 'byte x; active proctype A() { x = 1; end0: goto L; L: x = 2 }'
  expect(numbersOf(text)).toMatchObject({ 'x = 1': 0, 'x = 2': 3 })
})

it('a never claim takes numbers where it stands', () => {
  const text = 'byte x; never { do :: x > 5 -> break :: else od } active proctype A() { x = 1 }'
  expect(numbersOf(text)['x = 1']).toBe(7)
})

it('a trail is depth, pid and statement; a rendezvous is two lines', () => {
  const text = `chan c = [0] of { byte };
active proctype S() { c!1 }
active proctype R() { byte v; c?v; assert(v == 2) }`
  const { input, program } = compiled(text)
  const search = createSearch(program)
  while (!search.step(1000).done);
  const verdict = search.verdict()
  if (verdict?.kind !== 'violated') throw new Error('the model is violated')
  expect(spinTrail(traceSteps(program, verdict.trace), spinNumbers(input, program))).toBe(
    '1:0:0\n2:1:2\n3:1:3\n',
  )
})

it('the trail of a model that is wrong from the start is empty', () => {
  const { input, program } = compiled('active proctype A() { false }')
  expect(spinTrail(traceSteps(program, []), spinNumbers(input, program))).toBe('')
})
