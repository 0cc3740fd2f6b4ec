// Store buffers are made of ordinary cells and transitions, so every engine and every reduction must take them as they
// are. Random models with all their globals annotated: the same answer from everybody, and nothing that goes wrong with
// sequential consistency may come right, because a buffer that drains at once is one of the runs.
import { expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { createEmittedSearch } from '#lib/promela/emit/engine.ts'
import { createSearch, type Search } from '#lib/promela/search/search.ts'
import { javaScriptHost, wasmHost } from '#lib/promela/shell/instantiate.ts'
import { randomModel, seededRandom } from '#lib/promela/shell/oracle/random-model.ts'

/** RANDOM_TSO=1000 for a long run. */
const RUNS = testNumber('RANDOM_TSO', 60)
const FIRST = testNumber('RANDOM_SEED', 1)
const MAX_STATES = 20_000

function answer(search: Search) {
  while (!search.step(50_000).done);
  const verdict = search.verdict()
  if (!verdict) throw new Error('a search that is done has a verdict')
  const { bytes: _, ...counts } = verdict.counts
  return { ...verdict, counts }
}

it(`${RUNS} random models under x86-TSO: engines and reductions agree, and violations stay`, () => {
  let compared = 0
  let emitted = 0
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    const text = `/* coherent: tso x, y, z, b */\n${randomModel(seededRandom(seed))}`
    const input = { files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} }
    const plain = compileModel(input).program
    const { program, diagnostics } = compileModel({ ...input, storeBuffers: 1 + (seed % 2) })
    // Some of them spin refuses, and so do we.
    if (!plain) continue
    if (!program) {
      expect(diagnostics.map(({ message }) => message).join(), text).toContain('unless')
      continue
    }
    const options = { maxStates: MAX_STATES }
    const here = answer(createSearch(program, options))
    if (here.kind === 'unfinished') continue
    compared++
    for (const host of [javaScriptHost, wasmHost]) {
      const made = createEmittedSearch(program, options, host)
      if (!made.ok) continue
      emitted++
      expect(answer(made.value), `${host.engine}, seed ${seed}\n${text}`).toEqual(here)
    }
    const reduced = answer(createSearch(program, { ...options, reduce: { dead: true, por: true } }))
    expect(reduced.kind, `reduced, seed ${seed}\n${text}`).toBe(here.kind)
    const before = answer(createSearch(plain, options))
    if (before.kind === 'violated') expect(here.kind, `seed ${seed}\n${text}`).toBe('violated')
  }
  expect(compared).toBeGreaterThan(RUNS / 3)
  expect(emitted).toBeGreaterThan(compared)
}, 600_000)
