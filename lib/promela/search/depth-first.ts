/**
 * The path of a depth-first search: the states from the start to the one that is expanded, each with how far it got.
 *
 * A state in the middle of its moves is a `Moves` with its cursors, which is large. The first `LIVE` of a path keep
 * theirs; a state further down is expanded anew when the search comes back to it, and the moves it had made are made
 * again. Searches that go deep in one long line come back once for each state, so that costs little.
 */

import type { Machine } from '#lib/promela/machine/machine.ts'
import type { Packer } from '#lib/promela/machine/pack.ts'
import type { AloneChoice } from './alone.ts'
import { Moves } from './moves.ts'

const LIVE = 2048

/** A state that is expanded. */
export type Expansion = {
  readonly state: number
  readonly moves: Moves
  /** The number of its next move. */
  move: number
  /** One of its moves led to a state with a larger number. */
  hasForward: boolean
}

export class DepthFirstPath {
  readonly #machine: Machine
  readonly #packer: Packer
  readonly #alone: AloneChoice | null
  readonly #unpack: (state: number) => void
  /** By depth, reused. */
  readonly #live: Moves[] = []
  /** Two words for each state of the path: its number; the number of its next move, and whether it `hasForward`. */
  #path = new Int32Array(256)
  /** States before the one that is expanded. */
  length = 0

  constructor(machine: Machine, packer: Packer, alone: AloneChoice | null, unpack: (state: number) => void) {
    this.#machine = machine
    this.#packer = packer
    this.#alone = alone
    this.#unpack = unpack
  }

  get bytes(): number {
    return 4 * this.#path.length
  }

  /** Goes from one state to another, new one. */
  enter(from: Expansion | null, state: number): Expansion {
    if (from) this.#push(from)
    this.#unpack(state)
    return { state, moves: this.#begin(), move: 0, hasForward: false }
  }

  /** Back to the state before; `null` when the first one is done. */
  leave(): Expansion | null {
    if (this.length === 0) return null
    this.length--
    const state = this.#path[2 * this.length] ?? 0
    const rest = this.#path[2 * this.length + 1] ?? 0
    const expansion = { state, move: rest >> 1, hasForward: (rest & 1) === 1 }
    const moves = this.length < LIVE ? this.#live[this.length] : undefined
    if (moves) return { ...expansion, moves }
    this.#unpack(state)
    const again = this.#begin()
    for (let made = 0; made < expansion.move; ) if (again.next() === 'arrived') made++
    // What went wrong in these moves was noted the first time.
    again.failures = []
    this.#machine.errors = []
    return { ...expansion, moves: again }
  }

  #push({ state, move, hasForward }: Expansion): void {
    if (2 * this.length >= this.#path.length) {
      const grown = new Int32Array(2 * this.#path.length)
      grown.set(this.#path)
      this.#path = grown
    }
    this.#path[2 * this.length] = state
    this.#path[2 * this.length + 1] = 2 * move + (hasForward ? 1 : 0)
    this.length++
  }

  /** At the machine's state, which is the one at the end of the path. */
  #begin(): Moves {
    const slot = Math.min(this.length, LIVE)
    const moves = this.#live[slot] ?? new Moves(this.#machine, this.#packer, this.#alone)
    this.#live[slot] = moves
    moves.begin()
    return moves
  }
}
