/**
 * What is well-formed and still wrong: values that are no values, channels that are none, jumps into d_step,
 * runs and receives with the wrong number of fields.
 *
 * After this phase without errors, lowering meets nothing that it cannot lower; its `invariant`s rely on it.
 */
import type {
  Declarator,
  Expr,
  Model,
  ProctypeUnit,
  ReceiveArg,
  Sequence,
  Stmt,
  VariableRef,
} from '#lib/promela/1-parse/ast.ts'
import type { Place } from '#lib/promela/1-parse/token.ts'
import { structCells } from '#lib/promela/2-bind/bind.ts'
import { evaluateConstant } from '#lib/promela/2-bind/constant.ts'
import type { Bindings, Resolved, ValueType, VariableSymbol } from '#lib/promela/2-bind/symbols.ts'
import type { DiagnosticCode, DiagnosticList } from '#lib/promela/diagnostic.ts'
import { checkWhatSpinRefuses } from './spin-refuses.ts'
import { childSequences, countRuns } from './walk-tree.ts'

export const MAX_PROCESSES = 255

export function check(model: Model, bindings: Bindings, diagnostics: DiagnosticList): void {
  new Checker(bindings, diagnostics).model(model)
  checkWhatSpinRefuses(model, bindings, diagnostics)
}

/** Where a statement stands, as far as its rules depend on it. */
type Around = {
  readonly loop: boolean
  /** All statements of the d_step around it, for jumps; `null` outside. */
  readonly dStep: ReadonlySet<Stmt> | null
}

class Checker {
  readonly #bindings: Bindings
  readonly #diagnostics: DiagnosticList
  /** Between the braces of a never claim, or in a formula: np_ means something there. */
  #inClaim = false
  /** The d_step that a statement belongs to. */
  readonly #dStepOf = new Map<Stmt, ReadonlySet<Stmt>>()

  constructor(bindings: Bindings, diagnostics: DiagnosticList) {
    this.#bindings = bindings
    this.#diagnostics = diagnostics
  }

  model(model: Model): void {
    for (const unit of model.units) {
      if (unit.kind === 'declaration') {
        for (const declarator of unit.variables) {
          this.#initial(declarator)
        }
      }
      if (unit.kind === 'proctype') this.#process(unit)
      if (unit.kind === 'trace') this.#events(unit.unit.body)
    }
    for (const claim of this.#bindings.claims) this.#formula(claim.formula)
    this.#processes(model)
  }

  #processes(model: Model): void {
    const total = this.#bindings.processes.reduce((sum, process) => sum + process.active, 0)
    const first = model.units[0]
    if (total > MAX_PROCESSES) {
      const place = this.#bindings.processes.find((process) => process.active > 0)?.unit.place
      if (place)
        this.#report(
          'too-many-processes',
          `${total} processes start: at most ${MAX_PROCESSES} are possible`,
          place,
        )
    }
    if (total === 0 && first && !this.#diagnostics.hasErrors) {
      this.#report(
        'no-process',
        'nothing runs: the model has neither an active proctype nor an init',
        first.place,
      )
    }
  }

  #process(unit: ProctypeUnit): void {
    this.#inClaim = unit.role === 'never'
    this.#labelPlaces(unit.body, false)
    if (unit.provided) this.#value(unit.provided, true)
    if (this.#inClaim) this.#claim(unit.body)
    this.#collectDSteps(unit.body, null)
    this.#sequence(unit.body, { loop: false, dStep: null })
    this.#inClaim = false
  }

  /** A claim looks and does nothing: conditions, assertions and what leads from one to the next. */
  #claim(sequence: Sequence): void {
    for (const step of sequence.steps) {
      if (!claimStatements.has(step.kind) || (step.kind === 'expression' && countRuns(step.test) > 0))
        this.#report('in-claim', 'a never claim only has conditions and assertions', step.place)
      for (const child of childSequences(step)) this.#claim(child)
    }
  }

  /** A trace has sends and receives with constants, and what leads from one to the next. */
  #events(sequence: Sequence): void {
    for (const step of sequence.steps) {
      const isEvent = step.kind === 'send' || step.kind === 'receive'
      if (isEvent) {
        this.#channel(step.channel)
        const given = step.arguments.length
        if (given > 0) this.#messageWidth(step.channel, given, step.place, 'event')
        for (const field of step.arguments) {
          const name = field.kind === 'variable' ? this.#bindings.resolved.get(field.variable) : undefined
          if (name?.kind === 'variable' || (field.kind !== 'variable' && constantOf(field) === null))
            this.#report('in-claim', 'the fields of an event are constants or _', step.place)
        }
      } else if (!eventStatements.has(step.kind)) {
        this.#report('in-claim', 'a trace has only sends and receives', step.place)
      }
      for (const child of childSequences(step)) this.#events(child)
    }
  }

  /** Spin knows no place for a label on the first statement inside braces, other than on a do. */
  #labelPlaces(sequence: Sequence, braces: boolean): void {
    for (const [index, step] of sequence.steps.entries()) {
      const [label] = step.labels
      if (label && braces && index === 0 && !standsBefore.has(step.kind))
        this.#report(
          'misplaced-label',
          `label ${label.name} stands on the first statement of a block: put it in front of the block`,
          label.place,
        )
      const inBraces = step.kind === 'block' || step.kind === 'atomic' || step.kind === 'd_step'
      for (const child of childSequences(step)) this.#labelPlaces(child, inBraces)
      if (step.kind === 'unless') {
        for (const part of [step.normal, step.escape]) {
          const [first] = part.labels
          const lifted = part === step.normal && ['block', 'atomic', 'd_step'].includes(part.kind)
          if (first && !lifted && !standsBefore.has(part.kind))
            this.#report(
              'misplaced-label',
              `label ${first.name} stands inside an unless: put braces around the statement`,
              first.place,
            )
          for (const child of childSequences(part))
            this.#labelPlaces(child, ['block', 'atomic', 'd_step'].includes(part.kind))
        }
      }
    }
  }

  #collectDSteps(sequence: Sequence, within: Set<Stmt> | null): void {
    for (const step of sequence.steps) this.#collectDStep(step, within)
  }

  #collectDStep(statement: Stmt, within: Set<Stmt> | null): void {
    if (within) {
      within.add(statement)
      this.#dStepOf.set(statement, within)
    }
    const inner = statement.kind === 'd_step' && !within ? new Set<Stmt>() : within
    for (const child of childSequences(statement)) this.#collectDSteps(child, inner)
    if (statement.kind === 'unless') {
      this.#collectDStep(statement.normal, within)
      this.#collectDStep(statement.escape, within)
    }
  }

  #sequence(sequence: Sequence, around: Around): void {
    for (const step of sequence.steps) this.#statement(step, around)
  }

  #statement(statement: Stmt, around: Around): void {
    switch (statement.kind) {
      case 'declare':
        for (const declarator of statement.declaration.variables) this.#initial(declarator)
        return
      case 'exclusive-channel':
        for (const channel of statement.channels) this.#channel(channel, true)
        return
      case 'expression':
      case 'assert':
        if (around.dStep) this.#noRun(statement.test, 'inside d_step')
        this.#value(statement.test, true)
        return
      case 'assign':
        this.#target(statement.to)
        if (around.dStep) this.#noRun(statement.value, 'inside d_step')
        this.#value(statement.value, true)
        this.#assignsMtype(statement.to, statement.value)
        return
      case 'step':
        this.#target(statement.to)
        return
      case 'send': {
        this.#channel(statement.channel)
        for (const value of statement.arguments) this.#message(value)
        const given = statement.arguments.reduce((sum, value) => sum + this.#width(value), 0)
        this.#messageWidth(statement.channel, given, statement.place, 'send')
        return
      }
      case 'receive': {
        this.#channel(statement.channel)
        this.#fields(statement.arguments)
        const given = statement.arguments.reduce((sum, field) => sum + this.#fieldWidth(field), 0)
        this.#messageWidth(statement.channel, given, statement.place, 'receive')
        return
      }
      case 'print':
        for (const value of statement.arguments) {
          if (around.dStep) this.#noRun(value, 'inside d_step')
          this.#value(value)
        }
        return
      case 'set-priority':
        this.#value(statement.process)
        this.#value(statement.value)
        return
      case 'if':
      case 'do': {
        const withElse = statement.options.filter((option) => option.steps[0]?.kind === 'else')
        const second = withElse[1]?.steps[0]
        if (second)
          this.#report('duplicate-else', `else stands twice in this ${statement.kind}`, second.place)
        for (const option of statement.options) {
          this.#sequence(option, statement.kind === 'do' ? { ...around, loop: true } : around)
        }
        return
      }
      case 'for':
      case 'select': {
        this.#target(statement.index)
        if (statement.index.index || statement.index.field)
          this.#report(
            'not-a-variable',
            `the counter of ${statement.kind} is a plain variable`,
            statement.index.place,
          )
        this.#value(statement.from)
        this.#value(statement.to)
        const from = evaluateConstant(statement.from, () => null)
        const to = evaluateConstant(statement.to, () => null)
        if (from !== null && to !== null && from > to) {
          const message = `the range ${from} .. ${to} is empty`
          // Spin complains of a plain range and goes on all the same; the loop is passed.
          const severity = statement.kind === 'select' ? 'error' : 'warning'
          this.#report('empty-range', message, statement.place, severity)
        }
        if (statement.kind === 'for') this.#sequence(statement.body, { ...around, loop: true })
        return
      }
      case 'for-in':
        this.#forIn(statement, around)
        return
      case 'block':
      case 'atomic':
        if (statement.kind === 'block') for (const value of statement.arguments ?? []) this.#actual(value)
        this.#sequence(statement.body, around)
        return
      case 'd_step':
        this.#sequence(statement.body, {
          loop: around.dStep ? around.loop : false,
          dStep: around.dStep ?? new Set<Stmt>(),
        })
        return
      case 'unless':
        if (around.dStep)
          this.#report(
            'not-supported',
            'an unless inside d_step does nothing, as in Spin: its escape is never taken',
            statement.place,
            'warning',
          )
        this.#statement(statement.normal, around)
        this.#statement(statement.escape, around)
        return
      case 'goto': {
        const target = this.#bindings.jumps.get(statement.label)
        if (target && this.#dStepOf.get(target) !== this.#dStepOf.get(statement)) {
          this.#report(
            'jump-into-d_step',
            `goto ${statement.label.name} crosses the border of a d_step`,
            statement.place,
          )
        }
        return
      }
      case 'break':
        if (around.loop) return
        if (around.dStep) this.#report('jump-into-d_step', 'break would leave the d_step', statement.place)
        else this.#report('break-outside-loop', 'break without a do or for around it', statement.place)
        return
      case 'else':
      case 'nothing':
        return
    }
  }

  #forIn(statement: Stmt & { kind: 'for-in' }, around: Around): void {
    const over = this.#bindings.resolved.get(statement.over)
    const index = this.#bindings.resolved.get(statement.index)
    this.#sequence(statement.body, { ...around, loop: true })
    if (over?.kind !== 'variable' || index?.kind !== 'variable') return
    const isChannel = over.last.type.kind === 'cell' && over.last.type.cell.name === 'chan'
    const struct = index.last.type.kind === 'struct' && !index.whole
    if (isChannel && (struct || !over.whole)) {
      if (!struct)
        this.#report(
          'wrong-field-count',
          'for over a channel needs a variable of the message type',
          statement.place,
        )
      return
    }
    if (over.whole) {
      this.#target(statement.index)
      return
    }
    this.#report('not-an-array', 'for … in needs an array or a channel', statement.over.place)
  }

  // --- Formulas ---------------------------------------------------------------------------------------------

  #formula(formula: Expr): void {
    this.#inClaim = true
    if (formula.kind === 'temporal') {
      // Spin as Debian builds it refuses it too: a formula with next can tell stuttering apart.
      if (formula.operator === 'next')
        this.#report('syntax', 'X (next) is not allowed in an ltl block', formula.place)
      for (const operand of formula.operands) this.#formula(operand)
    } else if (formula.kind === 'unary' && formula.operator === '!') this.#formula(formula.operand)
    else if (formula.kind === 'binary' && (formula.operator === '&&' || formula.operator === '||')) {
      this.#formula(formula.left)
      this.#formula(formula.right)
    } else {
      this.#noRun(formula)
      this.#value(formula)
    }
  }

  // --- Values ---------------------------------------------------------------------------------------------

  /** `probe`: full, empty, nfull and nempty may stand here; Spin refuses them under other operators. */
  #value(expression: Expr, probe = false): void {
    switch (expression.kind) {
      case 'number':
      case 'timeout':
        return
      case 'non-progress':
        if (!this.#inClaim)
          this.#report('in-claim', 'np_ is for never claims and ltl blocks', expression.place)
        return
      case 'variable':
        this.#readable(expression.variable)
        return
      case 'unary':
        this.#value(expression.operand)
        return
      case 'binary': {
        const through = probe && (expression.operator === '&&' || expression.operator === '||')
        this.#value(expression.left, through)
        this.#value(expression.right, through)
        return
      }
      case 'conditional':
        this.#value(expression.test)
        this.#value(expression.whenTrue)
        this.#value(expression.whenFalse)
        return
      case 'channel-test':
        this.#channel(expression.channel)
        if (!probe && expression.test !== 'len') {
          this.#report(
            'syntax',
            `${expression.test}() can only be combined with && and ||; for its opposite use ${opposite[expression.test]}()`,
            expression.place,
          )
        }
        return
      case 'poll':
        this.#channel(expression.channel)
        this.#fields(expression.fields)
        return
      case 'run':
        this.#run(expression)
        return
      case 'process-function':
        this.#value(expression.process)
        return
      case 'temporal':
        this.#report('syntax', 'a temporal operator cannot stand under an arithmetic one', expression.place)
        return
      case 'remote-label':
        if (expression.process) this.#value(expression.process)
        return
      case 'remote-variable':
        if (expression.process) this.#value(expression.process)
        this.#readable(expression.variable)
        return
    }
  }

  #run(expression: Expr & { kind: 'run' }): void {
    for (const argument of expression.arguments) this.#message(argument, true)
    const process = this.#bindings.processes.find((item) => item.unit.name === expression.proctype)
    if (!process) return
    // A structure is handed over field by field.
    const wanted = process.parameters.reduce((sum, { type }) => sum + widthOf(type), 0)
    const given = expression.arguments.reduce((sum, argument) => sum + this.#width(argument), 0)
    if (given !== wanted) {
      const message = `${expression.proctype} takes ${wanted} arguments, not ${given}`
      this.#report('wrong-argument-count', message, expression.place)
    }
    for (const parameter of process.parameters) {
      if (!hasArray(parameter)) continue
      const message = `parameter ${parameter.name} is an array or has one inside`
      this.#report('struct-as-value', message, parameter.place)
    }
    this.#mtypeArguments(process.parameters, expression.arguments)
  }

  /** Where an mtype is a parameter, Spin takes names of that set and what is computed, and no variable. */
  #mtypeArguments(parameters: readonly VariableSymbol[], values: readonly Expr[]): void {
    for (const [index, { name, type }] of parameters.entries()) {
      const value = values[index]
      if (type.kind !== 'cell' || !type.cell.name.startsWith('mtype') || value?.kind !== 'variable') continue
      const given = this.#setOfName(value.variable)
      if (given === (this.#bindings.mtypes[type.cell.mtype ?? -1]?.set ?? '')) continue
      const message =
        given === null
          ? `an mtype parameter is given a name, not a variable: make ${name} a byte, or write ${value.variable.name} + 0`
          : `${value.variable.name} is no name of ${type.cell.name}`
      this.#report('mtype-mismatch', message, value.place)
    }
  }

  #readable(reference: VariableRef): void {
    const resolved = this.#bindings.resolved.get(reference)
    this.#indices(resolved)
    if (resolved?.kind === 'special') {
      if (resolved.name === '_') this.#report('not-a-variable', '_ has no value', reference.place)
      return
    }
    if (resolved?.kind !== 'variable') return
    if (resolved.whole) {
      this.#report(
        'array-needs-index',
        `${resolved.last.name} is an array: it needs an index`,
        reference.place,
      )
    } else if (resolved.last.type.kind === 'struct') {
      this.#report(
        'struct-as-value',
        `${resolved.last.name} is a whole ${resolved.last.typeName}, not a value`,
        reference.place,
      )
    }
  }

  #indices(resolved: Resolved | undefined): void {
    if (resolved?.kind === 'variable') for (const index of resolved.indices) this.#value(index.index)
  }

  #target(reference: VariableRef): void {
    const resolved = this.#bindings.resolved.get(reference)
    if (resolved?.kind === 'mtype' || (resolved?.kind === 'special' && !assignable.has(resolved.name))) {
      this.#report('not-a-variable', `${reference.name} cannot be assigned`, reference.place)
    } else if (resolved?.kind === 'variable') this.#readable(reference)
  }

  #channel(reference: VariableRef, wholeArray = false): void {
    const resolved = this.#bindings.resolved.get(reference)
    if (!resolved) return
    this.#indices(resolved)
    if (
      resolved.kind !== 'variable' ||
      resolved.last.type.kind !== 'cell' ||
      resolved.last.type.cell.name !== 'chan'
    ) {
      this.#report('not-a-channel', `${reference.name} is not a channel`, reference.place)
    } else if (resolved.whole && !wholeArray) {
      this.#report(
        'array-needs-index',
        `${resolved.last.name} is an array: it needs an index`,
        reference.place,
      )
    }
  }

  // --- Messages -------------------------------------------------------------------------------------------

  /** Of an inline, which replaces words: also the name of an array, to which the body gives an index. */
  #actual(value: Expr): void {
    const resolved = value.kind === 'variable' ? this.#bindings.resolved.get(value.variable) : undefined
    if (resolved?.kind === 'variable' && resolved.whole) this.#indices(resolved)
    else this.#message(value)
  }

  /** A field of a message may be a whole structure: it is spread into its fields. */
  #message(value: Expr, mayRun = false): void {
    if (value.kind !== 'variable') {
      if (!mayRun) this.#noRun(value)
      this.#value(value)
      return
    }
    const resolved = this.#bindings.resolved.get(value.variable)
    if (resolved?.kind === 'variable' && resolved.last.type.kind === 'struct' && !resolved.whole)
      this.#indices(resolved)
    else this.#readable(value.variable)
  }

  #fields(fields: readonly ReceiveArg[]): void {
    for (const field of fields) {
      if (field.kind === 'eval') this.#value(field.value)
      if (field.kind !== 'variable') continue
      const resolved = this.#bindings.resolved.get(field.variable)
      if (resolved?.kind === 'special' && resolved.name !== '_') {
        this.#report('not-a-variable', `${field.variable.name} cannot be received into`, field.place)
      }
      if (resolved?.kind !== 'variable') continue
      if (resolved.last.type.kind === 'struct' && !resolved.whole) this.#indices(resolved)
      else this.#readable(field.variable)
    }
  }

  #width(value: Expr): number {
    return value.kind === 'variable' ? this.#referenceWidth(value.variable) : 1
  }

  #fieldWidth(field: ReceiveArg): number {
    return field.kind === 'variable' ? this.#referenceWidth(field.variable) : 1
  }

  #referenceWidth(reference: VariableRef): number {
    const resolved = this.#bindings.resolved.get(reference)
    if (resolved?.kind !== 'variable' || resolved.last.type.kind !== 'struct') return 1
    return structCells(resolved.last.type.struct).length
  }

  #messageWidth(
    reference: VariableRef,
    given: number,
    place: Place,
    what: 'send' | 'receive' | 'event',
  ): void {
    const declared = this.#declaredChannel(reference)?.fields.length
    // Of a channel that is not known here Spin only knows that it is one of the model's.
    const most = this.#bindings.channels.reduce((sum, { fields }) => Math.max(sum, fields.length), 0)
    const fields = declared ?? (what === 'send' && given > most ? most : given)
    if (fields === given) return
    // Spin refuses only what would not fit; for the rest it is a fault of the run, and worth a warning here.
    const isError = what === 'event' || (what === 'send' && given > fields)
    const atMost = declared === undefined ? 'at most ' : ''
    this.#report(
      'wrong-field-count',
      `messages of ${reference.name} have ${atMost}${fields} fields, not ${given}`,
      place,
      isError ? 'error' : 'warning',
    )
  }

  #initial(declarator: Declarator): void {
    const { name, initial } = declarator
    if (initial?.kind === 'list') for (const value of initial.values) this.#value(value)
    if (initial?.kind !== 'expression') return
    this.#value(initial.value)
    const symbol = this.#bindings.declared.get(declarator)
    if (symbol) this.#sameMtype(name, symbol.type, initial.value)
  }

  /** A variable of a named set takes its names. A number or a variable fits everywhere. */
  #sameMtype(name: string, type: ValueType, value: Expr): void {
    const mine = type.kind === 'cell' ? this.#bindings.mtypes[type.cell.mtype ?? -1]?.set : undefined
    if (!mine || value.kind !== 'variable') return
    const other = this.#setOfName(value.variable)
    if (other === null || other === mine) return
    const message = `${name} is an mtype:${mine}, and ${value.variable.name} is not one of its names`
    this.#report('mtype-mismatch', message, value.place)
  }

  /** The set of an mtype's name, empty for the unnamed one; `null` when it is no such name. */
  #setOfName(reference: VariableRef): string | null {
    if (this.#bindings.resolved.get(reference)?.kind !== 'mtype') return null
    return this.#bindings.mtypes.find(({ names }) => names.includes(reference.name))?.set ?? null
  }

  #declaredChannel(reference: VariableRef) {
    const resolved = this.#bindings.resolved.get(reference)
    if (resolved?.kind !== 'variable' || resolved.last.channel === null) return undefined
    return this.#bindings.channels[resolved.last.channel]
  }

  /** Spin asks only about plain variables, not about the fields of a structure. */
  #assignsMtype(to: VariableRef, value: Expr): void {
    const resolved = this.#bindings.resolved.get(to)
    if (resolved?.kind === 'variable' && !to.field) this.#sameMtype(to.name, resolved.last.type, value)
  }

  #noRun(expression: Expr, where = 'here'): void {
    if (countRuns(expression) > 0)
      this.#report('misplaced-run', `run cannot stand ${where}`, expression.place)
  }

  #report(
    code: DiagnosticCode,
    message: string,
    place: Place,
    severity: 'error' | 'warning' = 'error',
  ): void {
    this.#diagnostics.report(code, message, place.span, place.origin, severity)
  }
}

/** `_` swallows a value; `_priority` is the process's own. */
const assignable: ReadonlySet<string> = new Set(['_', '_priority'])

const opposite = { empty: 'nempty', nempty: 'empty', full: 'nfull', nfull: 'full' } as const

/** Cells of one value. */
function widthOf(type: ValueType): number {
  return type.kind === 'cell' ? 1 : structCells(type.struct).length
}

function hasArray({ length, type }: VariableSymbol): boolean {
  return length !== null || (type.kind === 'struct' && type.struct.fields.some(hasArray))
}

/** What stands before the element that carries the label: a loop's join, the step before a counting loop. */
const standsBefore: ReadonlySet<Stmt['kind']> = new Set(['do', 'for', 'for-in', 'select', 'declare'])

const claimStatements: ReadonlySet<Stmt['kind']> = new Set([
  'expression',
  'else',
  'assert',
  'print',
  'if',
  'do',
  'block',
  'atomic',
  'd_step',
  'goto',
  'break',
  'nothing',
])

const eventStatements: ReadonlySet<Stmt['kind']> = new Set([
  'else',
  'if',
  'do',
  'block',
  'atomic',
  'goto',
  'break',
  'nothing',
])

/** Of an event's field: what it compares with; `null` when that is not known before the run. */
function constantOf(field: Expr | ReceiveArg): number | null {
  if (field.kind === 'constant') return field.value
  if (field.kind === 'eval') return evaluateConstant(field.value, () => null)
  return field.kind === 'variable' ? null : evaluateConstant(field, () => null)
}
