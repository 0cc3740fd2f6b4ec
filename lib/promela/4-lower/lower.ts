/** A checked model to a program: data layout and initial values here, control in `elements` and `automaton`. */
import type { Model } from '../1-parse/ast.ts'
import { structCells } from '../2-bind/bind.ts'
import type { Bindings, ProcessSymbol, VariableSymbol } from '../2-bind/symbols.ts'
import type { CellType } from '../cell-type.ts'
import type { DiagnosticList } from '../diagnostic.ts'
import type { SourceFile } from '../source.ts'
import { buildAutomaton, patchGotos, tieBlocks, type UnlessOrder } from './automaton.ts'
import { narrowBitArrays } from './bit-arrays.ts'
import { lowerClaims } from './claims.ts'
import { ElementBuilder } from './elements.ts'
import { ExpressionLowering, variableCells } from './expressions.ts'
import type { Initialiser, Proctype, Program, Transition, Variable } from './program.ts'

export function lower(
  model: Model,
  bindings: Bindings,
  files: readonly SourceFile[],
  main: string,
  order: UnlessOrder,
  diagnostics: DiagnosticList,
): Program {
  const expressions = new ExpressionLowering(bindings, narrowBitArrays(model, bindings))
  const transitions: Transition[] = []
  const byName = new Map(files.map((file) => [file.name, file]))
  const proctypes = bindings.processes.map((process) =>
    lowerProcess(process, bindings, expressions, transitions, byName, order),
  )
  const initial = bindings.processes.flatMap((process) => Array<number>(process.active).fill(process.index))
  const initialise = bindings.globals.flatMap((symbol) => initialisers(symbol, expressions))
  const layout = cellsOf(bindings.globals, expressions)
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
    claims: lowerClaims(model, bindings, diagnostics),
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
): Proctype {
  const { unit } = process
  const built = new ElementBuilder(bindings, expressions, files).process(unit.body, unit.closing)
  tieBlocks(built.chain)
  patchGotos(built.chain)
  return {
    name: unit.name,
    index: process.index,
    span: unit.place.span,
    kind: unit.role,
    parameters: process.parameters.length,
    variables: process.variables.map(variable),
    ...cellsOf(process.variables, expressions),
    initialise: built.leading.flatMap((symbol) => initialisers(symbol, expressions)),
    ...buildAutomaton(built, transitions, order),
    priority: unit.priority ?? 1,
    provided: unit.provided ? expressions.value(unit.provided) : null,
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

function initialisers(symbol: VariableSymbol, expressions: ExpressionLowering): Initialiser[] {
  const initial = symbol.declarator.initial
  if (!initial || symbol.type.kind !== 'cell') return []
  const count = symbol.length ?? 1
  if (initial.kind === 'channel') {
    if (symbol.channel === null) return []
    return [{ kind: 'channel', space: symbol.space, offset: symbol.offset, count, channel: symbol.channel }]
  }
  const cell = expressions.cell(symbol.type.cell)
  const at = (index: number) => ({
    space: symbol.space,
    offset: symbol.offset + index,
    indices: [],
    cell,
    text: symbol.name,
  })
  if (initial.kind === 'expression') {
    return [{ kind: 'value', to: at(0), count, value: expressions.value(initial.value) }]
  }
  return initial.values
    .slice(0, count)
    .map((value, index) => ({ kind: 'value', to: at(index), count: 1, value: expressions.value(value) }))
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
