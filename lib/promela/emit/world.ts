/** What all code of one module shares, and what a piece of it knows about where it stands. */
import type { Expression, Program, Transition } from '#lib/promela/4-lower/program.ts'
import type { Reduction } from '#lib/promela/reduce/reduction.ts'
import type { Code } from './code.ts'
import { constant, type Expr, ONE, ZERO } from './ir.ts'
import type { Layout, Slot, SlotProctype } from './layout.ts'
import type { MemoryMap } from './memory.ts'
import type { View } from './view.ts'

export type World = {
  readonly program: Program
  readonly reduction: Reduction
  readonly layout: Layout
  readonly memory: MemoryMap
  /** What a word is in a pointer: 1 in JavaScript, 4 in WebAssembly. */
  readonly unit: 1 | 4
  readonly lossy: boolean
  /** Numbers that code looks up by index; the word address of the first. */
  readonly table: (values: readonly number[]) => number
  /** An expression has channels and references in it, and those have expressions: `expressions.ts`, tied here. */
  readonly evaluate: (scene: Scene, expression: Expression) => Expr
  /** A statement may be a d_step, which has statements: `statements.ts`. */
  readonly attempt: Attempt
}

/** A process that does something in a state. */
export type Scene = {
  readonly world: World
  readonly code: Code
  readonly view: View
  readonly slot: Slot
  readonly self: SlotProctype
  /** The value of `timeout`. */
  readonly timeout: Expr
  /** How deep in an atomic the function was called. */
  readonly level: Expr
  /** Steps of that atomic that are written out in this function so far, as control states of this process. */
  readonly path: readonly number[]
  /** Records that d_steps in this function hold. */
  readonly dStep: number
}

/**
 * Something that only the interpreter tells apart: a fault, a profile that does not fit, a construct that is not
 * emitted. The state that is being expanded is then given up and expanded by it. Code goes on and may compute
 * nonsense, but stays inside its records.
 */
export function giveUp(code: Code, world: World): void {
  code.store(ZERO, world.memory.trouble, ONE)
}

/** A number of words as a difference of pointers. */
export function span(world: World, words: number): Expr {
  return constant(words * world.unit)
}

/** A view of its own, because what a branch loads is not there behind it. */
export function inBranch(scene: Scene): Scene {
  return { ...scene, view: scene.view.fork() }
}

/** Gets a scene whose view is the state after a statement. */
export type Done = (after: Scene) => void

/** Writes code that, where a statement is executable, makes the state after it in `target` and goes on with `done`. */
export type Attempt = (scene: Scene, transition: Transition, target: Expr, done: Done) => void
