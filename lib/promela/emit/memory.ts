/**
 * The one memory of a search, in words.
 *
 *     ┌─────────┬─────────┬────────┬───────────┬──────────┬───────┬───────┬─────────┬───────┬──────┐
 *     │ control │ reached │ tables │ atomics,  │ segments │ batch │ table │ parents │ moves │ pool │
 *     │         │         │        │ d_steps   │          │       │       │         │       │      │
 *     └─────────┴─────────┴────────┴───────────┴──────────┴───────┴───────┴─────────┴───────┴──────┘
 *
 * The last four are as large as the memory limit lets them become, from the start: pages that nobody touched cost
 * nothing, no region ever moves, and code has all addresses as constants.
 */
import type { Layout } from './layout.ts'

/** Nested steps of one atomic that emitted code follows; a longer one is left to the interpreter. */
export const MAX_DEPTH = 96

/** Sequences of d_steps inside one piece of straight code, each with a record of its own. */
export const DSTEPS_IN_LINE = 4

/** Successors after which a batch goes to the visited set. */
const BATCH = 96

/** Successors of one state that there is always room for behind a full batch. */
const BATCH_ROOM = 8192

/** States whose slots are touched together when the table is rebuilt. */
export const REBUILD_BLOCK = 64

const MAX_LOAD_PERCENT = 60

/** Slots of the visited table at the start, as a power of two. */
const FIRST_SLOTS = 14

export type MemoryMap = {
  readonly trouble: number
  readonly timeout: number
  /** The state that is expanded next. */
  readonly next: number
  readonly count: number
  /** First state of the next level. */
  readonly nextLevel: number
  readonly depth: number
  readonly matched: number
  readonly transitions: number
  /** End of the batch, as a pointer. */
  readonly batchEnd: number
  /** End of the segments, as a pointer. */
  readonly segmentEnd: number
  /** State that the first segment is of. */
  readonly batchParent: number
  /** Number of the first move in it. */
  readonly batchMove: number
  /** Slots - 1. */
  readonly mask: number
  /** Above so many states the table has to grow first. */
  readonly roomFor: number
  /** At so many states the search stops. */
  readonly stopAt: number
  /** Not 0: it ends where a level ends. */
  readonly stopAtLevel: number
  readonly budget: number
  /** Where loads go that are made for their cache line only. */
  readonly sink: number
  readonly reached: number
  readonly tables: number
  readonly atomics: number
  readonly dSteps: number
  /** Hashes of a block of states while the table is rebuilt. */
  readonly scratch: number
  readonly segments: number
  readonly segmentsFull: number
  readonly batch: number
  readonly batchFull: number
  readonly batchLimit: number
  readonly table: number
  readonly parents: number
  readonly moves: number
  readonly pool: number
  readonly words: number
  /** States that there is room for. */
  readonly capacity: number
  readonly firstSlots: number
  /** Words from one record of a batch to the next: the state and its hash. */
  readonly stride: number
}

export function mapMemory(
  layout: Layout,
  statements: number,
  tableWords: number,
  limits: { readonly maxStates: number; readonly maxBytes: number; readonly memoryBytes: number },
): MemoryMap {
  const capacity = statesWithin(layout.words, limits)
  let free = 0
  const take = (words: number): number => {
    const at = free
    free += Math.ceil(words / 4) * 4
    return at
  }
  const control = take(32)
  const stride = layout.words + 1
  const record = layout.words
  const reached = take(statements)
  const tables = take(tableWords)
  const atomics = take((MAX_DEPTH + 2) * record)
  const dSteps = take((MAX_DEPTH + 2) * DSTEPS_IN_LINE * record)
  const scratch = take(REBUILD_BLOCK)
  const segments = take(BATCH_ROOM + 16)
  const batch = take((BATCH + 2 * BATCH_ROOM) * stride)
  const table = take(2 * slotsFor(capacity))
  const parents = take(capacity + 1)
  const moves = take((capacity >> 1) + 2)
  const pool = take((capacity + 1) * layout.words)
  return {
    trouble: control,
    timeout: control + 1,
    next: control + 2,
    count: control + 3,
    nextLevel: control + 4,
    depth: control + 5,
    matched: control + 6,
    transitions: control + 7,
    batchEnd: control + 8,
    segmentEnd: control + 9,
    batchParent: control + 10,
    batchMove: control + 17,
    mask: control + 11,
    roomFor: control + 12,
    stopAt: control + 13,
    stopAtLevel: control + 14,
    budget: control + 15,
    sink: control + 16,
    reached,
    tables,
    atomics,
    dSteps,
    scratch,
    segments,
    segmentsFull: segments + BATCH_ROOM,
    batch,
    batchFull: batch + BATCH * stride,
    batchLimit: batch + (BATCH + BATCH_ROOM) * stride,
    table,
    parents,
    moves,
    pool,
    words: free,
    capacity,
    firstSlots: Math.min(1 << FIRST_SLOTS, slotsFor(capacity)),
    stride,
  }
}

/** States that a table of so many slots takes before it grows. */
export function roomOf(slots: number): number {
  return Math.floor((slots * MAX_LOAD_PERCENT) / 100)
}

function slotsFor(states: number): number {
  let slots = 1 << 12
  while (roomOf(slots) < states) slots *= 2
  return slots
}

/** Bytes that so many states take: pool, parent, move and the table at its size then. */
export function bytesOf(words: number, states: number): number {
  return states * (4 * words + 6) + 8 * Math.max(1 << FIRST_SLOTS, slotsFor(states))
}

/** The largest number of states that stays within all limits. */
function statesWithin(
  words: number,
  limits: { readonly maxStates: number; readonly maxBytes: number; readonly memoryBytes: number },
): number {
  const most = Math.min(limits.maxBytes, limits.memoryBytes)
  let low = 1
  let high = Math.max(2, Math.min(limits.maxStates + 1, Math.floor(most / (4 * words + 6))))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (bytesOf(words, middle) <= most) low = middle
    else high = middle - 1
  }
  return low
}
