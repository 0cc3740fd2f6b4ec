/**
 * The path of a depth-first search: the states from the start to the one that is expanded, each with how far it got.
 *
 * A state in the middle of its moves is a `Moves` with its cursors, which is large. The first `LIVE` of a path keep
 * theirs; a state further down is expanded anew when the search comes back to it, and the moves it had made are made
 * again. Searches that go deep in one long line come back once for each state, so that costs little.
 */
import type { AloneChoice } from './alone.ts'
import type { Machine } from './machine.ts'
import { Moves } from './moves.ts'
import type { Packer } from './pack.ts'

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
  readonly #path: (Omit<Expansion, 'moves'> & { readonly moves: Moves | null })[] = []
  readonly #pool: Moves[] = []
  readonly #unpack: (state: number) => void

  constructor(machine: Machine, packer: Packer, alone: AloneChoice | null, unpack: (state: number) => void) {
    this.#machine = machine
    this.#packer = packer
    this.#alone = alone
    this.#unpack = unpack
  }

  /** States before the one that is expanded. */
  get length(): number {
    return this.#path.length
  }

  /** Goes from one state to another, new one. */
  enter(from: Expansion | null, state: number): Expansion {
    if (from) this.#path.push({ ...from, moves: this.#path.length < LIVE ? from.moves : null })
    this.#unpack(state)
    const moves = this.#movesAt(this.#path.length)
    moves.begin()
    return { state, moves, move: 0, hasForward: false }
  }

  /** Back to the state before; `null` when the first one is done. */
  leave(): Expansion | null {
    const last = this.#path.pop()
    if (!last) return null
    if (last.moves) return { ...last, moves: last.moves }
    this.#unpack(last.state)
    const moves = this.#movesAt(this.#path.length)
    moves.begin()
    for (let made = 0; made < last.move; ) if (moves.next() === 'arrived') made++
    // What went wrong in these moves was noted the first time.
    moves.failures = []
    this.#machine.errors = []
    return { ...last, moves }
  }

  #movesAt(depth: number): Moves {
    const slot = Math.min(depth, LIVE)
    const moves = this.#pool[slot] ?? new Moves(this.#machine, this.#packer, this.#alone)
    this.#pool[slot] = moves
    return moves
  }
}
