/** A checked model to a program: data layout and initial values here, control in `elements` and `automaton`. */

import type { Model } from '#lib/promela/1-parse/ast.ts'
import { structCells } from '#lib/promela/2-bind/bind.ts'
import type { Bindings, ProcessSymbol, VariableSymbol } from '#lib/promela/2-bind/symbols.ts'
import type { CellType } from '#lib/promela/cell-type.ts'
import type { DiagnosticList } from '#lib/promela/diagnostic.ts'
import type { SourceFile } from '#lib/promela/source.ts'
import { invariant } from '#lib/result.ts'
import { buildAutomaton, patchGotos, tieBlocks, type UnlessOrder } from './automaton.ts'
import { narrowBitArrays } from './bit-arrays.ts'
import { lowerClaims } from './claims.ts'
import { ElementBuilder, listValues } from './elements.ts'
import { ExpressionLowering, type LabelStates, pidCell, variableCells } from './expressions.ts'
import type { EventTrace, Initialiser, Proctype, Program, Transition, Variable } from './program.ts'

export function lower(
  model: Model,
  bindings: Bindings,
  files: readonly SourceFile[],
  main: string,
  order: UnlessOrder,
  diagnostics: DiagnosticList,
): Program {
  const labels: LabelStates = new Map()
  const narrow = narrowBitArrays(model, bindings)
  const own = bindings.globals.flatMap(variableCells).length
  const usesLast = [...bindings.resolved.values()].some(
    (item) => item.kind === 'special' && item.name === '_last',
  )
  const last = usesLast ? own : null
  const expressions = new ExpressionLowering(bindings, narrow, last, labels)
  const transitions: Transition[] = []
  const byName = new Map(files.map((file) => [file.name, file]))
  const processes = bindings.processes.filter(({ unit }) => unit.role !== 'trace')
  const proctypes = processes.map((process) =>
    lowerProcess(process, bindings, expressions, transitions, byName, order, labels),
  )
  const initial = processes.flatMap((process) => Array<number>(process.active).fill(process.index))
  const initialise = bindings.globals.flatMap((symbol) => initialisers(symbol, expressions))
  const layout = cellsOf(bindings.globals, expressions)
  if (last !== null) layout.cells.push(pidCell)
  const trace = lowerTrace(bindings, expressions, byName, layout.cells.length)
  if (trace) layout.cells.push({ name: 'short', bits: 16, signed: false, mtype: null })
  while (layout.kept.length < layout.cells.length) layout.kept.push(true)
  const prioritised = model.units.some((unit) => unit.kind === 'proctype' && unit.priority !== null)
  return {
    main,
    files,
    mtypes: bindings.mtypes,
    globals: bindings.globals.map(variable),
    ...layout,
    initialise,
    channelShapes: bindings.channels.map((channel) => ({
      name: channel.name,
      capacity: channel.capacity,
      fields: channel.fields,
      span: channel.place.span,
    })),
    proctypes,
    initial,
    transitions,
    // Its own: what a claim uses must not change how a search for safety stores states.
    claims: lowerClaims(bindings, new ExpressionLowering(bindings, narrow, last, labels), diagnostics),
    never: proctypes.find(({ kind }) => kind === 'never')?.index ?? null,
    observers: { last, trace },
    uses: { timeout: expressions.usesTimeout, priorities: expressions.usesPriorities || prioritised },
  }
}

function lowerProcess(
  process: ProcessSymbol,
  bindings: Bindings,
  expressions: ExpressionLowering,
  transitions: Transition[],
  files: ReadonlyMap<string, SourceFile>,
  order: UnlessOrder,
  labels: LabelStates,
): Proctype {
  const { unit } = process
  invariant(unit.role !== 'trace', 'a trace is no proctype')
  const built = new ElementBuilder(bindings, expressions, files).process(unit.body, unit.closing)
  tieBlocks(built.chain)
  patchGotos(built.chain)
  const { states, entry, end, stateOf } = buildAutomaton(built, transitions, order)
  for (const { process: index, statement } of bindings.remoteLabels.values()) {
    const element = index === process.index ? built.elementOf.get(statement) : undefined
    const state = element && stateOf(element)
    const known = labels.get(statement) ?? []
    if (state !== undefined && !known.includes(state)) known.push(state)
    labels.set(statement, known)
  }
  // Fields of a structure have initial values of their own, which are set at the start wherever it is declared.
  const later = process.variables.filter(
    (symbol) =>
      symbol.type.kind === 'struct' &&
      !built.leading.includes(symbol) &&
      !process.parameters.includes(symbol),
  )
  return {
    name: unit.name,
    index: process.index,
    span: unit.place.span,
    kind: unit.role,
    parameters: process.parameters.flatMap(variableCells).length,
    variables: process.variables.map(variable),
    ...cellsOf(process.variables, expressions),
    initialise: [...built.leading, ...later].flatMap((symbol) => initialisers(symbol, expressions)),
    states,
    entry,
    end,
    priority: unit.priority ?? 1,
    provided: unit.provided ? expressions.value(unit.provided) : null,
  }
}

function lowerTrace(
  bindings: Bindings,
  expressions: ExpressionLowering,
  files: ReadonlyMap<string, SourceFile>,
  cell: number,
): EventTrace | null {
  const { trace } = bindings
  const process = trace && bindings.processes[trace.process]
  if (!process) return null
  const { body, closing, place } = process.unit
  const built = new ElementBuilder(bindings, expressions, files, true).process(body, closing)
  tieBlocks(built.chain)
  patchGotos(built.chain)
  const { states, end } = buildAutomaton(built, [], 'outer-first')
  return {
    negated: trace.negated,
    cell,
    states: states.map(({ transitions, validEnd }) => ({
      edges: transitions
        .filter(({ action }) => action.kind !== 'end')
        .map(({ action, target }) => ({ event: built.events.get(action) ?? null, target })),
      validEnd,
    })),
    end,
    span: place.span,
  }
}

function cellsOf(
  symbols: readonly VariableSymbol[],
  expressions: ExpressionLowering,
): { cells: CellType[]; kept: boolean[] } {
  const cells: CellType[] = []
  const kept: boolean[] = []
  for (const symbol of symbols) {
    for (const cell of variableCells(symbol)) {
      cells.push(expressions.cell(cell))
      kept.push(!symbol.hidden)
    }
  }
  return { cells, kept }
}

/** `space` and `offset` are those of the variable, also when it is a field of another. */
function initialisers(
  symbol: VariableSymbol,
  expressions: ExpressionLowering,
  { space, offset }: { readonly space: 'global' | 'local'; readonly offset: number } = symbol,
): Initialiser[] {
  const initial = symbol.declarator.initial
  const count = symbol.length ?? 1
  if (symbol.type.kind === 'struct') {
    const { fields } = symbol.type.struct
    return Array.from({ length: count }, (_, index) => offset + index * symbol.stride).flatMap((base) =>
      fields.flatMap((field) => initialisers(field, expressions, { space, offset: base + field.offset })),
    )
  }
  if (!initial) return []
  if (initial.kind === 'channel') {
    if (symbol.channel === null) return []
    return [{ kind: 'channel', space, offset, count, channel: symbol.channel }]
  }
  const cell = expressions.cell(symbol.type.cell)
  const at = (index: number) => ({
    space,
    offset: offset + index,
    indices: [],
    cell,
    text: symbol.name,
  })
  if (initial.kind === 'expression') {
    return [{ kind: 'value', to: at(0), count, value: expressions.value(initial.value) }]
  }
  return listValues(initial.values, count).map((value, index) => ({
    kind: 'value',
    to: at(index),
    count: 1,
    value: expressions.value(value),
  }))
}

function variable(symbol: VariableSymbol): Variable {
  return {
    name: symbol.name,
    typeName: symbol.typeName,
    offset: symbol.offset,
    length: symbol.length,
    stride: symbol.type.kind === 'cell' ? 1 : structCells(symbol.type.struct).length,
    cell: symbol.type.kind === 'cell' ? symbol.type.cell : null,
    fields: symbol.type.kind === 'struct' ? symbol.type.struct.fields.map(variable) : null,
    hidden: symbol.hidden,
    span: symbol.place.span,
  }
}
