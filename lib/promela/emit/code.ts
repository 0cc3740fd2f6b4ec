/**
 * One function in the making: statements in the order of writing, and locals that are given out and taken back.
 *
 * A local is written once where it is made and then only read (except the few that are loop variables), so an
 * expression that names one stays true whatever is written later. `scoped` gives the locals of a branch back.
 */
import type { Expr, Func, Stmt } from './ir.ts'

export class Code {
  #body: Stmt[] = []
  #next: number
  #locals: number
  #labels = 0
  #scopes = 0
  readonly #open = [0]
  /** Statements written so far: what a budget is held against. */
  size = 0
  readonly parameters: number

  constructor(parameters: number) {
    this.parameters = parameters
    this.#next = parameters
    this.#locals = parameters
  }

  emit(stmt: Stmt): void {
    this.size++
    this.#body.push(stmt)
  }

  /** A local that holds a value. */
  keep(value: Expr): Expr {
    if (value.kind === 'const' || value.kind === 'local') return value
    return this.variable(value)
  }

  /** A local of its own, to be `set` again. */
  variable(value: Expr): Expr & { kind: 'local' } {
    const index = this.#next++
    if (this.#next > this.#locals) this.#locals = this.#next
    this.emit({ kind: 'set', local: index, value })
    return { kind: 'local', index }
  }

  set(variable: Expr, value: Expr): void {
    if (variable.kind === 'local') this.emit({ kind: 'set', local: variable.index, value })
  }

  store(pointer: Expr, offset: number, value: Expr): void {
    this.emit({ kind: 'store', pointer, offset, value })
  }

  /** Runs `write` and gives back its statements instead of appending them; its locals are free afterwards. */
  scoped(write: () => void): readonly Stmt[] {
    const outer = this.#body
    const next = this.#next
    this.#body = []
    this.#open.push(++this.#scopes)
    write()
    this.#open.pop()
    const body = this.#body
    this.#body = outer
    this.#next = next
    return body
  }

  when(test: Expr, yes: () => void, no?: () => void): void {
    if (test.kind === 'const') {
      if (test.value !== 0) yes()
      else no?.()
      return
    }
    const then = this.scoped(yes)
    const otherwise = no ? this.scoped(no) : []
    if (then.length > 0 || otherwise.length > 0) this.emit({ kind: 'if', test, yes: then, no: otherwise })
  }

  /** `leave` inside jumps behind it. */
  block(write: (leave: () => void) => void): void {
    const label = this.#labels++
    const body = this.scoped(() => write(() => this.emit({ kind: 'leave', label })))
    this.emit({ kind: 'block', label, body })
  }

  /** `again` inside jumps to its start; coming to its end leaves it. */
  loop(write: (again: () => void) => void): void {
    const label = this.#labels++
    const body = this.scoped(() => write(() => this.emit({ kind: 'leave', label })))
    this.emit({ kind: 'loop', label, body })
  }

  /** Case by number; a missing one does nothing. */
  choose(on: Expr, cases: ReadonlyMap<number, () => void>, count: number): void {
    if (on.kind === 'const') {
      cases.get(on.value)?.()
      return
    }
    const bodies = Array.from({ length: count }, (_, value) => {
      const write = cases.get(value)
      return write ? this.scoped(write) : []
    })
    if (bodies.some((body) => body.length > 0)) this.emit({ kind: 'switch', on, cases: bodies })
  }

  /** Names the branch that is being written: what was kept in it is known only while it is open. */
  get scope(): number {
    return this.#open[this.#open.length - 1] ?? 0
  }

  isOpen(scope: number): boolean {
    return this.#open.includes(scope)
  }

  giveBack(value: Expr): void {
    this.emit({ kind: 'return', value })
  }

  finish(name: string, exported: boolean): Func {
    return { name, parameters: this.parameters, locals: this.#locals, body: this.#body, exported }
  }
}
