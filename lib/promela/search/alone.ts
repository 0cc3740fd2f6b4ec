/** Which processes may be expanded without the others in the machine's state: the rules of `reduce`, asked. */

import {
  capacityOf,
  compileExpression,
  compileReference,
  type Evaluate,
  type Locate,
} from '#lib/promela/machine/expressions.ts'
import { CONTROL } from '#lib/promela/machine/layout.ts'
import type { Machine } from '#lib/promela/machine/machine.ts'
import type { AloneRule, AloneTables, Future } from '#lib/promela/reduce/reduction.ts'

type Cell = { readonly locate: Locate; readonly stores: boolean }

type CompiledRule = {
  readonly needs: readonly (readonly number[])[]
  readonly conflicts: readonly number[]
  readonly cells: readonly Cell[]
  readonly channels: readonly { readonly number: Evaluate; readonly avoid: number }[]
}

type CompiledFuture = {
  readonly does: readonly number[]
  readonly cells: readonly Cell[]
  readonly channels: readonly { readonly number: Evaluate; readonly uses: number }[]
  readonly anyChannel: number
}

const NONE: readonly never[] = []
const MAX_PARTS = 4096

export class AloneChoice {
  readonly #machine: Machine
  readonly #rules: readonly (readonly (CompiledRule | null)[])[]
  readonly #futures: readonly (readonly CompiledFuture[])[]
  readonly #observed: readonly Evaluate[]
  readonly #parts = new Map<string, readonly Uint8Array[]>()

  constructor(machine: Machine, tables: AloneTables) {
    this.#machine = machine
    const cell = ({ reference, stores }: AloneRule['cells'][number]): Cell => ({
      locate: compileReference(machine, reference),
      stores,
    })
    const rule = ({ needs, conflicts, cells, channels }: AloneRule): CompiledRule => ({
      needs,
      conflicts,
      cells: cells.map(cell),
      channels: channels.map(({ channel, avoid }) => ({
        number: compileExpression(machine, channel),
        avoid,
      })),
    })
    const known = new Map<Future, CompiledFuture>()
    const future = (item: Future): CompiledFuture => {
      const compiled = known.get(item) ?? {
        does: item.does,
        cells: item.cells.map(cell),
        channels: item.channels.map(({ channel, uses }) => ({
          number: compileExpression(machine, channel),
          uses,
        })),
        anyChannel: item.anyChannel,
      }
      known.set(item, compiled)
      return compiled
    }
    this.#rules = tables.rules.map((states) => states.map((item) => item && rule(item)))
    this.#observed = tables.observed.map((channel) => compileExpression(machine, channel))
    this.#futures = tables.futures.map((states) => states.map(future))
  }

  /** Who is to be asked, one part after the other: each process that may go alone, then the others. Empty: no such. */
  parts(): readonly Uint8Array[] {
    const found = this.#find()
    if (found.length === 0) return NONE
    const { processes } = this.#machine
    // Few combinations come again and again.
    const key = `${processes} ${found.join()}`
    const known = this.#parts.get(key)
    if (known) return known
    const others = new Uint8Array(processes).fill(1)
    for (const pid of found) others[pid] = 0
    const parts = [...found.map((pid) => new Uint8Array(processes).fill(1, pid, pid + 1)), others]
    if (this.#parts.size < MAX_PARTS) this.#parts.set(key, parts)
    return parts
  }

  /** By pid. */
  #find(): readonly number[] {
    const machine = this.#machine
    const { pid, quiet } = machine
    machine.quiet = true
    const found: number[] = []
    for (let candidate = 0; candidate < machine.processes; candidate++) {
      const rule = this.#at(this.#rules, candidate)
      if (rule && this.#isUndisturbed(candidate, rule) && this.#canMove(candidate, rule))
        found.push(candidate)
    }
    machine.pid = pid
    machine.quiet = quiet
    return found
  }

  #at<T>(tables: readonly (readonly T[])[], pid: number): T | undefined {
    const machine = this.#machine
    return tables[machine.proctypeOf(pid)]?.[machine.cells[(machine.base[pid] ?? 0) + CONTROL] ?? 0]
  }

  #canMove(pid: number, { needs }: CompiledRule): boolean {
    const machine = this.#machine
    const base = machine.base[pid] ?? 0
    const list = machine.executablesOf(pid)
    machine.pid = pid
    machine.timeout = false
    for (const positions of needs)
      if (!positions.some((position) => list[position]?.test(base) === true)) return false
    return list.some((item) => item.test(base))
  }

  #isUndisturbed(pid: number, rule: CompiledRule): boolean {
    const machine = this.#machine
    const base = machine.base[pid] ?? 0
    machine.pid = pid
    let cells: readonly number[] = NONE
    if (rule.cells.length > 0) {
      cells = rule.cells.map(({ locate }) => locate(base))
      if (cells.includes(-1)) return false
    }
    let channels: readonly number[] = NONE
    if (rule.channels.length > 0) {
      channels = rule.channels.map(({ number }) => number(base))
      if (!channels.every((number) => this.#isUsual(number))) return false
    }
    for (let other = 0; other < machine.processes; other++) {
      const future = other === pid ? undefined : this.#at(this.#futures, other)
      if (future && this.#conflict(rule, cells, channels, other, future)) return false
    }
    return true
  }

  /** Is it one that a message can wait in, and that no trace watches? */
  #isUsual(channel: number): boolean {
    const machine = this.#machine
    if (channel < 1 || channel > machine.channels) return false
    if (this.#observed.some((observed) => observed(0) === channel)) return false
    return capacityOf(machine, machine.channelBase[channel] ?? 0) > 0
  }

  #conflict(
    rule: CompiledRule,
    cells: readonly number[],
    channels: readonly number[],
    other: number,
    future: CompiledFuture,
  ): boolean {
    const { conflicts } = rule
    for (let word = 0; word < conflicts.length; word++)
      if (((conflicts[word] ?? 0) & (future.does[word] ?? 0)) !== 0) return true
    if (cells.length === 0 && channels.length === 0) return false
    const machine = this.#machine
    const base = machine.base[other] ?? 0
    machine.pid = other
    for (let index = 0; index < cells.length; index++) {
      for (const theirs of future.cells)
        if ((rule.cells[index]?.stores || theirs.stores) && theirs.locate(base) === cells[index]) return true
    }
    for (let index = 0; index < channels.length; index++) {
      const avoid = rule.channels[index]?.avoid ?? 0
      if ((future.anyChannel & avoid) !== 0) return true
      for (const { number, uses } of future.channels)
        if ((uses & avoid) !== 0 && number(base) === channels[index]) return true
    }
    return false
  }
}
