/** A trace as kernel people write races: one column per process, time downwards, plain ASCII. */
import type { Program } from '../4-lower/program.ts'

export type CpuTableOptions = {
  /** Columns of text. Default 72. */
  readonly width?: number
}

/** Lines without trailing space, none wider than `width`; the failing statement is marked with `^^^`. */
export declare function cpuTable(
  program: Program,
  trace: readonly number[],
  options?: CpuTableOptions,
): readonly string[]
