/**
 * The moves of one stored state: single steps, and atomics from their first step to where control is given up.
 *
 * Walks the tree of an atomic depth first, one step at a time, so that a search can stop between any two. The
 * search and the repetition of its traces both walk with this class: a move is stored as its number, which means
 * the same only if both leave out the same branches.
 *
 * An atomic can go round. A branch that comes back to a state of its own finds nothing new and ends; only when
 * no branch gets out at all is that a fault (`endless`).
 */

import { Cursor, type Taken } from '#lib/promela/machine/cursor.ts'
import { EXCLUSIVE } from '#lib/promela/machine/layout.ts'
import type { Machine } from '#lib/promela/machine/machine.ts'
import type { Packer } from '#lib/promela/machine/pack.ts'
import type { Fault } from '#lib/promela/machine/verdict.ts'
import { invariant } from '#lib/result.ts'
import type { AloneChoice } from './alone.ts'
import { hashWords } from './visited.ts'

/** Steps inside one atomic before it counts as endless. */
const MAX_ATOMIC = 20_000

/** From this depth on an atomic is watched for states that it has been in: short ones are not worth the hashing. */
const WATCH_ATOMIC = 12

/**
 * - `inside`: a step was taken, and its process goes on alone.
 * - `arrived`: a move ended; the machine holds the next state to store.
 * - `left`: everything behind some step inside an atomic was seen.
 * - `endless`: the same, and nothing behind it ever gives up control.
 * - `alone`: all moves of a process were made that may be expanded alone; those of others follow.
 * - `done`: there are no more moves.
 */
export type MoveEvent = 'inside' | 'arrived' | 'left' | 'endless' | 'alone' | 'done'

export class Moves {
  readonly #machine: Machine
  readonly #packer: Packer
  readonly #alone: AloneChoice | null
  /** Who is asked, one part after the other; empty: everybody at once. */
  #parts: readonly Uint8Array[] = []
  #part = 0
  readonly #path: Cursor[] = []
  #level = -1
  #arrivals = 0
  /** Arrivals before the current step of the stored state itself. */
  #before = 0
  #circled = false
  /** Hash to level, and packed state by level, of the atomic that is being walked. */
  readonly #watch = new Map<number, number>()
  readonly #watched: Int32Array[] = []
  /** Faults of tests in the level that was just left. */
  failures: readonly Fault[] = []
  /** Nothing could move from the state of `begin`. */
  stuck = false

  constructor(machine: Machine, packer: Packer, alone: AloneChoice | null = null) {
    this.#machine = machine
    this.#packer = packer
    this.#alone = alone
  }

  /** Starts at the machine's state. */
  begin(): void {
    this.#parts = this.#alone?.parts() ?? []
    this.#part = 0
    this.#level = -1
    this.#arrivals = 0
    this.stuck = false
    if (this.#watch.size > 0) this.#watch.clear()
    this.#deeper()
  }

  /** Is the last step taken one inside an atomic, or the end of one? */
  get depth(): number {
    return this.#level
  }

  /** Indices of the steps from the state of `begin` to the machine's. */
  steps(): number[] {
    // The last cursor may have taken nothing yet: a fault met while its first step is looked for.
    return this.#path
      .slice(0, this.#level + 1)
      .filter((cursor) => cursor.count > 0)
      .map((cursor) => cursor.count - 1)
  }

  /** The same steps as what they are: where only some processes were asked, their numbers say little. */
  taken(): readonly Taken[] {
    return this.#path
      .slice(0, this.#level + 1)
      .flatMap(({ count, taken }) => (count > 0 && taken ? [taken] : []))
  }

  /** What the first step of the current move was. */
  get first() {
    return this.#path[0]?.taken ?? null
  }

  /** Everybody who took part in the current move. */
  movers(): number[] {
    return this.#path.slice(0, this.#level + 1).flatMap(({ taken }) => {
      if (!taken) return []
      return taken.partner ? [taken.pid, taken.partner.pid] : [taken.pid]
    })
  }

  next(): MoveEvent {
    if (this.#level < 0) {
      this.#part++
      this.#deeper()
    }
    const cursor = this.#path[this.#level]
    invariant(cursor, 'begin comes before next')
    return cursor.next() ? this.#took() : this.#exhausted(cursor)
  }

  #deeper(): void {
    this.#level++
    let cursor = this.#path[this.#level]
    if (!cursor) {
      cursor = new Cursor(this.#machine)
      this.#path.push(cursor)
    }
    cursor.start(this.#level === 0 ? (this.#parts[this.#part] ?? null) : null)
  }

  #took(): MoveEvent {
    if (this.#machine.cells[EXCLUSIVE] === 0) return this.#arrived()
    if (this.#level === 0) {
      this.#circled = false
      this.#before = this.#arrivals
    }
    if (this.#level >= MAX_ATOMIC || (this.#level >= WATCH_ATOMIC && this.#isOnPath())) this.#circled = true
    else this.#deeper()
    return 'inside'
  }

  #arrived(): MoveEvent {
    this.#arrivals++
    return 'arrived'
  }

  #exhausted(cursor: Cursor): MoveEvent {
    this.failures = cursor.failures
    this.#level--
    if (this.#level < 0) {
      if (this.#part + 1 < this.#parts.length) return 'alone'
      this.stuck = cursor.count === 0 && this.#parts.length === 0
      return 'done'
    }
    if (cursor.count === 0) {
      // Blocked inside an atomic: nobody is exclusive here any more.
      this.#machine.cells[EXCLUSIVE] = 0
      return this.#arrived()
    }
    return this.#level === 0 && this.#circled && this.#arrivals === this.#before ? 'endless' : 'left'
  }

  /** Was the atomic that is walked in this state before? Remembers it when not. */
  #isOnPath(): boolean {
    const count = this.#packer.pack()
    const words = this.#packer.words
    const hash = hashWords(words, count) ^ (this.#machine.cells[EXCLUSIVE] ?? 0)
    const level = this.#watch.get(hash)
    const before = level === undefined || level > this.#level ? undefined : this.#watched[level]
    if (before?.length === count && before.every((word, index) => word === words[index])) return true
    this.#watch.set(hash, this.#level + 1)
    this.#watched[this.#level + 1] = words.slice(0, count)
    return false
  }
}

/** Leaves the machine after its `number`-th move; the steps taken. */
export function repeatMove(machine: Machine, packer: Packer, number: number): number[] {
  return walkMove(machine, packer, number, null).steps()
}

/** The same, for whoever wants to know more about the move. */
export function walkMove(machine: Machine, packer: Packer, number: number, alone: AloneChoice | null): Moves {
  const moves = new Moves(machine, packer, alone)
  moves.begin()
  for (let arrived = 0; ; ) {
    const event = moves.next()
    invariant(event !== 'done', 'a move that was taken can be repeated')
    if (event !== 'arrived') continue
    if (arrived === number) return moves
    arrived++
  }
}
