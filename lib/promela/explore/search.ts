/**
 * The search, resumable: `step(budget)` works for a while and tells how far it is; whoever drives it (a
 * worker, a job, a test) decides when to report, to go on or to stop.
 */
import type { Program } from '../4-lower/program.ts'
import type { Property, Verdict } from './verdict.ts'

export type SearchOptions = {
  /** Breadth first finds a shortest counterexample. Default `bfs`. */
  readonly order?: 'bfs' | 'dfs'
  readonly property?: Property
  /** Default 10,000,000. */
  readonly maxStates?: number
  /** State storage, in bytes. Default 1 GiB. */
  readonly maxMemoryBytes?: number
  /** Go on after a violation, so that counts are those of the whole graph. Default false. */
  readonly allErrors?: boolean
}

export type Progress = {
  readonly states: number
  readonly matched: number
  readonly transitions: number
  readonly depth: number
  /** States found and not yet expanded. */
  readonly frontier: number
  readonly bytes: number
  readonly done: boolean
}

export type Search = {
  /** Expands up to `budget` states. After `done` it only repeats the last answer. */
  step(budget: number): Progress
  /** `null` while the search is not done. */
  verdict(): Verdict | null
  /** Ends the search as `unfinished`, for a reason that only the caller knows. */
  stop(bound: 'time' | 'cancelled'): Verdict
}

export declare function createSearch(program: Program, options?: SearchOptions): Search
