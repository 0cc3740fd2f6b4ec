/**
 * Steps of a search as positions among the steps of the program as written: what a trace stores.
 *
 * A reduced search may have asked some processes only, or have joined steps to one move, so its own numbers of steps
 * mean nothing elsewhere. What was done means the same: who did which statement, and with whom.
 */

import type { Program } from '#lib/promela/4-lower/program.ts'
import { Cursor, type Taken } from '#lib/promela/machine/cursor.ts'
import { EXCLUSIVE } from '#lib/promela/machine/layout.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import { invariant } from '#lib/result.ts'

/** `steps` begin at the start. */
export function positionsOf(program: Program, lossy: boolean, steps: readonly Taken[]): number[] {
  const machine = new Machine(program)
  machine.lossy = lossy
  machine.reset()
  const cursor = new Cursor(machine)
  return steps.map((step) => {
    let isThere = find(cursor, step)
    if (!isThere) {
      // A process that blocks inside an atomic has lost control.
      machine.cells[EXCLUSIVE] = 0
      isThere = find(cursor, step)
    }
    invariant(isThere, 'a step of a reduced search is one of the program')
    return cursor.count - 1
  })
}

/** Takes the steps of the state one after the other, up to this one. */
function find(cursor: Cursor, step: Taken): boolean {
  cursor.start()
  while (cursor.next()) if (isSame(cursor.taken, step)) return true
  return false
}

function isSame(one: Taken | null, other: Taken): boolean {
  return (
    one?.pid === other.pid &&
    one.executable.transition.id === other.executable.transition.id &&
    one.partner?.pid === other.partner?.pid &&
    one.partner?.executable.transition.id === other.partner?.executable.transition.id
  )
}
