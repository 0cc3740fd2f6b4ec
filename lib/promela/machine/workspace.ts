/**
 * What a compiled statement may see and do: the state it works on and the few operations on whole frames. The
 * machine is one; a back end that emits code is asked for `Executable`s over the same.
 */
import type { Program, Transition } from '#lib/promela/4-lower/program.ts'
import type { ErrorKind } from './verdict.ts'

export type Executable = {
  readonly transition: Transition
  readonly test: (base: number) => boolean
  readonly apply: (base: number) => void
  /** Only enabled when nothing before it in its state was. */
  readonly isElse: boolean
  /** Of a send: the frame of the rendezvous channel it waits on; -1 when the channel is another. */
  readonly offer: ((base: number) => number) | null
  /** Writes the message of an offer behind the state. */
  readonly present: ((base: number) => void) | null
  /** Of a receive: does it wait on this rendezvous channel, and fit the message behind the state? */
  readonly accepts: ((base: number, frame: number) => boolean) | null
  /** Takes the message behind the state. */
  readonly take: ((base: number) => void) | null
}

export type Workspace = {
  readonly program: Program
  readonly cells: Int32Array
  /** Cells in use; a rendezvous puts its message behind them. */
  readonly size: number
  /** Frame of each process, by pid. */
  readonly base: Int32Array
  /** Frame of each channel, by number from 1. */
  readonly channelBase: Int32Array
  readonly processes: number
  readonly channels: number
  /** The process whose statement is tested or applied. */
  readonly pid: number
  readonly timeout: boolean
  readonly lossy: boolean
  readonly printing: boolean
  printed: string
  /** The statement that is at work: where a fault is reported. */
  current: Transition | null
  /** By statement id: 1 once it was executed. */
  readonly reached: Uint8Array
  readonly executables: readonly (readonly (readonly Executable[])[])[]
  /** A message was sent or received: for who watches. `at`: its first cell; `frame`: of its channel. */
  observe(kind: 'send' | 'receive', frame: number, at: number): void
  /** No process stands at a progress label. */
  isNonProgress(): boolean
  report(kind: ErrorKind, message: string): void
  /** Its pid, or -1 when there is no room. */
  addProcess(proctype: number, values: readonly number[], priority: number): number
  removeYoungest(): void
  canMove(pid: number): boolean
  /** The proctype of the process at a frame. */
  proctypeIndex(base: number): number
  /** Cuts a value to the type of a message field. */
  fieldTruncation(frame: number, field: number): (value: number) => number
}
