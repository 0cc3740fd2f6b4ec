/**
 * What a search may leave out without changing its verdict, as tables over control states.
 *
 * Plain data, computed once from the program: the interpreted search reads it, and so can a back end that emits
 * code. Each table is optional, and each reduction can be switched off alone.
 *
 * **Dead cells.** A local cell that no continuation reads before it is written is stored as 0. States that differ
 * only there become one. Such a cell decides nothing (no test reads it), so the moves of the canonical state are,
 * number by number, those of the state that it stands for.
 *
 * **Expanding one process alone.** In a stored state, process p at control state c may be expanded without the
 * others when nothing that they can do before p moves is in conflict with what p does at c (a persistent set):
 *
 * 1. `rules[P][c]` is not null;
 * 2. of each set in `needs`, the test of at least one transition holds;
 * 3. no other live process q at (Q, d) is in conflict: see `AloneRule` and `Future`;
 * 4. at least one of the moves leads to a state with a larger number than this one, that is, one that is new or not yet
 *    expanded. (So each reduced state has a successor that is expanded after it; numbers are finite, so somewhere
 *    behind it everybody is expanded, and nobody is ignored for ever. It holds for any order of expansion.)
 *
 * Order of moves: of the processes for which 1 to 3 hold, by pid, all moves of one after the other, each as in the
 * unreduced order; the state is done after the first of them for which 4 holds too. If it holds for none, the moves of
 * all other processes follow, by pid. Moves are numbered in this order, so a number means the same in a replay, which
 * does not know what was visited.
 */
import type { Expression, Program, Reference } from '#lib/promela/4-lower/program.ts'

export type ReductionName = 'dead' | 'por'

export type Reduction = {
  /** What was asked for. */
  readonly names: readonly ReductionName[]
  /** What to search: the program, or the same with steps joined that nobody else can notice (`merge-steps.ts`). */
  readonly program: Program
  /** `dead[proctype][state]`: cells of the frame, ascending, that are stored as 0. `null`: switched off. */
  readonly dead: readonly (readonly (readonly number[])[])[] | null
  /** `null`: switched off, or the program has something that forbids it everywhere. */
  readonly alone: AloneTables | null
}

export type AloneTables = {
  /** `rules[proctype][state]`; `null`: never alone here. */
  readonly rules: readonly (readonly (AloneRule | null)[])[]
  /** `futures[proctype][state]`: what a process there may do from now on. */
  readonly futures: readonly (readonly Future[])[]
  /** Length of every mask, in words of 32 bits. */
  readonly words: number
  /** Channels that an event trace names: who uses one of them (in `channels` of its rule) is never alone. */
  readonly observed: readonly Expression[]
}

/**
 * p may be expanded alone when for every other process q, all of these hold:
 *
 * - no word of `conflicts` shares a bit with the same word of q's `does`;
 * - no cell of `cells` (located by p now) is one of q's `cells` (located by q now) with a store on either side;
 * - no channel of `channels` (its number computed by p now) meets a use in `avoid`: neither in q's `anyChannel`, nor in
 *   one of q's `channels` with the same number.
 *
 * And each of its channels is none of `observed`, exists and has room for messages (capacity above 0: a handshake moves two).
 */
export type AloneRule = {
  /** Positions in `ControlState.transitions`. */
  readonly needs: readonly (readonly number[])[]
  readonly conflicts: readonly number[]
  readonly cells: readonly CellUse[]
  readonly channels: readonly { readonly channel: Expression; readonly avoid: number }[]
}

export type Future = {
  readonly does: readonly number[]
  readonly cells: readonly CellUse[]
  readonly channels: readonly { readonly channel: Expression; readonly uses: number }[]
  /** Uses of channels whose number is not known before. */
  readonly anyChannel: number
}

/** A global cell whose place stays the same as long as its process lives: its indices are constants, `_pid`, … */
export type CellUse = { readonly reference: Reference; readonly stores: boolean }

/** Ways to use a channel, as bits. `look`: its state decides something else than whether this one step can be taken. */
export const USES = { send: 1, receive: 2, look: 4, sort: 8 } as const
