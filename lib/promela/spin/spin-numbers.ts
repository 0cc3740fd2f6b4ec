/**
 * The numbers that spin gives to statements: what a `.trail` file names a step by.
 *
 * Spin counts the elements of its control graph over the whole text, in the order in which its parser makes them,
 * and `spin -k` looks a step up by that number alone. The order is that of an LALR parser: what is inside a
 * statement before the statement, a selection before its join, the statement in front of `unless` after the one
 * behind it. None of it shows in a program, which keeps only the places where a process can stand; so the tree is
 * read again and counted. Nothing is asked of spin: a trail can be written where it is not installed.
 *
 * Statements are told apart by their place and words. Two with the same (a macro that repeats its argument) get
 * one number, which does no harm: they do the same, and a trail names the statement of each step anew.
 */

import type { Declarator, Expr, Sequence, Stmt, VariableRef } from '#lib/promela/1-parse/ast.ts'
import { parse } from '#lib/promela/1-parse/parse.ts'
import { preprocess } from '#lib/promela/1-parse/preprocess.ts'
import { bind } from '#lib/promela/2-bind/bind.ts'
import type { Bindings } from '#lib/promela/2-bind/symbols.ts'
import type { Program, StatementPlace } from '#lib/promela/4-lower/program.ts'
import { selectRange } from '#lib/promela/4-lower/select-range.ts'
import { closingPlace, headPlace, placeOfStatement } from '#lib/promela/4-lower/statement-places.ts'
import type { CompileInput } from '#lib/promela/compile.ts'
import { DiagnosticList } from '#lib/promela/diagnostic.ts'
import { type SourceFile, type Span, sliceSpan } from '#lib/promela/source.ts'
import { invariant } from '#lib/result.ts'

/** By `Transition.id` of `program`, which must be the program of `input`. */
export function spinNumbers(input: CompileInput, program: Program): readonly number[] {
  const diagnostics = new DiagnosticList()
  const { tokens, files } = preprocess(input.files, input.main, input.defines, diagnostics)
  const model = parse(tokens, files, diagnostics)
  const counter = new ElementCounter(bind(model, diagnostics), files)
  const byProcess = new Map<string, ReadonlyMap<string, number>>()
  for (const written of model.units) {
    // Nobody steps through a trace, but it is counted like a process.
    const unit = written.kind === 'trace' ? written.unit : written
    if (unit.kind !== 'proctype') continue
    const { span, origin } = unit.closing
    const places = counter.process(unit.body, { text: '-end-', expanded: '-end-', span, origin })
    if (written.kind !== 'trace') byProcess.set(unit.name, places)
  }
  const numbers: number[] = []
  for (const proctype of program.proctypes) {
    const places = byProcess.get(proctype.name)
    for (const state of proctype.states) {
      for (const transition of state.transitions) {
        const number = places?.get(placeKey(transition))
        invariant(number !== undefined, `${transition.text} in ${proctype.name} is a statement of the text`)
        numbers[transition.id] = number
      }
    }
  }
  return numbers
}

class ElementCounter {
  readonly #bindings: Bindings
  readonly #files: ReadonlyMap<string, SourceFile>
  #next = 0
  #leading = true
  #places = new Map<string, number>()

  constructor(bindings: Bindings, files: readonly SourceFile[]) {
    this.#bindings = bindings
    this.#files = new Map(files.map((file) => [file.name, file]))
  }

  /** Processes must come in the order of the text: the count goes on from one to the next. */
  process(body: Sequence, closing: StatementPlace): ReadonlyMap<string, number> {
    this.#places = new Map()
    this.#leading = true
    this.#steps(body)
    this.#make(closing)
    return this.#places
  }

  #make(place: StatementPlace): void {
    const key = placeKey(place)
    // Of two with one place the first is the one that a process can stand before (the skip of a labelled goto).
    if (!this.#places.has(key)) this.#places.set(key, this.#next)
    this.#next++
  }

  #steps(sequence: Sequence): void {
    for (const step of sequence.steps) this.#statement(step)
  }

  #statement(statement: Stmt): void {
    this.#inside(statement)
    this.#itself(statement)
  }

  #nested(sequence: Sequence): void {
    this.#leading = false
    this.#steps(sequence)
    const { span, origin } = sequence.place
    if (sequence.steps.every(makesNothing)) this.#make({ text: 'skip', expanded: 'skip', span, origin })
  }

  /** What the parser makes before it has seen the whole statement. */
  #inside(statement: Stmt): void {
    switch (statement.kind) {
      case 'declare':
        for (const declarator of statement.declaration.variables) this.#declare(declarator, statement)
        return
      case 'if':
      case 'do':
        for (const option of statement.options) this.#nested(option)
        break
      case 'block':
      case 'atomic':
      case 'd_step':
        this.#nested(statement.body)
        break
      case 'for':
        this.#counting(statement, statement.index, statement.from, statement.to, statement.body)
        break
      case 'for-in':
        this.#countingIn(statement)
        break
      case 'select':
        this.#select(statement)
        break
      case 'unless':
        this.#unless(statement)
        break
      default:
        break
    }
    if (statement.kind !== 'exclusive-channel') this.#leading = false
  }

  /** What it makes once the statement is added to the row it stands in. */
  #itself(statement: Stmt): void {
    const place = placeOfStatement(statement)
    switch (statement.kind) {
      case 'declare':
      case 'exclusive-channel':
        return
      case 'if':
        this.#make(place)
        this.#make(closingPlace(statement, 'fi'))
        return
      case 'do':
      case 'for':
      case 'for-in':
        this.#loop(statement)
        return
      case 'select':
        if (selectRange(statement)) {
          this.#make(place)
          this.#make(closingPlace(statement, 'fi'))
        } else this.#loop(statement)
        return
      case 'unless':
        // A label in front of the normal part stays on a block around the whole.
        if (keepsItsLabel(statement.normal)) {
          this.#make(placeOfStatement(statement.normal))
          return
        }
        this.#make(place)
        this.#make(closingPlace(statement, '}'))
        return
      case 'goto':
      case 'break':
        // The label gets a skip to stand on.
        if (statement.labels.some(({ name }) => /^(end|accept|progress)/.test(name))) this.#next++
        this.#make(place)
        return
      default:
        this.#make(place)
    }
  }

  #loop(statement: Stmt): void {
    this.#make(placeOfStatement(statement))
    this.#make(closingPlace(statement, 'od'))
    this.#make(closingPlace(statement, 'od'))
  }

  #unless(statement: Stmt & { kind: 'unless' }): void {
    const { normal, escape: exit } = statement
    this.#inside(normal)
    this.#inside(exit)
    if (!isBareBlock(exit)) this.#itself(exit)
    if (keepsItsLabel(normal)) {
      this.#make(placeOfStatement(statement))
      this.#make(closingPlace(statement, '}'))
    } else if (!isBareBlock(normal)) this.#itself(normal)
  }

  #declare(declarator: Declarator, statement: Stmt): void {
    if (this.#leading) return
    const { span, origin } = declarator.place
    const text = statement.words.written
    this.#make({ text, expanded: text, span, origin })
  }

  #counting(statement: Stmt, index: VariableRef, from: Expr, to: Expr, body: Sequence): void {
    const head = headPlace(statement, index, to)
    this.#make(head(`${index.name} = ${this.#words(from)}`))
    this.#leading = false
    this.#make(head(`${index.name} <= ${this.#words(to)}`))
    this.#steps(body)
    this.#increment(head, index, true)
  }

  #countingIn(statement: Stmt & { kind: 'for-in' }): void {
    const { index, over, body } = statement
    const head = headPlace(statement, index, over)
    const counter = this.#bindings.counters.get(statement) ?? index
    this.#make(head(`${counter.name} = 0`))
    this.#leading = false
    if (counter === index) {
      const resolved = this.#bindings.resolved.get(over)
      const last = resolved?.kind === 'variable' ? (resolved.last.length ?? 1) - 1 : 0
      this.#make(head(`${index.name} <= ${last}`))
    } else {
      const channel = this.#words(over)
      this.#make(head(`${counter.name} < len(${channel})`))
      this.#make(head(`${channel} ? ${index.name}`))
      this.#make(head(`${channel} ! ${index.name}`))
    }
    this.#steps(body)
    this.#increment(head, counter, true)
  }

  #select(statement: Stmt & { kind: 'select' }): void {
    const { index, from, to } = statement
    const head = headPlace(statement, index, to)
    const range = selectRange(statement)
    if (range) {
      for (let value = range.first; value <= range.last; value++) this.#make(head(`${index.name} = ${value}`))
      return
    }
    this.#make(head(`${index.name} = ${this.#words(from)}`))
    this.#make(head(`${index.name} < ${this.#words(to)}`))
    this.#increment(head, index, false)
  }

  #increment(head: (what: string) => StatementPlace, counter: VariableRef, withElse: boolean): void {
    this.#make(head(`${counter.name}++`))
    if (withElse) this.#make(head('else'))
    this.#make(head('break'))
  }

  #words({ place }: { readonly place: { readonly span: Span } }): string {
    return sliceSpan(this.#files.get(place.span.file), place.span)
  }
}

function makesNothing(statement: Stmt): boolean {
  return (
    statement.kind === 'exclusive-channel' ||
    (statement.kind === 'declare' && statement.declaration.variables.length === 0)
  )
}

/** A plain block, also that of an inline, is itself a part of an unless. */
function isBareBlock(statement: Stmt): boolean {
  return statement.kind === 'block' && statement.labels.length === 0
}

function keepsItsLabel({ kind, labels }: Stmt): boolean {
  return labels.length > 0 && (kind === 'block' || kind === 'atomic' || kind === 'd_step')
}

function placeKey({ text, span, origin }: StatementPlace): string {
  const through = origin.map(({ name, call }) => `${name}@${spanKey(call)}`)
  return [spanKey(span), ...through, text].join('|')
}

function spanKey({ file, line, column, endLine, endColumn }: Span): string {
  return `${file}:${line}:${column}:${endLine}:${endColumn}`
}
