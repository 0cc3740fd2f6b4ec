/**
 * The steps that can be taken from one state, one after the other.
 *
 * Order is by pid, then as in `ControlState.transitions`, then (for a rendezvous) by the partner's pid and
 * transition. It depends on the state alone: traces store the number of a step in this order.
 *
 * Rules that live here, because they are about more than one statement:
 * - an escape that is executable hides what comes after it in its state, other than its own alternatives;
 * - `else` needs that nothing before it in its state was executable;
 * - a process inside an atomic goes on alone; if it cannot, nobody is exclusive any more;
 * - `timeout` is true only when a first pass found no step at all;
 * - a priority hides processes of lower priority as long as the process can move; `provided` switches one off.
 */
import { CONTROL, EXCLUSIVE, GLOBALS, PRIORITY } from './layout.ts'
import type { Machine } from './machine.ts'
import type { Fault } from './verdict.ts'
import type { Executable } from './workspace.ts'

/** What was taken by the last `next()`. */
export type Taken = {
  readonly pid: number
  readonly executable: Executable
  readonly partner: { readonly pid: number; readonly executable: Executable } | null
}

export class Cursor {
  readonly #machine: Machine
  #saved = new Int32Array(256)
  #size = 0
  #exclusive = 0
  #processes = 0
  #structure = 0
  /** The machine no longer holds the saved state. */
  #moved = false
  #timeout = false
  /** By pid: 1 for the processes that are asked. `null`: all are. */
  #part: Uint8Array | null = null
  #pid = 0
  #list: readonly Executable[] = []
  #at = 0
  #base = 0
  #ready = false
  /** Tag of the escape that was executable; 0 for none. */
  #escape = 0
  /** Something of this process's list was executable. */
  #some = false
  #partnerPid = -1
  #partnerAt = 0
  #partnerEscape = 0
  #offered = -1
  /** Somebody took what the current send offers. */
  #agreed = false
  /** Steps taken so far: the last one has index `count - 1`. */
  count = 0
  taken: Taken | null = null
  /** Faults of tests whose statement was not executable: a guard that divides by zero. */
  failures: Fault[] = []

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Starts at the machine's state. Somebody outside of `part` knows already that there is a step. */
  start(part: Uint8Array | null = null): void {
    const machine = this.#machine
    this.#part = part
    this.#size = machine.size
    if (this.#saved.length < machine.size) this.#saved = new Int32Array(machine.size * 2)
    this.#saved.set(machine.cells.subarray(0, machine.size))
    this.#exclusive = machine.cells[EXCLUSIVE] ?? 0
    this.#processes = machine.processes
    this.#structure = machine.structure
    this.#moved = false
    this.count = 0
    this.taken = null
    if (this.failures.length > 0) this.failures = []
    this.#pass(false)
  }

  /** Puts the state of `start` back into the machine. */
  restore(): void {
    if (!this.#moved) return
    const machine = this.#machine
    machine.cells.set(this.#size === this.#saved.length ? this.#saved : this.#saved.subarray(0, this.#size))
    machine.size = this.#size
    if (machine.structure !== this.#structure) {
      machine.reindex()
      machine.structure = this.#structure
    }
    this.#moved = false
  }

  /** Takes the next step: the machine then holds the state after it. False when there are no more. */
  next(): boolean {
    for (;;) {
      while (this.#pid < this.#processes) {
        if (this.#step()) return true
        if (this.#exclusive !== 0) {
          this.restore()
          return false
        }
        this.#pid++
        this.#ready = false
      }
      this.restore()
      const isKnown = this.count > 0 || this.#part !== null
      if (isKnown || this.#timeout || !this.#machine.program.uses.timeout) {
        this.#machine.timeout = false
        return false
      }
      this.#pass(true)
    }
  }

  #pass(timeout: boolean): void {
    this.#timeout = timeout
    this.#machine.timeout = timeout
    this.#pid = this.#exclusive === 0 ? 0 : this.#exclusive - 1
    this.#ready = false
  }

  /** The next step of the current process. */
  #step(): boolean {
    const machine = this.#machine
    if (!this.#ready) {
      this.restore()
      machine.pid = this.#pid
      machine.timeout = this.#timeout
      this.#base = machine.base[this.#pid] ?? 0
      const isAsked = this.#part === null || this.#part[this.#pid] === 1
      this.#list = isAsked && this.#mayMove(this.#pid) ? machine.executablesOf(this.#pid) : []
      this.#at = 0
      this.#escape = 0
      this.#some = false
      this.#offered = -1
      this.#ready = true
    }
    for (;;) {
      if (this.#offered >= 0) {
        if (this.#handshake()) return true
        // Spin forgets with a refused offer that an escape could be taken, and lets the state's own steps follow.
        if (!this.#agreed) this.#escape = 0
        this.#offered = -1
        this.#at++
      }
      const executable = this.#list[this.#at]
      if (!executable) return false
      if (this.#escape !== 0 && executable.transition.escape !== this.#escape) return false
      this.restore()
      machine.pid = this.#pid
      machine.timeout = this.#timeout
      if (machine.errors.length > 0) machine.errors = []
      if (executable.isElse && this.#some) {
        this.#at++
        continue
      }
      if (executable.test(this.#base)) {
        this.#at++
        this.#some = true
        this.#escape = executable.transition.escape
        this.#moved = true
        executable.apply(this.#base)
        this.#arrive(this.#pid, executable)
        this.taken = { pid: this.#pid, executable, partner: null }
        this.count++
        return true
      }
      if (machine.errors.length > 0) this.failures.push(...machine.errors)
      const offered = executable.offer === null ? -1 : this.#quietly(executable.offer)
      if (offered >= 0) {
        this.#offered = offered
        this.#agreed = false
        this.#partnerPid = 0
        this.#partnerAt = 0
        this.#partnerEscape = 0
        continue
      }
      this.#at++
    }
  }

  /** The failing test of a send has already said that its channel is none. */
  #quietly(offer: (base: number) => number): number {
    const machine = this.#machine
    machine.quiet = true
    const frame = offer(this.#base)
    machine.quiet = false
    return frame
  }

  /** The next process that takes what the current send offers. */
  #handshake(): boolean {
    const machine = this.#machine
    const send = this.#list[this.#at]
    if (!send) return false
    for (
      ;
      this.#partnerPid < this.#processes;
      this.#partnerPid++, this.#partnerAt = 0, this.#partnerEscape = 0
    ) {
      const partner = this.#partnerPid
      if (partner === this.#pid) continue
      this.restore()
      machine.pid = partner
      if (this.#partnerAt === 0 && !this.#mayMove(partner)) continue
      const list = machine.executablesOf(partner)
      const base = machine.base[partner] ?? 0
      while (this.#partnerAt < list.length) {
        const receive = list[this.#partnerAt++]
        if (!receive?.accepts || !receive.take) continue
        if (this.#partnerEscape !== 0 && receive.transition.escape !== this.#partnerEscape) break
        this.restore()
        machine.errors = []
        machine.pid = this.#pid
        machine.current = send.transition
        send.present?.(this.#base)
        machine.pid = partner
        machine.current = receive.transition
        if (!receive.accepts(base, this.#offered)) {
          if (machine.errors.length > 0) this.failures.push(...machine.errors)
          continue
        }
        this.#moved = true
        this.#some = true
        this.#agreed = true
        this.#escape = send.transition.escape
        this.#partnerEscape = receive.transition.escape
        machine.reached[send.transition.id] = 1
        machine.reached[receive.transition.id] = 1
        receive.take(base)
        machine.cells[this.#base + CONTROL] = send.transition.target
        this.#arrive(partner, receive)
        this.taken = { pid: this.#pid, executable: send, partner: { pid: partner, executable: receive } }
        this.count++
        return true
      }
    }
    return false
  }

  /** After a step: where its process stands, and whether it goes on alone. */
  #arrive(pid: number, executable: Executable): void {
    const machine = this.#machine
    const { transition } = executable
    machine.cells[EXCLUSIVE] = transition.keepsControl ? pid + 1 : 0
    const { last } = machine.program.observers
    if (last !== null) machine.cells[GLOBALS + last] = pid
    if (transition.action.kind !== 'end')
      machine.cells[(machine.base[pid] ?? 0) + CONTROL] = transition.target
  }

  #mayMove(pid: number): boolean {
    const machine = this.#machine
    const base = machine.base[pid] ?? 0
    if (!this.#isProvided(pid)) return false
    if (!machine.program.uses.priorities) return true
    const mine = machine.cells[base + PRIORITY] ?? 0
    for (let other = 0; other < this.#processes; other++) {
      if (other === pid) continue
      const theirs = machine.cells[(machine.base[other] ?? 0) + PRIORITY] ?? 0
      if (theirs > mine && this.#isProvided(other) && machine.canMove(other)) return false
    }
    return true
  }

  /** One that is switched off does not hold back others either. */
  #isProvided(pid: number): boolean {
    const machine = this.#machine
    const provided = machine.provided[machine.proctypeOf(pid)]
    if (!provided) return true
    const { pid: asking, quiet } = machine
    machine.pid = pid
    machine.quiet = quiet || pid !== asking
    const may = provided(machine.base[pid] ?? 0) !== 0
    machine.pid = asking
    machine.quiet = quiet
    return may
  }
}
