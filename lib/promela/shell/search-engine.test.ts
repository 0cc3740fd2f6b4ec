import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import type { EngineHost } from '#lib/promela/emit/host.ts'
import type { EngineChoice } from '#lib/promela/engine-name.ts'
import { javaScriptHost, wasmHost } from './instantiate.ts'
import { createEngineSearch } from './search-engine.ts'

function opened(text: string, choice: EngineChoice, hosts?: readonly EngineHost[]) {
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
  if (!program) throw new Error('the model compiles')
  const search = createEngineSearch(program, 'safety', {}, choice, hosts)
  if (!search.ok) throw new Error(search.error)
  return search.value
}

const large = 'byte x, y; active [2] proctype P() { do :: x++ :: y++ od }'
const small = 'byte x; active [2] proctype P() { x++; assert(x < 2) }'

it('a small model is never worth code', () => {
  const search = opened(small, 'auto')
  while (!search.step(1_000).done);
  expect(search.engine).toBe('interpreter')
  expect(search.verdict()).toMatchObject({ kind: 'violated' })
})

it('a large one changes to WebAssembly on its way, and its progress never goes back', () => {
  const search = opened(large, 'auto')
  const heard: number[] = []
  for (let done = false; !done; ) {
    const progress = search.step(3_000)
    heard.push(progress.states)
    done = progress.done
  }
  expect(search.engine).toBe('wasm')
  expect([...heard].sort((a, b) => a - b)).toEqual(heard)
  expect(search.verdict()).toMatchObject({ kind: 'holds', counts: { states: 65_536 } })
})

it('the engine that is asked for is used from the start', () => {
  for (const engine of ['js', 'wasm'] as const) {
    const search = opened(small, engine)
    search.step(1)
    expect(search.engine).toBe(engine)
  }
})

it('where code is forbidden the interpreter goes on, with the same answer', () => {
  const forbidden: readonly EngineHost[] = [
    { ...wasmHost, instantiate: () => null },
    { ...javaScriptHost, instantiate: () => null },
  ]
  const search = opened(large, 'auto', forbidden)
  while (!search.step(100_000).done);
  expect(search.engine).toBe('interpreter')
  expect(search.verdict()).toMatchObject({ kind: 'holds', counts: { states: 65_536 } })
})

it('a program that no code is made for is interpreted, and says so', () => {
  const search = opened(`hidden byte h; ${small}`, 'wasm')
  while (!search.step(1_000).done);
  expect(search.engine).toBe('interpreter')
})
