/** A first look at a program, by the interpreter: who lives where, before code is made for them. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { GLOBALS } from '#lib/promela/machine/layout.ts'
import { Machine } from '#lib/promela/machine/machine.ts'
import { Packer } from '#lib/promela/machine/pack.ts'
import { Moves } from '#lib/promela/search/moves.ts'
import { VisitedSet } from '#lib/promela/search/visited.ts'
import { populationOf } from './codec.ts'
import { emptyProfile, observe, type Profile } from './profile.ts'

/** Looks at the first states in breadth, for so many steps. */
export function watchProgram(program: Program, steps: number): Profile {
  const machine = new Machine(program)
  const packer = new Packer(machine, program)
  const moves = new Moves(machine, packer)
  const seen = new VisitedSet()
  machine.reset()
  const start = Array.from(machine.cells.subarray(GLOBALS, GLOBALS + program.cells.length))
  const profile = emptyProfile(program, start)
  observe(profile, populationOf(machine))
  // In this order: packing may replace `words` by a longer array.
  const count = packer.pack()
  seen.add(packer.words, count, -1, 0)
  let left = steps
  for (let state = 0; state < seen.size && left > 0; state++) {
    packer.unpack(seen.chunkOf(state), seen.offsetOf(state))
    moves.begin()
    for (let event = moves.next(); event !== 'done' && left > 0; event = moves.next()) {
      left--
      if (machine.errors.length > 0) machine.errors = []
      if (event !== 'arrived') continue
      observe(profile, populationOf(machine))
      const size = packer.pack()
      seen.add(packer.words, size, state, 0)
    }
  }
  return profile
}
