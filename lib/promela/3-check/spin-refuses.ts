/**
 * What Spin refuses although it would mean something.
 *
 * A model has to run in both, so that whoever doubts our verdict can repeat it. Each rule here was found by trying
 * spin 6.5.2 from both sides: what is just inside is accepted, and its words are in the message where they help.
 */
import type {
  Declarator,
  Expr,
  Model,
  ProctypeUnit,
  Sequence,
  Stmt,
  VariableRef,
} from '#lib/promela/1-parse/ast.ts'
import type { Place } from '#lib/promela/1-parse/token.ts'
import type { Bindings } from '#lib/promela/2-bind/symbols.ts'
import type { DiagnosticCode, DiagnosticList } from '#lib/promela/diagnostic.ts'
import { childSequences, countRuns, eachExpr, eachStatement, indicesOf, valuesOf } from './walk-tree.ts'

export function checkWhatSpinRefuses(model: Model, bindings: Bindings, diagnostics: DiagnosticList): void {
  new SpinRefuses(model, bindings, diagnostics).check()
}

class SpinRefuses {
  readonly #model: Model
  readonly #bindings: Bindings
  readonly #diagnostics: DiagnosticList
  readonly #inDStep = new Set<Stmt>()

  constructor(model: Model, bindings: Bindings, diagnostics: DiagnosticList) {
    this.#model = model
    this.#bindings = bindings
    this.#diagnostics = diagnostics
  }

  check(): void {
    for (const unit of this.#model.units) {
      if (unit.kind === 'declaration') for (const item of unit.variables) this.#global(item)
      if (unit.kind !== 'proctype') continue
      this.#priority(unit)
      this.#declarations(unit.body)
      eachStatement(unit.body, (statement) => this.#statement(statement))
    }
  }

  #priority({ role, name, priority, provided, place }: ProctypeUnit): void {
    if (priority !== null && (priority < 1 || priority > 255))
      this.#report('bad-priority', `priority ${priority} of ${name} is out of range: 1 .. 255`, place)
    if (role === 'init' && provided) this.#report('syntax', 'init takes no provided clause', provided.place)
  }

  // --- Declarations ---------------------------------------------------------------------------------------

  /** Channels and lists of values belong to the declarations that a process begins with. */
  #declarations(body: Sequence): void {
    const first = body.steps.findIndex(({ kind }) => kind !== 'declare' && kind !== 'exclusive-channel')
    const leading = new Set(first < 0 ? body.steps : body.steps.slice(0, first))
    eachStatement(body, (statement) => {
      if (statement.kind !== 'declare') return
      for (const item of statement.declaration.variables) {
        const { name, initial, place } = item
        this.#listOfScalar(item)
        if (leading.has(statement)) continue
        if (initial?.kind === 'channel')
          this.#report(
            'misplaced-declaration',
            `the channel ${name} is made at the start of a process: declare it before the first statement`,
            place,
          )
        else if (initial?.kind === 'list')
          this.#report(
            'misplaced-declaration',
            `only at the start of a process can ${name} be given a list of values`,
            place,
          )
      }
    })
  }

  #global(item: Declarator): void {
    this.#listOfScalar(item)
    const { initial } = item
    if (initial?.kind === 'expression' && countRuns(initial.value) > 0)
      this.#report('misplaced-run', 'run cannot stand outside of a process', initial.value.place)
  }

  #listOfScalar({ name, length, initial, place }: Declarator): void {
    if (initial?.kind === 'list' && length === null)
      this.#report('not-an-array', `${name} is given a list of values and is no array`, place)
  }

  // --- Statements -----------------------------------------------------------------------------------------

  #statement(statement: Stmt): void {
    switch (statement.kind) {
      case 'exclusive-channel':
        for (const channel of statement.channels) {
          const resolved = this.#bindings.resolved.get(channel)
          if (resolved?.kind === 'variable' && resolved.root.length !== null)
            this.#report('not-a-channel', `xr and xs are for a channel with a name of its own`, channel.place)
        }
        break
      case 'assign':
        this.#selfIndex(statement.to)
        this.#channelAsNumber(statement.to, statement.value)
        break
      case 'step':
        this.#selfIndex(statement.to)
        if (this.#isChannel(statement.to))
          this.#report(
            'channel-as-number',
            `${statement.to.name} is a channel: no counting on it`,
            statement.place,
          )
        break
      case 'receive':
        this.#repeated(statement)
        break
      case 'd_step': {
        eachStatement(statement.body, (inner) => this.#inDStep.add(inner))
        const [first] = statement.body.steps
        if (first?.kind === 'unless')
          this.#report('unless-in-d_step', 'a d_step cannot begin with an unless', first.place)
        break
      }
      case 'if':
      case 'do': {
        // A d_step tries its options in order, and keeps each else where it is.
        const count = this.#inDStep.has(statement) ? 0 : countElse(statement)
        const own = statement.options.filter(({ steps }) => steps[0]?.kind === 'else').length
        if (count > 1 && own < 2)
          this.#report(
            'duplicate-else',
            `this ${statement.kind} inherits ${count} 'else' statements: an option begins with a selection that has one, too`,
            statement.place,
          )
        break
      }
      case 'goto':
        this.#gotoCycle(statement)
        break
      default:
    }
    this.#runs(statement)
  }

  /** Spin asks only about what is assigned, and only about its last index. */
  #selfIndex(to: VariableRef): void {
    let last = to
    while (last.field) last = last.field
    const path = pathOf(to)
    if (last.index && readsPath(last.index, path))
      this.#report('self-index', `${path} is indexed by itself: use a variable in between`, to.place)
  }

  #channelAsNumber(to: VariableRef, value: Expr): void {
    const isName = value.kind === 'variable' && this.#bindings.resolved.get(value.variable)?.kind === 'mtype'
    if (this.#isChannel(to) && (value.kind === 'number' || isName))
      this.#report('channel-as-number', `${to.name} is a channel and cannot be a number`, value.place)
    if (value.kind === 'variable') return
    const compares = (part: Expr): boolean =>
      part.kind !== 'variable' && part.kind !== 'channel-test' && part.kind !== 'poll' && part.kind !== 'run'
    eachExpr(
      value,
      (part) => {
        if (part.kind === 'variable' && this.#isChannel(part.variable))
          this.#report(
            'channel-as-number',
            `${part.variable.name} is a channel: no arithmetic with it`,
            part.place,
          )
      },
      compares,
    )
  }

  #isChannel(reference: VariableRef): boolean {
    const resolved = this.#bindings.resolved.get(reference)
    // Spin does not ask about fields of structures.
    return (
      resolved?.kind === 'variable' &&
      resolved.root === resolved.last &&
      resolved.last.type.kind === 'cell' &&
      resolved.last.type.cell.name === 'chan'
    )
  }

  #repeated(statement: Stmt & { kind: 'receive' }): void {
    const seen = new Set<string>()
    for (const field of statement.arguments) {
      if (field.kind !== 'variable' || field.variable.index || field.variable.field) continue
      const { name } = field.variable
      if (this.#bindings.resolved.get(field.variable)?.kind !== 'variable') continue
      if (seen.has(name))
        this.#report('repeated-variable', `${name} would take two fields of one message`, field.place)
      seen.add(name)
    }
  }

  /** A goto leads to a statement, at last. A label that Spin cares about is one: it is a place to stand. */
  #gotoCycle(start: Stmt & { kind: 'goto' }): void {
    const seen = new Set<Stmt>()
    for (let at: Stmt | undefined = start; at?.kind === 'goto'; at = this.#bindings.jumps.get(at.label)) {
      if (at.labels.some(({ name }) => /^(?:end|accept|progress)/.test(name))) return
      if (seen.has(at)) {
        if (at === start)
          this.#report(
            'goto-cycle',
            `goto ${start.label.name} leads back to itself, with no statement between`,
            start.place,
          )
        return
      }
      seen.add(at)
    }
  }

  // --- run ------------------------------------------------------------------------------------------------

  /** `run` is a statement of its own, or part of what is assigned, asserted or printed. */
  #runs(statement: Stmt): void {
    const refuse = (where: string, place: Place): void =>
      this.#report('misplaced-run', `run cannot stand ${where}`, place)
    for (const value of valuesOf(statement)) {
      const count = countRuns(value)
      if (count === 0) continue
      eachExpr(value, (part) => {
        if (part.kind === 'run' && (part.priority ?? 0) > 255)
          this.#report('bad-priority', `priority ${part.priority} is out of range: 1 .. 255`, part.place)
      })
      switch (statement.kind) {
        case 'expression':
          if (value.kind !== 'run') refuse('inside another expression that is waited for', value.place)
          else if (count > 1) refuse('among the arguments of another run', value.place)
          break
        case 'declare':
          refuse('in the initial value of a variable', value.place)
          break
        case 'assign':
        case 'assert':
        case 'print':
          if (value.kind === 'run' && count > 1) refuse('among the arguments of another run', value.place)
          break
        default:
          refuse('here', value.place)
      }
    }
    for (const reference of storedTo(statement))
      for (const index of indicesOf(reference)) if (countRuns(index) > 0) refuse('in an index', index.place)
  }

  #report(code: DiagnosticCode, message: string, place: Place): void {
    this.#diagnostics.report(code, message, place.span, place.origin)
  }
}

/** The names on the way to what a reference means, without its indices: `s.a` of `s[1].a[2]`. */
function pathOf(reference: VariableRef): string {
  return reference.field ? `${reference.name}.${pathOf(reference.field)}` : reference.name
}

/** Only an index that is a variable and nothing else, and the indices of that: `a[a[0] + 1] = 1` is fine for Spin. */
function readsPath(index: Expr, path: string): boolean {
  if (index.kind !== 'variable') return false
  const { variable } = index
  return pathOf(variable) === path || indicesOf(variable).some((inner) => readsPath(inner, path))
}

function storedTo(statement: Stmt): readonly VariableRef[] {
  switch (statement.kind) {
    case 'assign':
    case 'step':
      return [statement.to]
    case 'receive':
      return statement.arguments.flatMap((field) => (field.kind === 'variable' ? [field.variable] : []))
    case 'for':
    case 'for-in':
    case 'select':
      return [statement.index]
    default:
      return []
  }
}

/** How many else belong to a selection: its own, and those of selections that its options begin with. */
function countElse(statement: Stmt | undefined): number {
  switch (statement?.kind) {
    case 'else':
      return 1
    case 'if':
    case 'do':
      return statement.options.reduce((sum, { steps }) => sum + countElse(steps[0]), 0)
    case 'block':
    case 'atomic':
      return childSequences(statement).reduce((sum, { steps }) => sum + countElse(steps[0]), 0)
    case 'unless':
      return countElse(statement.normal)
    default:
      return 0
  }
}
