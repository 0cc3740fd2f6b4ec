/**
 * Emitted code brought to life: `new Function` and `WebAssembly`, each with a memory.
 *
 * A page may forbid either (its content security policy), and a machine may not have the memory; then there is no
 * instance, and the interpreter does the work. A memory is kept for the next search when it is given back: reserving
 * a gigabyte of addresses again and again is what costs, not using it.
 */
import type { EngineHost, Instance } from '../5-emit/host.ts'
import { JAVASCRIPT_PARAMETERS } from '../5-emit/javascript.ts'
import { MEMORY_IMPORT } from '../5-emit/wasm.ts'

/** Addresses of WebAssembly are 32 bits; the last page is left out. */
const MAX_WASM_BYTES = 2 ** 32 - 2 ** 16
/** Indices of words have to stay 31-bit integers, or the engine counts in doubles. */
const MAX_JS_BYTES = 2 ** 32

export const javaScriptHost: EngineHost = {
  engine: 'js',
  memoryBytes: MAX_JS_BYTES,
  instantiate(source, words) {
    try {
      const heap = new Int32Array(words)
      const halves = new Uint16Array(heap.buffer)
      const make = new Function(...JAVASCRIPT_PARAMETERS, source)
      return instanceOf(make(heap, halves), heap, halves)
    } catch {
      return null
    }
  },
}

export const wasmHost: EngineHost = {
  engine: 'wasm',
  memoryBytes: MAX_WASM_BYTES,
  instantiate(bytes, pages) {
    try {
      const memory = new WebAssembly.Memory({ initial: pages })
      const module = new WebAssembly.Module(bytes)
      const { exports } = new WebAssembly.Instance(module, {
        [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory },
      })
      return instanceOf(exports, new Int32Array(memory.buffer), new Uint16Array(memory.buffer))
    } catch {
      return null
    }
  },
}

/** The printers export these three and nothing else. */
function instanceOf(exports: unknown, words: Int32Array, halves: Uint16Array): Instance {
  const functions = exports as Pick<Instance, 'run' | 'drain' | 'rebuild'>
  return { words, halves, ...functions, close: () => {} }
}
