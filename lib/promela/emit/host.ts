/**
 * What running code takes and pure code has not: `new Function`, `WebAssembly`, memory. `shell/instantiate.ts` has it.
 */

/** A module that lives, with its memory; all functions take and give 32-bit integers. */
export type Instance = {
  /** The memory by 32-bit words, and the same by 16 bits. Zero at first. */
  readonly words: Int32Array
  readonly halves: Uint16Array
  readonly run: () => number
  readonly drain: (end: number) => number
  readonly rebuild: () => number
  readonly forward: (from: number, end: number, state: number) => number
  /** Nobody looks at it any more: the memory may serve another search. */
  readonly close: (used: UsedMemory) => void
}

/** What a search has written to, in words. */
export type UsedMemory = {
  /** Ranges that the next user wants to be zero. */
  readonly dirty: readonly (readonly [from: number, to: number])[]
  /** All that was touched. */
  readonly touched: number
}

export type EngineHost =
  | {
      readonly engine: 'js'
      /** The most that a memory may have. */
      readonly memoryBytes: number
      /** `null` when generated code is forbidden, or there is no such memory. */
      readonly instantiate: (source: string, words: number) => Instance | null
    }
  | {
      readonly engine: 'wasm'
      readonly memoryBytes: number
      readonly instantiate: (bytes: Uint8Array<ArrayBuffer>, pages: number) => Instance | null
    }
