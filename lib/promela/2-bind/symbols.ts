/**
 * What names mean. The binder fills these tables; checks and lowering only read them.
 *
 * Results about the tree live in maps keyed by its nodes, never in the tree itself.
 */
import type {
  Declarator,
  Expr,
  Label,
  ProctypeUnit,
  Stmt,
  Unit,
  VariableRef,
} from '#lib/promela/1-parse/ast.ts'
import type { Place } from '#lib/promela/1-parse/token.ts'
import type { CellType } from '#lib/promela/cell-type.ts'

export type ClaimUnit = Unit & { readonly kind: 'ltl' }

export type StructSymbol = {
  readonly name: string
  readonly fields: readonly VariableSymbol[]
  /** Cells of one value. */
  readonly size: number
}

export type ValueType =
  | { readonly kind: 'cell'; readonly cell: CellType }
  | { readonly kind: 'struct'; readonly struct: StructSymbol }

export type VariableSymbol = {
  readonly name: string
  readonly typeName: string
  readonly type: ValueType
  /** `null` for a variable that is no array. */
  readonly length: number | null
  /** Cells of one element. */
  readonly stride: number
  readonly space: 'global' | 'local'
  /** From the start of its space, or of its structure. */
  readonly offset: number
  readonly hidden: boolean
  readonly declarator: Declarator
  /** Index into `Bindings.channels` when it is declared with `= [n] of { … }`. */
  readonly channel: number | null
  readonly place: Place
}

export type ChannelSymbol = {
  readonly name: string
  readonly capacity: number
  readonly fields: readonly CellType[]
  readonly place: Place
}

export type SpecialName = '_pid' | '_nr_pr' | '_' | '_last' | '_priority'

/** What a `VariableRef` stands for, down to its last field. */
export type Resolved =
  | { readonly kind: 'special'; readonly name: SpecialName }
  | { readonly kind: 'mtype'; readonly value: number }
  | {
      readonly kind: 'variable'
      readonly root: VariableSymbol
      readonly last: VariableSymbol
      readonly offset: number
      readonly indices: readonly { readonly index: Expr; readonly length: number; readonly stride: number }[]
      /** The last field is an array and has no index here. */
      readonly whole: boolean
    }

export type LabelSymbol = {
  readonly name: string
  readonly statement: Stmt
  /** Blocks around it, outermost first. */
  readonly scope: readonly number[]
}

export type ProcessSymbol = {
  readonly index: number
  readonly unit: ProctypeUnit
  readonly parameters: readonly VariableSymbol[]
  /** Parameters first. */
  readonly variables: readonly VariableSymbol[]
  readonly size: number
  readonly labels: readonly LabelSymbol[]
  /** How many start with the system. */
  readonly active: number
}

/** What `P[n]@L` or `P[n]:x` is about: a process of the model by its index, and what of it. */
export type RemoteLabel = { readonly process: number; readonly statement: Stmt }
export type RemoteVariable = { readonly process: number; readonly reference: VariableRef }

export type Bindings = {
  readonly mtypes: readonly { readonly set: string; readonly names: readonly string[] }[]
  readonly globals: readonly VariableSymbol[]
  readonly globalSize: number
  readonly channels: readonly ChannelSymbol[]
  readonly processes: readonly ProcessSymbol[]
  readonly resolved: ReadonlyMap<VariableRef, Resolved>
  readonly declared: ReadonlyMap<Declarator, VariableSymbol>
  /** The statement that a goto leads to. */
  readonly jumps: ReadonlyMap<Label, Stmt>
  /** The hidden counter of a `for (m in channel)`. */
  readonly counters: ReadonlyMap<Stmt, VariableRef>
  readonly remoteLabels: ReadonlyMap<Expr, RemoteLabel>
  readonly remoteVariables: ReadonlyMap<Expr, RemoteVariable>
  /** The `trace` or `notrace`: the last of `processes`. */
  readonly trace: { readonly process: number; readonly negated: boolean } | null
  /** The `ltl` blocks, in the order of the text. */
  readonly claims: readonly ClaimUnit[]
}
