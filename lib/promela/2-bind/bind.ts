/**
 * Names to symbols: scopes, types, places in the state, labels.
 *
 * Scopes are Spin's: the file, the parameters and locals of a proctype, and each pair of braces inside it (an
 * inline call brings its own pair). A name that is visible may not be declared again, not even in an inner
 * block: Spin 6.5 refuses it, and a model that means two things in two tools is worth refusing.
 *
 * A name that cannot be resolved is reported once and then left out of `resolved`; later phases skip what is
 * not there, so one unknown name does not hide the next mistake.
 */
import type {
  Declaration,
  Declarator,
  Expr,
  Label,
  Model,
  ProctypeUnit,
  ReceiveArg,
  Sequence,
  Stmt,
  TypeRef,
  VariableRef,
} from '#lib/promela/1-parse/ast.ts'
import type { Place } from '#lib/promela/1-parse/token.ts'
import { type CellType, MAX_MESSAGE_FIELDS } from '#lib/promela/cell-type.ts'
import type { DiagnosticCode, DiagnosticList } from '#lib/promela/diagnostic.ts'
import { evaluateConstant } from './constant.ts'
import type {
  Bindings,
  ChannelSymbol,
  ClaimUnit,
  LabelSymbol,
  ProcessSymbol,
  RemoteLabel,
  RemoteVariable,
  Resolved,
  SpecialName,
  StructSymbol,
  ValueType,
  VariableSymbol,
} from './symbols.ts'

export const MAX_ARRAY_LENGTH = 65_536
/** Cells of the globals, or of one process. */
export const MAX_CELLS = 100_000
const MAX_CHANNEL_CELLS = 100_000

const special: ReadonlySet<string> = new Set<SpecialName>(['_pid', '_nr_pr', '_', '_last', '_priority'])

const basicCells: Readonly<Record<string, CellType>> = {
  bit: { name: 'bit', bits: 1, signed: false, mtype: null },
  bool: { name: 'bool', bits: 1, signed: false, mtype: null },
  byte: { name: 'byte', bits: 8, signed: false, mtype: null },
  pid: { name: 'pid', bits: 8, signed: false, mtype: null },
  chan: { name: 'chan', bits: 8, signed: false, mtype: null },
  short: { name: 'short', bits: 16, signed: true, mtype: null },
  int: { name: 'int', bits: 32, signed: true, mtype: null },
}

/** No model can declare it: a name has no brackets. */
const counterName = '(message)'

type Scope = {
  readonly names: Map<string, VariableSymbol>
  readonly outer: Scope | null
  readonly path: readonly number[]
}

/** Cells grow here while variables of one space are declared. */
type Space = { readonly kind: 'global' | 'local'; size: number; readonly variables: VariableSymbol[] }

export function bind(model: Model, diagnostics: DiagnosticList): Bindings {
  return new Binder(model, diagnostics).bindings()
}

class Binder {
  readonly #model: Model
  readonly #diagnostics: DiagnosticList
  readonly #mtypes: { set: string; names: string[] }[] = []
  readonly #constants = new Map<string, number>()
  readonly #structs = new Map<string, StructSymbol>()
  readonly #channels: ChannelSymbol[] = []
  readonly #resolved = new Map<VariableRef, Resolved>()
  readonly #declared = new Map<Declarator, VariableSymbol>()
  readonly #jumps = new Map<Label, Stmt>()
  readonly #counters = new Map<Stmt, VariableRef>()
  readonly #processNames = new Map<string, ProctypeUnit>()
  readonly #remoteLabels = new Map<Expr, RemoteLabel>()
  readonly #remoteVariables = new Map<Expr, RemoteVariable>()
  /** References into processes, which may stand further down: resolved when all are known. */
  readonly #remotes: (Expr & { kind: 'remote-label' | 'remote-variable' })[] = []
  /** Proctypes that the text has come past: their names are words of the language from there on. */
  readonly #passed = new Set<string>()
  /** All names of variables that the text has come past, wherever they are visible. */
  readonly #declaredNames = new Set<string>()
  #blocks = 0
  /** The typedef that is being read. */
  #defining: string | null = null

  constructor(model: Model, diagnostics: DiagnosticList) {
    this.#model = model
    this.#diagnostics = diagnostics
  }

  bindings(): Bindings {
    const file: Scope = { names: new Map(), outer: null, path: [] }
    const globals: Space = { kind: 'global', size: 0, variables: [] }
    const processes: ProcessSymbol[] = []
    const claims: ClaimUnit[] = []
    for (const unit of this.#model.units) {
      if (unit.kind === 'mtype') this.#mtype(unit.subset, unit.names)
      if (unit.kind === 'proctype') this.#announce(unit)
    }
    // In the order of the text: a type, a global or a constant is visible from its declaration on.
    for (const unit of this.#model.units) {
      switch (unit.kind) {
        case 'typedef':
          this.#typedef(unit.name, unit.fields, unit.place)
          break
        case 'declaration':
          this.#declare(unit, file, globals)
          break
        case 'proctype':
          if (unit.role === 'init' || this.#processNames.get(unit.name) === unit)
            processes.push(this.#process(unit, file, processes.length))
          break
        case 'ltl':
          this.#claim(unit, file)
          claims.push(unit)
          break
        case 'trace':
        case 'mtype':
          break
      }
    }
    for (const remote of this.#remotes) this.#remote(remote, processes)
    let trace: Bindings['trace'] = null
    for (const unit of this.#model.units) {
      if (unit.kind !== 'trace') continue
      if (trace) this.#report('duplicate-init', 'only one trace or notrace', unit.place)
      else trace = { process: processes.length, negated: unit.negated }
      processes.push(this.#process(unit.unit, file, processes.length))
    }
    return {
      mtypes: this.#mtypes,
      globals: globals.variables,
      globalSize: globals.size,
      channels: this.#channels,
      processes,
      resolved: this.#resolved,
      declared: this.#declared,
      jumps: this.#jumps,
      counters: this.#counters,
      remoteLabels: this.#remoteLabels,
      remoteVariables: this.#remoteVariables,
      trace,
      claims,
    }
  }

  #claim(unit: ClaimUnit, file: Scope): void {
    const same = this.#model.units.find((other) => other.kind === 'ltl' && other.name === unit.name)
    if (same !== unit) this.#report('redeclared', `ltl ${unit.name} is already defined`, unit.place)
    this.#expression(unit.formula, file)
  }

  // --- Units ----------------------------------------------------------------------------------------------

  #announce(unit: ProctypeUnit): void {
    // Spin takes several, and starts them all.
    if (unit.role === 'init') return
    if (this.#processNames.has(unit.name)) {
      this.#report('duplicate-init', `${unit.name} is already defined`, unit.place)
      return
    }
    this.#processNames.set(unit.name, unit)
  }

  /** Names are numbered from the last one up, and later declarations of a set go on above it: Spin's order. */
  #mtype(subset: string, names: readonly Label[]): void {
    let set = this.#mtypes.find((item) => item.set === subset)
    if (!set) {
      set = { set: subset, names: [] }
      this.#mtypes.push(set)
    }
    for (const name of [...names].reverse()) {
      if (this.#constants.has(name.name)) {
        this.#report('redeclared', `${name.name} is already an mtype`, name.place)
        continue
      }
      set.names.push(name.name)
      this.#constants.set(name.name, set.names.length)
      if (set.names.length === 256)
        this.#report('too-many-cells', 'an mtype set has at most 255 names', name.place)
    }
  }

  #typedef(name: string, fields: readonly Declaration[], place: Place): void {
    if (this.#structs.has(name)) {
      this.#report('redeclared', `type ${name} is already defined`, place)
      return
    }
    const scope: Scope = { names: new Map(), outer: null, path: [] }
    const space: Space = { kind: 'local', size: 0, variables: [] }
    this.#defining = name
    for (const declaration of fields) this.#declare(declaration, scope, space)
    this.#defining = null
    this.#structs.set(name, { name, fields: space.variables, size: space.size })
  }

  #process(unit: ProctypeUnit, file: Scope, index: number): ProcessSymbol {
    if (this.#constants.has(unit.name) || this.#structs.has(unit.name))
      this.#report('redeclared', `${unit.name} is already an mtype or a type`, unit.place)
    if (unit.role === 'proctype') this.#passed.add(unit.name)
    const space: Space = { kind: 'local', size: 0, variables: [] }
    const scope: Scope = { names: new Map(), outer: file, path: [] }
    for (const declaration of unit.parameters) {
      this.#declare(declaration, scope, space)
      for (const parameter of declaration.variables) {
        if (parameter.initial) this.#report('syntax', 'a parameter has no initial value', parameter.place)
      }
    }
    const parameters = [...space.variables]
    if (unit.provided) this.#expression(unit.provided, scope)
    const labels: LabelSymbol[] = []
    const gotos: { label: Label; scope: readonly number[] }[] = []
    this.#sequence(unit.body, scope, space, labels, gotos)
    for (const jump of gotos) {
      const target = findLabel(labels, jump.label.name, jump.scope)
      if (target) this.#jumps.set(jump.label, target.statement)
      else this.#report('unknown-label', `no label ${jump.label.name} in ${unit.name}`, jump.label.place)
    }
    let active = 0
    if ((unit.role === 'proctype' || unit.role === 'init') && unit.active) {
      const initial = this.#initialOf(unit.active, file)
      active = initial ?? this.#constant(unit.active, 'the number of processes') ?? 0
      if (active < 0 || active > 255) {
        this.#report('too-many-processes', `${active} processes: at most 255 are possible`, unit.active.place)
        active = 0
      }
    }
    return { index, unit, parameters, variables: space.variables, size: space.size, labels, active }
  }

  // --- Declarations ---------------------------------------------------------------------------------------

  #declare(declaration: Declaration, scope: Scope, space: Space): void {
    // First all values: a name has no type for Spin before its whole declaration is read.
    for (const { initial } of declaration.variables) {
      if (initial?.kind === 'expression') this.#expression(initial.value, scope)
      if (initial?.kind === 'list') for (const value of initial.values) this.#expression(value, scope)
    }
    if (declaration.hidden && space.kind === 'local')
      this.#report('cannot-be-hidden', 'only a global can be hidden', declaration.place)
    const { type: kind } = declaration
    if (declaration.hidden && kind.kind === 'basic' && ['bit', 'bool', 'chan'].includes(kind.name))
      this.#report('cannot-be-hidden', `a ${kind.name} cannot be hidden`, declaration.place)
    for (const declarator of declaration.variables) {
      this.#declaredNames.add(declarator.name)
      const visible = lookUp(scope, declarator.name)
      if (visible || this.#constants.has(declarator.name) || special.has(declarator.name)) {
        this.#report('redeclared', `${declarator.name} is already declared`, declarator.place)
        continue
      }
      const isProctype =
        this.#passed.has(declarator.name) ||
        (space.kind === 'global' && this.#processNames.get(declarator.name)?.role === 'proctype')
      if (isProctype || this.#structs.has(declarator.name)) {
        const what = isProctype ? 'a proctype' : 'a type'
        this.#report('redeclared', `${declarator.name} is already ${what}`, declarator.place)
        continue
      }
      const declaredType = this.#type(declaration.type, declarator)
      if (!declaredType) continue
      const type = declarator.length === null ? declaredType : elementType(declaredType)
      // What has no length is declared all the same: its uses are no second mistake.
      const length = declarator.length === null ? null : (this.#arrayLength(declarator, scope) ?? 1)
      const stride = type.kind === 'cell' ? 1 : type.struct.size
      const cells = stride * (length ?? 1)
      if (space.size + cells > MAX_CELLS) {
        this.#report('too-many-cells', `the variables take more than ${MAX_CELLS} cells`, declarator.place)
        continue
      }
      const symbol: VariableSymbol = {
        name: declarator.name,
        typeName: typeName(declaration.type, type),
        type,
        length,
        stride,
        space: space.kind,
        offset: space.size,
        hidden: declaration.hidden,
        declarator,
        channel: this.#channel(declarator, type),
        place: declarator.place,
      }
      space.size += cells
      space.variables.push(symbol)
      scope.names.set(declarator.name, symbol)
      this.#declared.set(declarator, symbol)
    }
  }

  #type(type: TypeRef, declarator: Declarator | null): ValueType | null {
    if (type.kind === 'named') {
      const struct = this.#structs.get(type.name)
      if (struct) return { kind: 'struct', struct }
      if (type.name === this.#defining) {
        this.#report('recursive-type', `type ${type.name} cannot contain itself`, type.place)
        return null
      }
      this.#report('unknown-type', `no type ${type.name} is defined before this place`, type.place)
      return null
    }
    const cell = this.#cell(type, declarator)
    return cell && { kind: 'cell', cell }
  }

  #cell(type: TypeRef & { kind: 'basic' }, declarator: Declarator | null): CellType | null {
    if (type.name === 'unsigned') {
      if (!declarator?.bits) {
        const message = declarator
          ? 'unsigned needs a width: unsigned x : 4'
          : 'a message has no unsigned fields'
        this.#report('bad-bit-width', message, declarator?.place ?? type.place)
        return null
      }
      const bits = this.#constant(declarator.bits, 'the width of unsigned')
      if (bits === null) return null
      if (bits < 1 || bits > 31) {
        this.#report('bad-bit-width', `unsigned has 1 to 31 bits, not ${bits}`, declarator.place)
        return null
      }
      return { name: `unsigned:${bits}`, bits, signed: false, mtype: null }
    }
    if (declarator?.bits) {
      this.#report('bad-bit-width', `only unsigned takes a width, not ${type.name}`, declarator.place)
    }
    if (type.name !== 'mtype') return basicCells[type.name] ?? null
    const subset = type.subset ?? ''
    const set = this.#mtypes.findIndex((item) => item.set === subset)
    if (set < 0 && subset !== '') {
      this.#report('unknown-type', `no mtype set ${subset} is declared`, type.place)
      return null
    }
    return {
      name: subset === '' ? 'mtype' : `mtype:${subset}`,
      bits: 8,
      signed: false,
      mtype: set < 0 ? null : set,
    }
  }

  /** Spin takes a scalar's initial value where it wants a number; 8 where that is 0. */
  #initialOf(expression: Expr, scope: Scope): number | null {
    if (expression.kind !== 'variable' || expression.variable.index || expression.variable.field) return null
    const symbol = lookUp(scope, expression.variable.name)
    if (symbol?.length !== null || symbol.type.kind !== 'cell') return null
    const { initial } = symbol.declarator
    if (initial && initial.kind !== 'expression') return null
    const value = initial ? evaluateConstant(initial.value, () => null) : 0
    return value === null ? null : value > 0 ? value : 8
  }

  #arrayLength(declarator: Declarator, scope: Scope): number | undefined {
    if (!declarator.length) return undefined
    const length =
      this.#initialOf(declarator.length, scope) ?? this.#constant(declarator.length, 'the length of an array')
    if (length === null) return undefined
    if (length >= 1 && length <= MAX_ARRAY_LENGTH) return length
    this.#report(
      'bad-array-length',
      `an array has 1 to ${MAX_ARRAY_LENGTH} elements, not ${length}`,
      declarator.place,
    )
    return undefined
  }

  #channel(declarator: Declarator, type: ValueType): number | null {
    if (declarator.initial?.kind !== 'channel') return null
    const init = declarator.initial.channel
    if (type.kind !== 'cell' || type.cell.name !== 'chan') {
      this.#report('not-a-channel', `${declarator.name} is no chan`, declarator.place)
      return null
    }
    const capacity = this.#constant(init.capacity, 'the room of a channel')
    const fields: CellType[] = []
    for (const field of init.fields) {
      const fieldType = this.#type(field, null)
      if (!fieldType) return null
      fields.push(...(fieldType.kind === 'cell' ? [fieldType.cell] : structCells(fieldType.struct)))
    }
    if (capacity === null) return null
    // A bit that is alone in its message is a byte of Spin's, and is not cut.
    const [only] = fields
    if (fields.length === 1 && only?.bits === 1) fields[0] = { ...only, bits: 8 }
    if (fields.length > MAX_MESSAGE_FIELDS) {
      this.#report(
        'bad-channel',
        `a message has at most ${MAX_MESSAGE_FIELDS} fields, not ${fields.length}`,
        init.place,
      )
      return null
    }
    if (capacity < 0 || capacity > 255 || capacity * fields.length > MAX_CHANNEL_CELLS) {
      this.#report('bad-channel', `a channel has room for 0 to 255 messages, not ${capacity}`, init.place)
      return null
    }
    this.#channels.push({ name: declarator.name, capacity, fields, place: declarator.place })
    return this.#channels.length - 1
  }

  /** A constant expression, also over mtype names and globals with a constant initial value. */
  #constant(expression: Expr, what: string): number | null {
    const value = evaluateConstant(expression, (name) => this.#constants.get(name) ?? null)
    if (value !== null) return value
    const [name, isKnown] =
      expression.kind === 'variable'
        ? [expression.variable.name, this.#declaredNames.has(expression.variable.name)]
        : ['', true]
    if (isKnown) this.#report('constant-expected', `${what} must be a constant`, expression.place)
    else
      this.#report(
        'unknown-name',
        `${name} is not declared here, and ${what} must be a constant: #define it, or give -D ${name}=…`,
        expression.place,
      )
    return null
  }

  // --- Statements -----------------------------------------------------------------------------------------

  #sequence(
    sequence: Sequence,
    scope: Scope,
    space: Space,
    labels: LabelSymbol[],
    gotos: { label: Label; scope: readonly number[] }[],
  ): void {
    for (const step of sequence.steps) this.#statement(step, scope, space, labels, gotos)
  }

  #statement(
    statement: Stmt,
    scope: Scope,
    space: Space,
    labels: LabelSymbol[],
    gotos: { label: Label; scope: readonly number[] }[],
  ): void {
    for (const label of statement.labels) {
      if (labels.some((item) => item.name === label.name && samePath(item.scope, scope.path))) {
        this.#report('duplicate-label', `label ${label.name} stands twice in this process`, label.place)
      }
      labels.push({ name: label.name, statement, scope: scope.path })
    }
    const inner = (body: Sequence, within = this.#block(scope)): void => {
      this.#sequence(body, within, space, labels, gotos)
    }
    switch (statement.kind) {
      case 'declare':
        this.#declare(statement.declaration, scope, space)
        return
      case 'exclusive-channel':
        for (const channel of statement.channels) this.#variable(channel, scope)
        return
      case 'expression':
      case 'assert':
        this.#expression(statement.test, scope)
        return
      case 'assign':
        this.#variable(statement.to, scope)
        this.#expression(statement.value, scope)
        return
      case 'step':
        this.#variable(statement.to, scope)
        return
      case 'send':
        this.#variable(statement.channel, scope)
        for (const value of statement.arguments) this.#expression(value, scope)
        return
      case 'receive':
        this.#variable(statement.channel, scope)
        this.#receiveArguments(statement.arguments, scope)
        return
      case 'print':
        for (const value of statement.arguments) this.#expression(value, scope)
        return
      case 'set-priority':
        this.#expression(statement.process, scope)
        this.#expression(statement.value, scope)
        return
      case 'if':
      case 'do':
        for (const option of statement.options) inner(option, scope)
        return
      case 'for':
        this.#variable(statement.index, scope)
        this.#expression(statement.from, scope)
        this.#expression(statement.to, scope)
        inner(statement.body)
        return
      case 'for-in':
        this.#variable(statement.index, scope)
        this.#variable(statement.over, scope)
        this.#counter(statement, scope, space)
        inner(statement.body)
        return
      case 'select':
        this.#variable(statement.index, scope)
        this.#expression(statement.from, scope)
        this.#expression(statement.to, scope)
        return
      case 'block':
        for (const argument of statement.arguments ?? []) this.#expression(argument, scope)
        inner(statement.body)
        return
      case 'atomic':
      case 'd_step':
        inner(statement.body)
        return
      case 'unless':
        this.#statement(statement.normal, scope, space, labels, gotos)
        this.#statement(statement.escape, scope, space, labels, gotos)
        return
      case 'goto':
        gotos.push({ label: statement.label, scope: scope.path })
        return
      case 'break':
      case 'else':
      case 'nothing':
        return
    }
  }

  /** Loops over channels in one block share one counter, which stays in the state, as in Spin. */
  #counter(statement: Stmt & { kind: 'for-in' }, scope: Scope, space: Space): void {
    const over = this.#resolved.get(statement.over)
    const index = this.#resolved.get(statement.index)
    if (over?.kind !== 'variable' || over.last.type.kind !== 'cell' || over.last.type.cell.name !== 'chan')
      return
    if (index?.kind !== 'variable' || index.last.type.kind !== 'struct') return
    const place = statement.place
    const counter: VariableRef = { name: counterName, index: null, field: null, place }
    let symbol = scope.names.get(counterName)
    if (!symbol) {
      const cell = basicCells.byte
      if (!cell) return
      symbol = {
        name: counterName,
        typeName: 'byte',
        type: { kind: 'cell', cell },
        length: null,
        stride: 1,
        space: space.kind,
        offset: space.size,
        hidden: false,
        declarator: { name: counterName, place, bits: null, length: null, initial: null },
        channel: null,
        place,
      }
      space.size++
      space.variables.push(symbol)
      scope.names.set(counterName, symbol)
    }
    const { offset } = symbol
    this.#resolved.set(counter, {
      kind: 'variable',
      root: symbol,
      last: symbol,
      offset,
      indices: [],
      whole: false,
    })
    this.#counters.set(statement, counter)
  }

  #block(outer: Scope): Scope {
    this.#blocks++
    return { names: new Map(), outer, path: [...outer.path, this.#blocks] }
  }

  // --- Expressions ----------------------------------------------------------------------------------------

  #expression(expression: Expr, scope: Scope): void {
    switch (expression.kind) {
      case 'number':
      case 'timeout':
      case 'non-progress':
        return
      case 'variable':
        this.#variable(expression.variable, scope)
        return
      case 'unary':
        this.#expression(expression.operand, scope)
        return
      case 'binary':
        this.#expression(expression.left, scope)
        this.#expression(expression.right, scope)
        return
      case 'conditional':
        this.#expression(expression.test, scope)
        this.#expression(expression.whenTrue, scope)
        this.#expression(expression.whenFalse, scope)
        return
      case 'channel-test':
        this.#variable(expression.channel, scope)
        return
      case 'poll':
        this.#variable(expression.channel, scope)
        this.#receiveArguments(expression.fields, scope)
        return
      case 'run':
        if (this.#processNames.get(expression.proctype)?.role !== 'proctype') {
          this.#report('unknown-proctype', `no proctype ${expression.proctype}`, expression.place)
        }
        for (const argument of expression.arguments) this.#expression(argument, scope)
        return
      case 'process-function':
        this.#expression(expression.process, scope)
        return
      case 'remote-label':
      case 'remote-variable':
        if (expression.process) this.#expression(expression.process, scope)
        if (expression.kind === 'remote-variable' && expression.variable.index)
          this.#expression(expression.variable.index, scope)
        this.#remotes.push(expression)
        return
      case 'temporal':
        for (const operand of expression.operands) this.#expression(operand, scope)
        return
    }
  }

  #remote(
    remote: Expr & { kind: 'remote-label' | 'remote-variable' },
    processes: readonly ProcessSymbol[],
  ): void {
    const process = processes.find(({ unit }) => unit.name === remote.proctype && unit.role === 'proctype')
    if (!process) {
      this.#report('unknown-proctype', `no proctype ${remote.proctype}`, remote.place)
    } else if (remote.kind === 'remote-label') {
      // The newest one: Spin looks its list of labels through from the end.
      const label = process.labels.filter(({ name }) => name === remote.label).at(-1)
      if (label) this.#remoteLabels.set(remote, { process: process.index, statement: label.statement })
      else this.#report('unknown-label', `no label ${remote.label} in ${remote.proctype}`, remote.place)
    } else {
      const names = new Map([...process.variables].reverse().map((symbol) => [symbol.name, symbol]))
      // Its index belongs to whoever asks, and was bound there.
      this.#variable(remote.variable, { names, outer: null, path: [] }, true)
      this.#remoteVariables.set(remote, { process: process.index, reference: remote.variable })
    }
  }

  #receiveArguments(fields: readonly ReceiveArg[], scope: Scope): void {
    for (const field of fields) {
      if (field.kind === 'variable') this.#variable(field.variable, scope)
      if (field.kind === 'eval') this.#expression(field.value, scope)
    }
  }

  #variable(reference: VariableRef, scope: Scope, indexIsBound = false): void {
    if (reference.index && !indexIsBound) this.#expression(reference.index, scope)
    const root = lookUp(scope, reference.name)
    if (!root) {
      if (special.has(reference.name) && !reference.index && !reference.field) {
        this.#resolved.set(reference, { kind: 'special', name: reference.name as SpecialName })
        return
      }
      const constant = this.#constants.get(reference.name)
      if (constant !== undefined && !reference.index && !reference.field) {
        this.#resolved.set(reference, { kind: 'mtype', value: constant })
        return
      }
      const kind = this.#processNames.has(reference.name) ? ' (it is a proctype)' : ''
      this.#report('unknown-name', `${reference.name} is not declared here${kind}`, reference.place)
      return
    }
    const indices: { index: Expr; length: number; stride: number }[] = []
    let symbol = root
    let offset = root.offset
    let at: VariableRef = reference
    for (;;) {
      if (at.index) {
        // Spin lets x[0] be x.
        const isFirst = at.index.kind === 'number' && at.index.value === 0
        if (symbol.length === null && !isFirst) {
          this.#report('not-an-array', `${symbol.name} is not an array`, at.place)
          return
        }
        if (symbol.length !== null)
          indices.push({ index: at.index, length: symbol.length, stride: symbol.stride })
      }
      const field: VariableRef | null = at.field
      if (!field) break
      if (symbol.length !== null && !at.index) {
        this.#report('array-needs-index', `${symbol.name} is an array: it needs an index`, at.place)
        return
      }
      const next =
        symbol.type.kind === 'struct'
          ? symbol.type.struct.fields.find((item) => item.name === field.name)
          : undefined
      if (!next) {
        this.#report('unknown-field', `${symbol.typeName} has no field ${field.name}`, field.place)
        return
      }
      if (field.index) this.#expression(field.index, scope)
      offset += next.offset
      symbol = next
      at = field
    }
    const whole = symbol.length !== null && !at.index
    this.#resolved.set(reference, { kind: 'variable', root, last: symbol, offset, indices, whole })
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

function lookUp(scope: Scope, name: string): VariableSymbol | null {
  for (let item: Scope | null = scope; item; item = item.outer) {
    const found = item.names.get(name)
    if (found) return found
  }
  return null
}

/** The label in the same block, else in the nearest block around it, else anywhere in the process. */
function findLabel(
  labels: readonly LabelSymbol[],
  name: string,
  from: readonly number[],
): LabelSymbol | null {
  let best: LabelSymbol | null = null
  let bestRank = -1
  for (const label of labels) {
    if (label.name !== name) continue
    const around = label.scope.every((block, index) => from[index] === block)
    const rank = around ? label.scope.length + 1 : 0
    if (rank > bestRank) {
      best = label
      bestRank = rank
    }
  }
  return best
}

function samePath(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

function typeName(type: TypeRef, value: ValueType): string {
  return type.kind === 'named' ? type.name : value.kind === 'cell' ? value.cell.name : type.name
}

/** Elements of a bit array have eight bits until lowering finds that one is enough (`4-lower/bit-arrays.ts`). */
function elementType(type: ValueType): ValueType {
  if (type.kind !== 'cell' || type.cell.bits !== 1 || type.cell.name.startsWith('unsigned')) return type
  return { kind: 'cell', cell: { ...type.cell, bits: 8 } }
}

/** The cells of a structure in order: what a variable of it occupies, and the fields it is in a message. */
export function structCells(struct: StructSymbol): CellType[] {
  return struct.fields.flatMap((field) => {
    const one = field.type.kind === 'cell' ? [field.type.cell] : structCells(field.type.struct)
    const cells: CellType[] = []
    for (let index = 0; index < (field.length ?? 1); index++) cells.push(...one)
    return cells
  })
}
