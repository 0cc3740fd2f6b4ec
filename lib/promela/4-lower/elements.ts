/**
 * Statements to *elements*: the points at which Spin lets a process stand.
 *
 * State counts are part of a verdict and must equal Spin's, so the graph is cut where Spin cuts it. That shows
 * in rules that look odd until one compares counts:
 *
 * - a selection is followed by a *join*, where all its options meet; a loop is preceded by it;
 * - a `{ }` block and an inline call have an element of their own in front of their first statement;
 * - `for` and `select` are loops made of ordinary statements, `break` is a goto;
 * - inside an atomic every element but the last *keeps control*; a goto that leaves loses it, one that enters
 *   the middle of another atomic gets it back.
 *
 * `automaton.ts` then decides which elements a process can be seen at, and what it can do there.
 */

import type {
  Declarator,
  Expr,
  Label,
  ReceiveArg,
  Sequence,
  Stmt,
  VariableRef,
} from '#lib/promela/1-parse/ast.ts'
import type { Place } from '#lib/promela/1-parse/token.ts'
import { evaluateConstant } from '#lib/promela/2-bind/constant.ts'
import type { Bindings, VariableSymbol } from '#lib/promela/2-bind/symbols.ts'
import { type SourceFile, sliceSpan } from '#lib/promela/source.ts'
import { invariant } from '#lib/result.ts'
import type { ExpressionLowering } from './expressions.ts'
import type { Action, StatementPlace, TraceEvent } from './program.ts'
import { selectRange } from './select-range.ts'
import { closingPlace, headPlace, placeOfStatement } from './statement-places.ts'

/** `exit`: the join behind a loop, where break leads. */
export type ElementKind =
  | 'simple'
  | 'choice'
  | 'join'
  | 'exit'
  | 'goto'
  | 'block'
  | 'd_step'
  | 'unless'
  | 'end'

export class Element {
  /** Numbered as Spin makes them: inner ones before those around them (see `#unless` for the exception). */
  serial: number
  kind: ElementKind
  readonly place: StatementPlace
  readonly action: Action
  next: Element | null = null
  /** Of a choice: its options. Of a block or d_step: its body. Of an unless: normal part, escape. */
  readonly parts: readonly Chain[]
  /** Of a goto: where to. Set at once for break, else when all labels are known. */
  destination: Element | null = null
  /** The statement is inside an atomic and not its last: the process goes on alone. */
  keeps = false
  /** Last of an atomic. */
  lastOfAtomic = false
  inDStep = false
  /** Of a choice: a do, also one that stands for a counting loop. */
  isLoop = false
  labels: string[] = []
  /** Escapes that guard it, the one to be tried first in front. */
  escapes: Chain[] = []

  constructor(
    serial: number,
    kind: ElementKind,
    place: StatementPlace,
    action: Action,
    parts: readonly Chain[] = [],
  ) {
    this.serial = serial
    this.kind = kind
    this.place = place
    this.action = action
    this.parts = parts
  }
}

/** Elements in a row. `extent` is the last one of its own; a join that was appended later is after it. */
export class Chain {
  first: Element | null = null
  last: Element | null = null
  extent: Element | null = null

  append(element: Element): void {
    if (this.last) this.last.next = element
    else this.first = element
    this.last = element
  }

  close(): void {
    this.extent = this.last
  }
}

const pass: Action = { kind: 'pass' }

export type BuiltProcess = {
  readonly chain: Chain
  /** Where a label on a statement stands. */
  readonly elementOf: ReadonlyMap<Stmt, Element>
  /** Of a trace: what the steps that look like `pass` wait for. */
  readonly events: ReadonlyMap<Action, TraceEvent>
  /** What the leading declarations set; no step. */
  readonly leading: readonly VariableSymbol[]
}

export class ElementBuilder {
  readonly #isTrace: boolean
  readonly #bindings: Bindings
  readonly #lower: ExpressionLowering
  readonly #files: ReadonlyMap<string, SourceFile>
  readonly #elementOf = new Map<Stmt, Element>()
  readonly #events = new Map<Action, TraceEvent>()
  /** Statements that a remote reference names: a goto with such a label is a place to stand. */
  readonly #remote: ReadonlySet<Stmt>
  readonly #gotos: { element: Element; label: Label }[] = []
  readonly #breaks: Element[] = []
  readonly #leadingSymbols: VariableSymbol[] = []
  #leading = true
  #made = 0

  constructor(
    bindings: Bindings,
    lower: ExpressionLowering,
    files: ReadonlyMap<string, SourceFile>,
    isTrace = false,
  ) {
    this.#isTrace = isTrace
    this.#bindings = bindings
    this.#lower = lower
    this.#files = files
    this.#remote = new Set([...bindings.remoteLabels.values()].map(({ statement }) => statement))
  }

  process(body: Sequence, closing: Place): BuiltProcess {
    const chain = new Chain()
    for (const step of body.steps) this.#add(step, chain)
    const place = { text: '-end-', expanded: '-end-', span: closing.span, origin: closing.origin }
    chain.append(this.#make('end', place, { kind: 'end' }))
    chain.close()
    for (const { element, label } of this.#gotos) {
      const target = this.#bindings.jumps.get(label)
      element.destination = (target && this.#elementOf.get(target)) ?? null
      invariant(element.destination, `goto ${label.name} has a destination, else there was an error`)
    }
    return { chain, elementOf: this.#elementOf, events: this.#events, leading: this.#leadingSymbols }
  }

  /** Adds one statement to a chain; loops made of several statements add what stands before them, too. */
  #add(statement: Stmt, chain: Chain): void {
    if (statement.kind === 'declare') {
      for (const declarator of statement.declaration.variables) this.#declare(declarator, statement, chain)
      return
    }
    if (statement.kind === 'exclusive-channel') return
    const element = this.#element(statement, chain)
    this.#leading = false
    this.#elementOf.set(statement, element)
    for (const label of statement.labels) element.labels.push(label.name)
    if (element.kind === 'choice' || element.kind === 'unless') return
    // Spin gives a goto with a special label a skip to carry it: the label is a place to stand.
    if (
      element.kind === 'goto' &&
      (element.labels.some(isSpecialLabel) || (statement.kind === 'goto' && this.#remote.has(statement)))
    ) {
      const skip = this.#make('simple', element.place, pass)
      skip.labels = element.labels
      element.labels = []
      this.#elementOf.set(statement, skip)
      chain.append(skip)
    }
    chain.append(element)
  }

  #element(statement: Stmt, chain: Chain): Element {
    const place = placeOfStatement(statement)
    switch (statement.kind) {
      case 'if':
      case 'do': {
        const exit = statement.kind === 'do' ? this.#openLoop(statement) : null
        const options = statement.options.map((option) => {
          const body = this.#chain(option)
          pruneSkips(body)
          return body
        })
        return this.#choice(statement, options, exit, chain)
      }
      case 'for':
        return this.#for(statement, chain)
      case 'for-in':
        return this.#forIn(statement, chain)
      case 'select':
        return this.#select(statement, chain)
      case 'block':
        return this.#make('block', place, pass, [this.#chain(statement.body)])
      case 'atomic': {
        const body = this.#chain(statement.body)
        markAtomic(body, false)
        return this.#make('block', place, pass, [body])
      }
      case 'd_step': {
        const body = this.#chain(statement.body)
        markAtomic(body, true)
        return this.#make('d_step', place, pass, [body])
      }
      case 'unless':
        return this.#unless(statement, chain)
      case 'goto': {
        const element = this.#make('goto', place, pass)
        this.#gotos.push({ element, label: statement.label })
        return element
      }
      case 'break':
        return this.#break(place)
      default:
        return this.#make('simple', place, this.#action(statement))
    }
  }

  #chain(sequence: Sequence): Chain {
    this.#leading = false
    const chain = new Chain()
    for (const step of sequence.steps) this.#add(step, chain)
    if (!chain.first) {
      const { span, origin } = sequence.place
      chain.append(this.#make('simple', { text: 'skip', expanded: 'skip', span, origin }, pass))
    }
    chain.close()
    return chain
  }

  // --- Declarations ---------------------------------------------------------------------------------------

  #declare(declarator: Declarator, statement: Stmt, chain: Chain): void {
    const symbol = this.#bindings.declared.get(declarator)
    if (!symbol) return
    if (this.#leading) {
      this.#leadingSymbols.push(symbol)
      return
    }
    const { span, origin } = declarator.place
    const text = statement.words.written
    chain.append(this.#make('simple', { text, expanded: text, span, origin }, this.#initialAction(symbol)))
  }

  /** A declaration in mid-body is an assignment; of an array it sets only the first element, as Spin does. */
  #initialAction(symbol: VariableSymbol): Action {
    const initial = symbol.declarator.initial
    if (symbol.type.kind !== 'cell' || initial?.kind === 'channel') return pass
    const cell = this.#lower.cell(symbol.type.cell)
    const at = (index: number) => ({
      space: symbol.space,
      offset: symbol.offset + index,
      indices: [],
      cell,
      text: symbol.name,
    })
    if (initial?.kind === 'list') {
      return {
        kind: 'assign',
        assignments: listValues(initial.values, symbol.length).map((value, index) => ({
          to: at(index),
          value: this.#lower.value(value),
        })),
      }
    }
    const value = initial ? this.#lower.value(initial.value) : ({ kind: 'constant', value: 0 } as const)
    return { kind: 'assign', assignments: [{ to: at(0), value }] }
  }

  // --- Selections and loops -------------------------------------------------------------------------------

  #openLoop(statement: Stmt): Element {
    const exit = this.#make('exit', closingPlace(statement, 'od'), pass)
    this.#breaks.push(exit)
    return exit
  }

  /** Joins the options and puts the choice into the chain: a loop's join stands before it, an if's after it. */
  #choice(statement: Stmt, options: readonly Chain[], exit: Element | null, chain: Chain): Element {
    const join = this.#make('join', closingPlace(statement, exit ? 'od' : 'fi'), pass)
    for (const option of options) option.append(join)
    const ordered = elseLast(options)
    const choice = this.#make('choice', placeOfStatement(statement), pass, ordered)
    if (exit) {
      choice.isLoop = true
      this.#breaks.pop()
      chain.append(join)
      chain.append(choice)
      chain.append(exit)
    } else {
      chain.append(choice)
      chain.append(join)
    }
    return choice
  }

  #break(place: StatementPlace): Element {
    const element = this.#make('goto', place, pass)
    element.destination = this.#breaks[this.#breaks.length - 1] ?? null
    invariant(element.destination, 'break has a loop around it, else there was an error')
    return element
  }

  #make(kind: ElementKind, place: StatementPlace, action: Action, parts: readonly Chain[] = []): Element {
    return new Element(this.#made++, kind, place, action, parts)
  }

  #simple(place: StatementPlace, action: Action): Element {
    return this.#make('simple', place, action)
  }

  #for(statement: Stmt & { kind: 'for' }, chain: Chain): Element {
    const index: Expr = { kind: 'variable', variable: statement.index, place: statement.index.place }
    const name = statement.index.name
    const head = headPlace(statement, statement.index, statement.to)
    chain.append(
      this.#simple(
        head(`${name} = ${this.#words(statement.from)}`),
        this.#assign(statement.index, statement.from),
      ),
    )
    const exit = this.#openLoop(statement)
    const more: Expr = {
      kind: 'binary',
      operator: '<=',
      left: index,
      right: statement.to,
      place: statement.place,
    }
    const body = new Chain()
    body.append(
      this.#simple(head(`${name} <= ${this.#words(statement.to)}`), {
        kind: 'test',
        test: this.#lower.value(more),
      }),
    )
    return this.#closeLoop(statement, body, statement.body, head, statement.index, exit, true, chain)
  }

  #forIn(statement: Stmt & { kind: 'for-in' }, chain: Chain): Element {
    const over = this.#bindings.resolved.get(statement.over)
    invariant(over?.kind === 'variable', 'for … in names a variable')
    const place = statement.place
    const number = (value: number): Expr => ({ kind: 'number', value, place })
    const head = headPlace(statement, statement.index, statement.over)
    const counter = this.#bindings.counters.get(statement) ?? statement.index
    const isChannel = counter !== statement.index
    const at: Expr = { kind: 'variable', variable: counter, place }
    chain.append(this.#simple(head(`${counter.name} = 0`), this.#assign(counter, number(0))))
    const exit = this.#openLoop(statement)
    const more: Expr = isChannel
      ? {
          kind: 'binary',
          operator: '<',
          left: at,
          right: { kind: 'channel-test', test: 'len', channel: statement.over, place },
          place,
        }
      : { kind: 'binary', operator: '<=', left: at, right: number((over.last.length ?? 1) - 1), place }
    const body = new Chain()
    body.append(
      this.#simple(
        head(
          isChannel
            ? `${counter.name} < len(${this.#words(statement.over)})`
            : `${counter.name} <= ${(over.last.length ?? 1) - 1}`,
        ),
        { kind: 'test', test: this.#lower.value(more) },
      ),
    )
    if (isChannel) {
      // Each message is taken from the head and put back at the tail, so that the channel is as before.
      const channel = this.#lower.value({ kind: 'variable', variable: statement.over, place })
      const fields = this.#lower.receiveFields([{ kind: 'variable', variable: statement.index, place }])
      const values = this.#lower.messageValues([{ kind: 'variable', variable: statement.index, place }])
      body.append(
        this.#simple(head(`${this.#words(statement.over)} ? ${statement.index.name}`), {
          kind: 'receive',
          channel,
          fields,
          anywhere: false,
          keep: false,
        }),
      )
      body.append(
        this.#simple(head(`${this.#words(statement.over)} ! ${statement.index.name}`), {
          kind: 'send',
          channel,
          fields: values,
          sorted: false,
        }),
      )
    }
    return this.#closeLoop(statement, body, statement.body, head, counter, exit, true, chain)
  }

  #select(statement: Stmt & { kind: 'select' }, chain: Chain): Element {
    const head = headPlace(statement, statement.index, statement.to)
    const range = selectRange(statement)
    if (range) {
      const options: Chain[] = []
      for (let value = range.first; value <= range.last; value++) {
        const option = new Chain()
        const number: Expr = { kind: 'number', value, place: statement.place }
        const text = `${statement.index.name} = ${value}`
        option.append(
          this.#simple({ ...head(text), text, expanded: text }, this.#assign(statement.index, number)),
        )
        option.close()
        options.push(option)
      }
      return this.#choice(statement, options, null, chain)
    }
    const index: Expr = { kind: 'variable', variable: statement.index, place: statement.index.place }
    chain.append(
      this.#simple(
        head(`${statement.index.name} = ${this.#words(statement.from)}`),
        this.#assign(statement.index, statement.from),
      ),
    )
    const exit = this.#openLoop(statement)
    const more: Expr = {
      kind: 'binary',
      operator: '<',
      left: index,
      right: statement.to,
      place: statement.place,
    }
    const body = new Chain()
    body.append(
      this.#simple(head(`${statement.index.name} < ${this.#words(statement.to)}`), {
        kind: 'test',
        test: this.#lower.value(more),
      }),
    )
    return this.#closeLoop(statement, body, null, head, statement.index, exit, false, chain)
  }

  /** Ends the two options of a counting loop: out (by else, or freely), and body with its increment. */
  #closeLoop(
    statement: Stmt,
    body: Chain,
    steps: Sequence | null,
    head: (what: string) => StatementPlace,
    counter: VariableRef,
    exit: Element,
    withElse: boolean,
    chain: Chain,
  ): Element {
    this.#leading = false
    for (const step of steps?.steps ?? []) this.#add(step, body)
    const one: Expr = { kind: 'number', value: 1, place: statement.place }
    const value: Expr = { kind: 'variable', variable: counter, place: statement.place }
    const next: Expr = { kind: 'binary', operator: '+', left: value, right: one, place: statement.place }
    body.append(this.#simple(head(`${counter.name}++`), this.#assign(counter, next)))
    body.close()
    const out = new Chain()
    if (withElse) out.append(this.#simple(head('else'), { kind: 'else' }))
    out.append(this.#break(head('break')))
    out.close()
    return this.#choice(statement, [out, body], exit, chain)
  }

  #words({ place }: { readonly place: Place }): string {
    return sliceSpan(this.#files.get(place.span.file), place.span)
  }

  #assign(to: VariableRef, value: Expr): Action {
    const resolved = this.#bindings.resolved.get(to)
    if (resolved?.kind === 'special' && resolved.name === '_priority') {
      this.#lower.notePriorities()
      return { kind: 'set-priority', process: { kind: 'pid' }, value: this.#lower.value(value) }
    }
    const target = this.#lower.target(to)
    const lowered = this.#lower.value(value)
    return target ? { kind: 'assign', assignments: [{ to: target, value: lowered }] } : { kind: 'pass' }
  }

  // --- Unless ---------------------------------------------------------------------------------------------

  #unless(statement: Stmt & { kind: 'unless' }, chain: Chain): Element {
    const { normal } = statement
    const labelled = normal.labels.length > 0
    if (labelled && (normal.kind === 'block' || normal.kind === 'atomic' || normal.kind === 'd_step')) {
      // `L: { … } unless …`: the label stays on a block around the whole.
      const inner = new Chain()
      this.#joinUnless(statement, this.#chain(normal.body), this.#unlessPart(statement.escape, chain), inner)
      inner.close()
      if (normal.kind !== 'block') markAtomic(inner, normal.kind === 'd_step')
      const kind = normal.kind === 'd_step' ? 'd_step' : 'block'
      const block = this.#make(kind, placeOfStatement(normal), pass, [inner])
      this.#elementOf.set(normal, block)
      block.labels.push(...normal.labels.map((label) => label.name))
      return block
    }
    const part = this.#unlessPart(normal, chain)
    const exit = this.#unlessPart(statement.escape, chain)
    // Spin has read both sides when it makes the element of a normal part without braces: it is younger than
    // those of the escape, and so inherits the escape with its own escapes (`automaton.ts`, `#transitions`).
    if (!isPlainBlock(normal)) for (const element of ownElements(part)) element.serial = this.#made++
    return this.#joinUnless(statement, part, exit, chain)
  }

  /** A plain block is its own sequence; anything else becomes a sequence of one. */
  #unlessPart(statement: Stmt, chain: Chain): Chain {
    if (isPlainBlock(statement)) return this.#chain(statement.body)
    const part = new Chain()
    this.#add(statement, part)
    // The step before a counting loop is none of the loop: it is not guarded, and comes before the whole.
    for (
      let first = part.first;
      first && isCounting(statement) && first.kind === 'simple';
      first = part.first
    ) {
      part.first = first.next
      first.next = null
      chain.append(first)
    }
    part.close()
    return part
  }

  #joinUnless(statement: Stmt & { kind: 'unless' }, normal: Chain, exit: Chain, chain: Chain): Element {
    const join = this.#make('join', closingPlace(statement, '}'), pass)
    normal.append(join)
    exit.append(join)
    const element = this.#make('unless', placeOfStatement(statement), pass, [normal, exit])
    guardChain(normal, exit)
    chain.append(element)
    chain.append(join)
    return element
  }

  // --- Simple statements ----------------------------------------------------------------------------------

  /** A send or receive of a trace: it does nothing, and is remembered for what it waits for. */
  #event(statement: Stmt & { kind: 'send' | 'receive' }): Action {
    const action: Action = { kind: 'pass' }
    this.#events.set(action, {
      kind: statement.kind,
      channel: this.#channel(statement.channel),
      fields: statement.arguments.map((field) => this.#eventField(field)),
    })
    return action
  }

  #eventField(field: Expr | ReceiveArg): number | null {
    if (field.kind === 'variable') {
      const name = this.#bindings.resolved.get(field.variable)
      return name?.kind === 'mtype' ? name.value : null
    }
    if (field.kind === 'constant') return field.value
    return evaluateConstant(field.kind === 'eval' ? field.value : field, () => null)
  }

  #action(statement: Stmt): Action {
    const lower = this.#lower
    if (this.#isTrace && (statement.kind === 'send' || statement.kind === 'receive'))
      return this.#event(statement)
    switch (statement.kind) {
      case 'expression': {
        const test = lower.value(statement.test)
        return test.kind === 'constant' && test.value !== 0 ? { kind: 'pass' } : { kind: 'test', test }
      }
      case 'else':
        return { kind: 'else' }
      case 'assign':
        return this.#assign(statement.to, statement.value)
      case 'step': {
        const place = statement.place
        const value: Expr = { kind: 'variable', variable: statement.to, place }
        const one: Expr = { kind: 'number', value: 1, place }
        const operator = statement.by === 1 ? '+' : '-'
        return this.#assign(statement.to, { kind: 'binary', operator, left: value, right: one, place })
      }
      case 'assert':
        return { kind: 'assert', test: lower.value(statement.test), text: statement.text }
      case 'print':
        return {
          kind: 'print',
          format: statement.format,
          arguments: statement.arguments.map((item) => lower.value(item)),
        }
      case 'send':
        return {
          kind: 'send',
          channel: this.#channel(statement.channel),
          fields: lower.messageValues(statement.arguments),
          sorted: statement.sorted,
        }
      case 'receive':
        return {
          kind: 'receive',
          channel: this.#channel(statement.channel),
          fields: lower.receiveFields(statement.arguments),
          anywhere: statement.anywhere,
          keep: statement.keep,
        }
      case 'set-priority':
        lower.notePriorities()
        return {
          kind: 'set-priority',
          process: lower.value(statement.process),
          value: lower.value(statement.value),
        }
      default:
        return pass
    }
  }

  #channel(variable: VariableRef) {
    return this.#lower.value({ kind: 'variable', variable, place: variable.place })
  }
}

/** A list that is too short goes on with its last value. */
export function listValues(values: readonly Expr[], length: number | null): Expr[] {
  return Array.from({ length: length ?? 1 }, (_, index) => values[Math.min(index, values.length - 1)]).filter(
    (value) => value !== undefined,
  )
}

// --- Rules of the graph -------------------------------------------------------------------------------------

function isPlainBlock(statement: Stmt): statement is Stmt & { kind: 'block' } {
  return statement.kind === 'block' && statement.labels.length === 0
}

function isCounting({ kind }: Stmt): boolean {
  return kind === 'for' || kind === 'for-in' || kind === 'select'
}

function ownElements(chain: Chain): Element[] {
  const elements: Element[] = []
  for (let element = chain.first; element; element = element.next) elements.push(element)
  return elements
}

function isSpecialLabel(name: string): boolean {
  return name.startsWith('end') || name.startsWith('accept') || name.startsWith('progress')
}

/** `else` is tried after its siblings, wherever it stands. */
function elseLast(options: readonly Chain[]): Chain[] {
  const isElse = (option: Chain): boolean => option.first?.action.kind === 'else'
  return [...options.filter((option) => !isElse(option)), ...options.filter(isElse)]
}

/** Spin drops a skip that follows a skip or a printf inside an option, unless it is labelled or last. */
function pruneSkips(chain: Chain): void {
  let run = 0
  let previous: Element | null = null
  for (let element = chain.first; element; element = element.next) {
    const prints = element.action.kind === 'print'
    const skips = element.kind === 'simple' && element.action.kind === 'pass'
    if ((!prints && !skips) || element.labels.length > 0) {
      run = 0
      previous = element
      continue
    }
    run++
    if (run > 1 && !prints && previous && element !== chain.last) previous.next = element.next
    else previous = element
  }
}

/** Marks the inside of an atomic or d_step: all elements keep control but the last one. */
function markAtomic(chain: Chain, dStep: boolean): void {
  walkAtomic(chain, dStep)
  const last = chain.last
  if (!last) return
  const [inner] = last.parts
  if ((last.kind === 'block' || last.kind === 'unless') && inner) {
    markAtomic(inner, dStep)
    return
  }
  last.keeps = false
  last.lastOfAtomic = true
}

function walkAtomic(chain: Chain, dStep: boolean): void {
  for (let element = chain.first; element; element = element.next) {
    element.keeps = true
    if (dStep) element.inDStep = true
    // Nested atomics and d_steps add nothing; a d_step inside an atomic stays one step.
    if (element.kind === 'd_step' && dStep) element.kind = 'block'
    if (element.kind !== 'd_step') for (const part of element.parts) walkAtomic(part, dStep)
    if (element === chain.last) return
  }
}

/** An escape guards every element of the normal part, also those inside selections and blocks. */
function guardChain(chain: Chain, exit: Chain): void {
  for (let element = chain.first; element; element = element.next) {
    guard(element, exit)
    if (element === chain.extent) return
  }
}

function guard(element: Element, exit: Chain): void {
  if (element.escapes.includes(exit)) return
  // An inner escape that has begun can still be left by an outer one.
  for (const inner of element.escapes) guardChain(inner, exit)
  element.escapes.unshift(exit)
  const [body] = element.parts
  if (element.kind === 'unless' && body) guardChain(body, exit)
  if (element.kind === 'choice') for (const option of element.parts) guardChain(option, exit)
  if (element.kind === 'block' && body) guardChain(body, exit)
  if (element.kind === 'd_step' && body?.first) guard(body.first, exit)
}
