/**
 * The set of states that a search has seen. Exact: states are compared word by word, never by hash alone.
 *
 * States lie in chunks that are never moved, so growing copies nothing but the table. The table is open
 * addressing with linear probing over pairs (hash, state number + 1) and doubles at 60 % load. States are
 * numbered as they come, so a breadth-first search walks the numbers instead of keeping a queue.
 */

/** Words of one chunk (4 MiB). A state never lies across two. */
const CHUNK_BITS = 20
const CHUNK = 1 << CHUNK_BITS
const FIRST_TABLE = 1 << 12
const MAX_LOAD = 0.6

export class VisitedSet {
  #chunks: Int32Array[] = [new Int32Array(1 << 12)]
  #free = 0
  #table = new Int32Array(2 * FIRST_TABLE)
  #mask = FIRST_TABLE - 1
  #places = new Int32Array(1 << 10)
  /** State that each one was reached from, -1 for the first. */
  #parents = new Int32Array(1 << 10)
  /** Which successor of its parent it was. */
  #moves = new Int32Array(1 << 10)
  #count = 0
  readonly #hidden: number
  /** The state that the last `add` found to be there already. */
  met = -1

  /** `hidden`: so many words in front of each state are kept with it and never compared; the first to come stays. */
  constructor(hidden = 0) {
    this.#hidden = hidden
  }

  get size(): number {
    return this.#count
  }

  get bytes(): number {
    let words = this.#table.length + this.#places.length + this.#parents.length + this.#moves.length
    for (const chunk of this.#chunks) words += chunk.length
    return 4 * words
  }

  /** The numbers of the moves that lead from the first state to this one, in their order. */
  movesTo(state: number): number[] {
    const moves: number[] = []
    for (let at = state; this.#parent(at) >= 0; at = this.#parent(at)) moves.push(this.#moves[at] ?? 0)
    return moves.reverse()
  }

  #parent(state: number): number {
    return this.#parents[state] ?? -1
  }

  /** The chunk that a state lies in, and where. */
  chunkOf(state: number): Int32Array {
    return this.#chunks[(this.#places[state] ?? 0) >>> CHUNK_BITS] ?? new Int32Array(0)
  }

  offsetOf(state: number): number {
    return (this.#places[state] ?? 0) & (CHUNK - 1)
  }

  /** Adds the first `count` words of `words`; the number of the new state, or -1 when it was there. */
  add(words: Int32Array, count: number, parent: number, move: number): number {
    const hash = hashWords(words, count, this.#hidden)
    let slot = hash & this.#mask
    for (;;) {
      const entry = this.#table[2 * slot + 1] ?? 0
      if (entry === 0) break
      if (this.#table[2 * slot] === hash && this.#equals(entry - 1, words, count)) {
        this.met = entry - 1
        return -1
      }
      slot = (slot + 1) & this.#mask
    }
    const state = this.#count++
    if (state >= this.#places.length) this.#growIndex()
    this.#places[state] = this.#store(words, count)
    this.#parents[state] = parent
    this.#moves[state] = move
    this.#table[2 * slot] = hash
    this.#table[2 * slot + 1] = state + 1
    if (this.#count > MAX_LOAD * (this.#mask + 1)) this.#growTable()
    return state
  }

  #equals(state: number, words: Int32Array, count: number): boolean {
    const chunk = this.chunkOf(state)
    const from = this.offsetOf(state)
    for (let index = this.#hidden; index < count; index++)
      if (chunk[from + index] !== words[index]) return false
    return true
  }

  #store(words: Int32Array, count: number): number {
    let number = this.#chunks.length - 1
    let chunk = this.#chunks[number]
    if (!chunk || this.#free + count > chunk.length) {
      if (chunk && number === 0 && chunk.length < CHUNK && this.#free + count <= CHUNK) {
        // The first chunk starts small, so that a small model costs little.
        const grown = new Int32Array(Math.min(CHUNK, Math.max(2 * chunk.length, this.#free + count)))
        grown.set(chunk)
        this.#chunks[0] = grown
        chunk = grown
      } else {
        chunk = new Int32Array(Math.max(CHUNK, count))
        this.#chunks.push(chunk)
        this.#free = 0
        number++
      }
    }
    const at = this.#free
    for (let index = 0; index < count; index++) chunk[at + index] = words[index] ?? 0
    this.#free += count
    return number * CHUNK + at
  }

  #growIndex(): void {
    const length = Math.ceil(this.#places.length * 1.5)
    this.#places = longer(this.#places, length)
    this.#parents = longer(this.#parents, length)
    this.#moves = longer(this.#moves, length)
  }

  #growTable(): void {
    const old = this.#table
    const slots = 2 * (this.#mask + 1)
    const table = new Int32Array(2 * slots)
    const mask = slots - 1
    for (let at = 0; at < old.length; at += 2) {
      const entry = old[at + 1] ?? 0
      if (entry === 0) continue
      const hash = old[at] ?? 0
      let slot = hash & mask
      while (table[2 * slot + 1] !== 0) slot = (slot + 1) & mask
      table[2 * slot] = hash
      table[2 * slot + 1] = entry
    }
    this.#table = table
    this.#mask = mask
  }
}

function longer(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length)
  grown.set(array)
  return grown
}

/** MurmurHash3 (32 bit) over the words from `from` on. */
export function hashWords(words: Int32Array, count: number, from = 0): number {
  let hash = 0x9747b28c
  for (let index = from; index < count; index++) {
    let word = Math.imul(words[index] ?? 0, 0xcc9e2d51)
    word = (word << 15) | (word >>> 17)
    hash ^= Math.imul(word, 0x1b873593)
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  hash ^= count << 2
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
