import { expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { computeReduction } from '#lib/promela/reduce/compute.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import { emit } from './emit.ts'
import { printJavaScript } from './javascript.ts'
import { printWasm } from './wasm.ts'
import { watchProgram } from './watch.ts'

function moduleOf(text: string, defines: Readonly<Record<string, string>>, unit: 1 | 4) {
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
  if (!program) throw new Error('the model compiles')
  const reduction = computeReduction(program, { dead: true, por: true })
  const emitted = emit(reduction, watchProgram(reduction.program, 500), {
    unit,
    lossy: false,
    channelsEmpty: false,
    maxStates: 1_000,
    maxBytes: 2 ** 20,
    memoryBytes: 2 ** 20,
  })
  if (!emitted.ok) throw new Error(emitted.error)
  return emitted.value.module
}

const samples = readSamples().map(({ name, text, variants }) => [name, text, variants] as const)

it.each(samples)('%s: the bytes are valid WebAssembly', (_, text, variants) => {
  for (const { defines } of variants)
    expect(WebAssembly.validate(printWasm(moduleOf(text, defines, 4), 100))).toBe(true)
})

/** Everything that the printer itself says in words. */
const OURS =
  /^(use|strict|const|imul|Math|function|return|let|for|if|else|switch|case|break|continue|to|from|run|drain|forward|rebuild|[HSabL]|[afLce]\d+)$/

it.each(samples)('%s: nothing of the text gets into the code but numbers', (_, text, variants) => {
  for (const { defines } of variants) {
    const words = printJavaScript(moduleOf(text, defines, 1)).match(/[A-Za-z_$][\w$]*/g) ?? []
    expect(words.length).toBeGreaterThan(100)
    expect([...new Set(words)].filter((word) => !OURS.test(word))).toEqual([])
  }
})
