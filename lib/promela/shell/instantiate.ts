/**
 * Emitted code brought to life: `new Function` and `WebAssembly`, each with a memory.
 *
 * A page may forbid either (its content security policy), and a machine may not have the memory; then there is no
 * instance, and the interpreter does the work. A memory is kept for the next search when it is given back: reserving
 * a gigabyte of addresses again and again is what costs, not using it.
 */
import type { EngineHost, Instance, UsedMemory } from '#lib/promela/emit/host.ts'
import { JAVASCRIPT_PARAMETERS } from '#lib/promela/emit/javascript.ts'
import { MEMORY_IMPORT } from '#lib/promela/emit/wasm.ts'

/** Addresses of WebAssembly are 32 bits; the last page is left out. */
const MAX_WASM_BYTES = 2 ** 32 - 2 ** 16
/** Indices of words have to stay 31-bit integers, or the engine counts in doubles. */
const MAX_JS_BYTES = 2 ** 32

/** Words that a search may have touched and its memory still be kept for the next: a server should not hold more. */
const MAX_KEPT_WORDS = 2 ** 24

/** One memory that nobody uses, if there is one. */
class Spare<T> {
  #spare: { readonly memory: T; readonly size: number } | null = null

  take(size: number): T | null {
    const spare = this.#spare
    if (!spare || spare.size < size || spare.size > 4 * size) return null
    this.#spare = null
    return spare.memory
  }

  giveBack(memory: T, size: number, words: Int32Array, { dirty, touched }: UsedMemory): void {
    if (touched > MAX_KEPT_WORDS) return
    for (const [from, to] of dirty) words.fill(0, from, to)
    this.#spare = { memory, size }
  }
}

const spareHeap = new Spare<ArrayBuffer>()
const spareMemory = new Spare<WebAssembly.Memory>()

export const javaScriptHost: EngineHost = {
  engine: 'js',
  memoryBytes: MAX_JS_BYTES,
  instantiate(source, size) {
    try {
      const buffer = spareHeap.take(size) ?? new ArrayBuffer(4 * size)
      const words = new Int32Array(buffer)
      const halves = new Uint16Array(buffer)
      const make = new Function(...JAVASCRIPT_PARAMETERS, source)
      return instanceOf(make(words, halves), words, halves, (used) =>
        spareHeap.giveBack(buffer, words.length, words, used),
      )
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
      const module = new WebAssembly.Module(bytes)
      const memory = spareMemory.take(pages) ?? new WebAssembly.Memory({ initial: pages })
      const { exports } = new WebAssembly.Instance(module, {
        [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory },
      })
      const words = new Int32Array(memory.buffer)
      return instanceOf(exports, words, new Uint16Array(memory.buffer), (used) =>
        spareMemory.giveBack(memory, words.length / PAGE_WORDS, words, used),
      )
    } catch {
      return null
    }
  },
}

const PAGE_WORDS = 2 ** 14

/** The printers export these and nothing else. */
function instanceOf(
  exports: unknown,
  words: Int32Array,
  halves: Uint16Array,
  close: Instance['close'],
): Instance {
  const functions = exports as Pick<Instance, 'run' | 'drain' | 'rebuild' | 'forward'>
  return { words, halves, ...functions, close }
}
