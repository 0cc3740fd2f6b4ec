/**
 * A program without its places: two programs with the same words here have the same states, moves and verdicts.
 *
 * A mutation often changes nothing (an atomic around one statement), or the same as another one (the call of a lock
 * and the only statement in its body). Such mutants need no search of their own.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'

/** Long, for comparison only. What assertions say to a reader is part of it, so at worst a twin is missed. */
export function fingerprint({
  proctypes,
  initial,
  initialise,
  channelShapes,
  cells,
  claims,
}: Program): string {
  return JSON.stringify([
    proctypes.map((proctype) => [
      proctype.states.map((state) => [
        state.transitions.map((step) => [step.action, step.target, step.keepsControl, step.escape]),
        state.inDStep,
        state.validEnd,
        state.accept,
        state.progress,
      ]),
      proctype.cells,
      proctype.initialise,
      proctype.entry,
      proctype.priority,
      proctype.provided,
    ]),
    initial,
    initialise,
    channelShapes.map(({ capacity, fields }) => [capacity, fields]),
    cells,
    claims.map(({ name, atoms, automaton }) => [name, atoms, automaton]),
  ])
}
