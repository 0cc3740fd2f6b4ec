import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { replay } from '#lib/promela/trace/trail.ts'
import { createSearch, type SearchOptions } from './search.ts'

function verdictOf(text: string, options: SearchOptions) {
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
  if (!program) throw new Error('a model of a test compiles')
  const search = createSearch(program, { order: 'dfs', ...options })
  while (!search.step(100_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  return { program, verdict }
}

/** One line of states, far deeper than the states that keep their cursors; at its end and in between it forks. */
const deep = `int n; byte x;
  active proctype P() { do :: n < 5000 -> n++ :: n % 1000 == 500 -> x = 1 - x :: n == 5000 -> break od }`

it('a state deep down is come back to with the moves that it has left', () => {
  const breadth = verdictOf(deep, { order: 'bfs', allErrors: true }).verdict.counts
  const { counts, kind } = verdictOf(deep, { allErrors: true }).verdict
  expect(kind).toBe('holds')
  expect(counts).toMatchObject({
    states: breadth.states,
    matched: breadth.matched,
    transitions: breadth.transitions,
  })
  expect(counts.depth).toBeGreaterThan(10_000)
})

it('depth is that of the longest path, and the first path that fails is the counterexample', () => {
  const { program, verdict } = verdictOf(
    `${deep} active proctype Q() { end: n == 4000 -> assert(x == 1) }`,
    {},
  )
  if (verdict.kind !== 'violated') throw new Error('x is 0 there')
  expect(verdict.trace.length).toBeGreaterThan(8_000)
  expect(replay(program, verdict.trace).steps.at(-1)?.errors[0]?.kind).toBe('assertion')
}, 60_000)

it('a path without end is unfinished at the bounds, and its own memory counts', () => {
  const endless = 'int n; active proctype P() { do :: n++ od }'
  expect(verdictOf(endless, { maxStates: 50_000 }).verdict).toMatchObject({
    kind: 'unfinished',
    bound: 'states',
    counts: { depth: 49_999 },
  })
  expect(verdictOf(endless, { maxMemoryBytes: 2 ** 21 }).verdict).toMatchObject({
    kind: 'unfinished',
    bound: 'memory',
  })
})
