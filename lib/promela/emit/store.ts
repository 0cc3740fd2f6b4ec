/**
 * The search itself: take the next state of the queue, expand it, and put what comes of it into the visited set.
 *
 * Successors are collected in a batch of about a hundred before they are looked up. A lookup waits for memory twice,
 * for the slot of the table and for the state it names, and nothing else can be done meanwhile; but a hundred lookups
 * wait together. So a first pass computes the hashes and touches slots and states without deciding anything (no
 * branch that could be guessed wrong while it waits), and a second pass, in the order of the successors, decides.
 * Order and numbers are those of a search that looks up each state as it comes.
 *
 * The pool of states is the breadth-first queue. Parents of a batch are kept as segments: for each expanded state,
 * where its successors end.
 */
import { aloneName, mayGoAlone } from './alone.ts'
import { Code } from './code.ts'
import {
  add,
  binary,
  call,
  constant,
  type Expr,
  type Func,
  load,
  local,
  not,
  ONE,
  truth,
  ZERO,
} from './ir.ts'
import type { Slot } from './layout.ts'
import { REBUILD_BLOCK } from './memory.ts'
import { processName } from './processes.ts'
import { View } from './view.ts'
import { span, type World } from './world.ts'

/** Why `run` came back. */
export const Stop = {
  /** The budget is spent. */
  paused: 0,
  /** Every state was expanded. */
  done: 1,
  /** The table has to grow; then `run` goes on where it was. */
  grow: 2,
  /** `stopAt` states were found. */
  full: 3,
  /** A level is complete, and `stopAtLevel` was set. */
  level: 4,
  /** The interpreter has to expand the state `next`. */
  interpret: 5,
} as const

/** Odd multipliers, two for each word (splitmix32). */
function multipliers(count: number): readonly number[] {
  let seed = 0x2545f491
  return Array.from({ length: count }, () => {
    seed = (seed + 0x9e3779b9) | 0
    let value = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad)
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
    return (value ^ (value >>> 15)) | 1
  })
}

/**
 * The hash of a record. Each word is mixed alone, so the multiplications of one state do not wait for each other, and
 * the sum is mixed again. Low bits choose the slot.
 */
function hashOf(code: Code, pointer: Expr, words: number): Expr {
  const odd = multipliers(2 * words)
  let sum: Expr = constant(0x9747b28c)
  for (let word = 0; word < words; word++) {
    const first = code.keep(binary('mul', load(pointer, word), constant(odd[2 * word] ?? 1)))
    const folded = binary('xor', first, binary('shru', first, constant(15)))
    sum = code.keep(add(sum, binary('mul', folded, constant(odd[2 * word + 1] ?? 1))))
  }
  const high = code.keep(binary('xor', sum, binary('shru', sum, constant(16))))
  const mixed = code.keep(binary('mul', high, constant(0x7feb352d)))
  return code.keep(binary('xor', mixed, binary('shru', mixed, constant(15))))
}

function slotPointer(world: World, index: Expr): Expr {
  return add(binary('mul', index, span(world, 2)), span(world, world.memory.table))
}

function statePointer(world: World, state: Expr): Expr {
  return add(binary('mul', state, span(world, world.layout.words)), span(world, world.memory.pool))
}

const cell = (address: number): Expr => load(ZERO, address)
const setCell = (code: Code, address: number, value: Expr): void => code.store(ZERO, address, value)

/** `drain(end)`: looks up the batch and stores what is new; 0, or why it could not. */
function writeDrain(world: World): Func {
  const { memory, layout } = world
  const { words } = layout
  const code = new Code(1)
  const end = local(0)
  const mask = code.keep(cell(memory.mask))
  const count = code.variable(cell(memory.count))
  const batch = span(world, memory.batch)
  const stride = span(world, memory.stride)

  // At most this many are new.
  const entries = binary('div', binary('sub', end, batch), stride)
  code.when(binary('geu', add(count, entries), cell(memory.roomFor)), () =>
    code.giveBack(constant(Stop.grow)),
  )

  const entry = code.variable(batch)
  const sink = code.variable(ZERO)
  code.loop((again) => {
    code.when(binary('ltu', entry, end), () => {
      const hash = hashOf(code, entry, words)
      code.store(entry, words, hash)
      const slot = code.keep(slotPointer(world, binary('and', hash, mask)))
      const known = code.keep(load(slot, 1))
      const isSame = binary('eq', load(slot, 0), hash)
      // A state that exists in any case stands for "none".
      const state = code.keep(
        binary(
          'and',
          add(known, constant(-1)),
          binary('sub', ZERO, binary('and', isSame, binary('ne', known, ZERO))),
        ),
      )
      code.set(sink, binary('xor', sink, load(statePointer(world, state), 0)))
      code.set(entry, add(entry, stride))
      again()
    })
  })
  setCell(code, memory.sink, sink)

  const matched = code.variable(cell(memory.matched))
  const transitions = code.variable(cell(memory.transitions))
  const parent = code.variable(cell(memory.batchParent))
  const segment = code.variable(span(world, memory.segments))
  const move = code.variable(cell(memory.batchMove))
  const segmentEnd = code.variable(load(segment, 0))
  code.set(entry, batch)
  const leaveWith = (status: number): void => {
    setCell(code, memory.count, count)
    setCell(code, memory.matched, matched)
    setCell(code, memory.transitions, transitions)
    setCell(code, memory.batchParent, parent)
    code.giveBack(constant(status))
  }
  code.loop((nextEntry) => {
    code.when(binary('ltu', entry, end), () => {
      code.loop((nextSegment) => {
        code.when(binary('geu', entry, segmentEnd), () => {
          code.set(segment, add(segment, span(world, 1)))
          code.set(segmentEnd, load(segment, 0))
          code.set(parent, add(parent, ONE))
          code.set(move, ZERO)
          nextSegment()
        })
      })
      const hash = code.keep(load(entry, words))
      const index = code.variable(binary('and', hash, mask))
      code.set(transitions, add(transitions, ONE))
      code.block((decided) => {
        const slot = code.variable(slotPointer(world, index))
        code.loop((probe) => {
          const known = code.keep(load(slot, 1))
          code.when(truth(known), () => {
            code.when(binary('eq', load(slot, 0), hash), () => {
              const other = code.keep(statePointer(world, add(known, constant(-1))))
              code.when({ kind: 'same', one: entry, other, words }, () => {
                code.set(matched, add(matched, ONE))
                decided()
              })
            })
            code.set(index, binary('and', add(index, ONE), mask))
            code.set(slot, slotPointer(world, index))
            probe()
          })
        })
        // New.
        const place = code.keep(statePointer(world, count))
        code.emit({ kind: 'copy', to: place, from: entry, words })
        code.store(code.keep(binary('mul', count, span(world, 1))), memory.parents, parent)
        code.emit({ kind: 'store16', base: memory.moves, index: count, value: move })
        code.set(count, add(count, ONE))
        code.store(slot, 0, hash)
        code.store(slot, 1, count)
        code.when(binary('eq', count, cell(memory.stopAt)), () => leaveWith(Stop.full))
      })
      code.set(move, add(move, ONE))
      code.set(entry, add(entry, stride))
      nextEntry()
    })
  })
  leaveWith(Stop.paused)
  return code.finish('drain', true)
}

/** `forward(from, end, state)`: is one of these records new, or a state with a larger number than this one? */
function writeForward(world: World): Func {
  const { memory, layout } = world
  const code = new Code(3)
  const [from, end, state] = [local(0), local(1), local(2)]
  const mask = code.keep(cell(memory.mask))
  code.loop((nextEntry) => {
    code.when(binary('ltu', from, end), () => {
      const hash = hashOf(code, from, layout.words)
      const index = code.variable(binary('and', hash, mask))
      code.loop((probe) => {
        const slot = code.keep(slotPointer(world, index))
        const known = code.keep(load(slot, 1))
        code.when(not(truth(known)), () => code.giveBack(ONE))
        const other = code.keep(statePointer(world, add(known, constant(-1))))
        const isHash = binary('eq', load(slot, 0), hash)
        code.when(isHash, () => {
          code.when({ kind: 'same', one: from, other, words: layout.words }, () => {
            code.when(binary('gt', add(known, constant(-1)), state), () => code.giveBack(ONE))
            code.set(from, add(from, span(world, memory.stride)))
            nextEntry()
          })
        })
        code.set(index, binary('and', add(index, ONE), mask))
        probe()
      })
    })
  })
  code.giveBack(ZERO)
  return code.finish('forward', true)
}

/** `rebuild()`: fills an empty table with the hashes of all states, in blocks for the reason above. */
function writeRebuild(world: World): Func {
  const { memory, layout } = world
  const code = new Code(0)
  const mask = code.keep(cell(memory.mask))
  const count = code.keep(cell(memory.count))
  const state = code.variable(ZERO)
  const sink = code.variable(ZERO)
  code.loop((nextBlock) => {
    code.when(binary('lt', state, count), () => {
      const first = code.keep(add(state, ZERO))
      const from = code.variable(first)
      const last = code.variable(add(from, constant(REBUILD_BLOCK)))
      code.when(binary('gt', last, count), () => code.set(last, count))
      const scratch = code.variable(span(world, memory.scratch))
      code.set(state, from)
      code.loop((again) => {
        code.when(binary('lt', state, last), () => {
          const hash = hashOf(code, code.keep(statePointer(world, state)), layout.words)
          code.store(scratch, 0, hash)
          code.set(sink, binary('xor', sink, load(slotPointer(world, binary('and', hash, mask)), 1)))
          code.set(scratch, add(scratch, span(world, 1)))
          code.set(state, add(state, ONE))
          again()
        })
      })
      code.set(state, from)
      code.set(scratch, span(world, memory.scratch))
      code.loop((again) => {
        code.when(binary('lt', state, last), () => {
          const hash = code.keep(load(scratch, 0))
          const index = code.variable(binary('and', hash, mask))
          code.loop((probe) => {
            code.when(truth(load(slotPointer(world, index), 1)), () => {
              code.set(index, binary('and', add(index, ONE), mask))
              probe()
            })
          })
          const slot = code.keep(slotPointer(world, index))
          code.set(state, add(state, ONE))
          code.store(slot, 0, hash)
          code.store(slot, 1, state)
          code.set(scratch, add(scratch, span(world, 1)))
          again()
        })
      })
      nextBlock()
    })
  })
  code.giveBack(sink)
  return code.finish('rebuild', true)
}

/** `run()`: works until something is up; see `Stop`. Where it is, is in memory. */
function writeRun(world: World, rules: { readonly channelsEmpty: boolean }): Func {
  const { memory, layout, program, reduction } = world
  const code = new Code(0)
  const batch = span(world, memory.batch)
  const segments = span(world, memory.segments)
  const end = code.variable(cell(memory.batchEnd))
  const segment = code.variable(cell(memory.segmentEnd))
  const next = code.variable(cell(memory.next))
  const limit = code.variable(cell(memory.nextLevel))
  const left = code.variable(cell(memory.budget))
  const leaveWith = (status: Expr): void => {
    setCell(code, memory.batchEnd, end)
    setCell(code, memory.segmentEnd, segment)
    setCell(code, memory.next, next)
    setCell(code, memory.nextLevel, limit)
    setCell(code, memory.budget, left)
    code.giveBack(status)
  }
  /** Looks up what is in the batch. */
  const drain = (): void => {
    code.when(binary('ne', end, batch), () => {
      const status = code.keep(call('drain', end))
      code.when(truth(status), () => leaveWith(status))
      code.set(end, batch)
    })
    code.set(segment, segments)
    setCell(code, memory.batchParent, next)
  }
  code.loop((again) => {
    code.when(binary('eq', next, limit), () => {
      drain()
      const count = code.keep(cell(memory.count))
      code.when(binary('eq', next, count), () => leaveWith(constant(Stop.done)))
      code.when(truth(cell(memory.stopAtLevel)), () => leaveWith(constant(Stop.level)))
      setCell(code, memory.depth, add(cell(memory.depth), ONE))
      code.set(limit, count)
    })
    const isFull = binary('geu', end, span(world, memory.batchFull))
    const isLong = binary('geu', segment, span(world, memory.segmentsFull))
    code.when(binary('or', isFull, isLong), drain)
    code.when(binary('le', left, ZERO), () => {
      leaveWith(constant(Stop.paused))
    })
    const at = code.keep(statePointer(world, next))
    const start = code.variable(end)
    const view = new View(code, at, at, layout.words)
    const expandSlot = (slot: Slot): void => {
      const inside = view.fork()
      code.when(truth(inside.read(slot.at)), () => code.set(end, call(processName(slot.pid), at, end, ZERO)))
    }
    const expandAll = (): void => {
      for (const slot of layout.slots) expandSlot(slot)
    }
    /** A bit for each process that may go alone. */
    const chooseAlone = (): Expr => {
      const found = code.variable(ZERO)
      for (const slot of layout.slots) {
        if (!mayGoAlone(world, slot)) continue
        code.when(truth(view.read(slot.at)), () => {
          const isAlone = binary('shl', call(aloneName(slot.pid), at), constant(slot.pid))
          code.set(found, binary('or', found, isAlone))
        })
      }
      return found
    }
    const bitOf = (found: Expr, slot: Slot): Expr => binary('and', found, constant(1 << slot.pid))
    /** One after the other, until one leads to a state that is expanded later than this one; else all the others. */
    const expandAlone = (found: Expr): void => {
      code.block((leave) => {
        for (const slot of layout.slots) {
          if (!mayGoAlone(world, slot)) continue
          code.when(truth(bitOf(found, slot)), () => {
            const part = code.variable(end)
            expandSlot(slot)
            code.when(call('forward', part, end, next), leave)
          })
        }
        for (const slot of layout.slots) {
          if (!mayGoAlone(world, slot)) expandSlot(slot)
          else code.when(not(truth(bitOf(found, slot))), () => expandSlot(slot))
        }
      })
    }
    const chosen = reduction.alone ? chooseAlone() : ZERO
    code.when(truth(chosen), () => expandAlone(chosen), expandAll)
    if (program.uses.timeout) {
      code.when(binary('eq', end, start), () => {
        setCell(code, memory.timeout, ONE)
        expandAll()
        setCell(code, memory.timeout, ZERO)
      })
    }
    code.when(binary('eq', end, start), () => {
      const isFine = rules.channelsEmpty ? ZERO : call('mayEnd', at)
      code.when(not(truth(isFine)), () => setCell(code, memory.trouble, ONE))
    })
    code.when(truth(cell(memory.trouble)), () => {
      setCell(code, memory.trouble, ZERO)
      code.set(end, start)
      drain()
      leaveWith(constant(Stop.interpret))
    })
    code.set(
      left,
      add(left, add(binary('div', binary('sub', start, end), span(world, memory.stride)), constant(-1))),
    )
    code.store(segment, 0, end)
    code.set(segment, add(segment, span(world, 1)))
    code.set(next, add(next, ONE))
    again()
  })
  code.giveBack(ZERO)
  return code.finish('run', true)
}

export function writeStore(world: World, rules: { readonly channelsEmpty: boolean }): readonly Func[] {
  return [writeDrain(world), writeForward(world), writeRebuild(world), writeRun(world, rules)]
}
