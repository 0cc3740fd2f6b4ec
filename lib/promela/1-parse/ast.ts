/**
 * What the parser understands: Promela as trees, with macros and inlines already replaced.
 *
 * An inline call is a block that remembers its name; its body was parsed anew at each call, so two calls have
 * two sets of declarations and labels, as in Spin. Every node that can be complained about has a `place`.
 */
import type { Place } from './token.ts'

export type Expr =
  | { readonly kind: 'number'; readonly value: number; readonly place: Place }
  | { readonly kind: 'variable'; readonly variable: VariableRef; readonly place: Place }
  | {
      readonly kind: 'unary'
      readonly operator: '-' | '!' | '~'
      readonly operand: Expr
      readonly place: Place
    }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expr
      readonly right: Expr
      readonly place: Place
    }
  | {
      readonly kind: 'conditional'
      readonly test: Expr
      readonly whenTrue: Expr
      readonly whenFalse: Expr
      readonly place: Place
    }
  | {
      readonly kind: 'channel-test'
      readonly test: 'len' | 'empty' | 'nempty' | 'full' | 'nfull'
      readonly channel: VariableRef
      readonly place: Place
    }
  | {
      readonly kind: 'poll'
      readonly channel: VariableRef
      readonly fields: readonly ReceiveArg[]
      readonly anywhere: boolean
      readonly place: Place
    }
  | {
      readonly kind: 'run'
      readonly proctype: string
      readonly arguments: readonly Expr[]
      readonly priority: number | null
      readonly place: Place
    }
  | {
      readonly kind: 'process-function'
      readonly name: 'enabled' | 'pc_value' | 'get_priority'
      readonly process: Expr
      readonly place: Place
    }
  | { readonly kind: 'timeout'; readonly place: Place }
  | { readonly kind: 'non-progress'; readonly place: Place }
  | {
      readonly kind: 'remote-label'
      readonly proctype: string
      readonly process: Expr | null
      readonly label: string
      readonly place: Place
    }
  | {
      readonly kind: 'remote-variable'
      readonly proctype: string
      readonly process: Expr | null
      readonly variable: VariableRef
      readonly place: Place
    }
  /** Only inside `ltl { … }`. */
  | {
      readonly kind: 'temporal'
      readonly operator: TemporalPair | 'always' | 'eventually' | 'next'
      /** Two for a `TemporalPair`, one for the others. */
      readonly operands: readonly Expr[]
      readonly place: Place
    }

export type TemporalPair = 'implies' | 'equivalent' | 'until' | 'release' | 'weak-until'

/** `a[i].b.c[j]`: a name, perhaps an index, perhaps a field of it. */
export type VariableRef = {
  readonly name: string
  readonly index: Expr | null
  readonly field: VariableRef | null
  readonly place: Place
}

export type ReceiveArg =
  | { readonly kind: 'variable'; readonly variable: VariableRef; readonly place: Place }
  | { readonly kind: 'eval'; readonly value: Expr; readonly place: Place }
  | { readonly kind: 'constant'; readonly value: number; readonly place: Place }

export type ChannelInit = {
  readonly capacity: Expr
  readonly fields: readonly TypeRef[]
  readonly place: Place
}

export type TypeRef =
  | { readonly kind: 'basic'; readonly name: string; readonly subset: string | null; readonly place: Place }
  | { readonly kind: 'named'; readonly name: string; readonly place: Place }

export type Declarator = {
  readonly name: string
  readonly place: Place
  /** `unsigned x : n`. */
  readonly bits: Expr | null
  readonly length: Expr | null
  readonly initial:
    | { readonly kind: 'expression'; readonly value: Expr }
    | { readonly kind: 'list'; readonly values: readonly Expr[] }
    | { readonly kind: 'channel'; readonly channel: ChannelInit }
    | null
}

export type Declaration = {
  readonly kind: 'declaration'
  readonly type: TypeRef
  readonly hidden: boolean
  readonly variables: readonly Declarator[]
  readonly place: Place
}

/** Words of a statement, for whoever shows it. */
export type Words = { readonly written: string; readonly expanded: string }

export type Stmt = StmtBody & {
  readonly place: Place
  readonly words: Words
  readonly labels: readonly Label[]
}

export type Label = { readonly name: string; readonly place: Place }

export type StmtBody =
  | { readonly kind: 'declare'; readonly declaration: Declaration }
  | { readonly kind: 'exclusive-channel'; readonly channels: readonly VariableRef[] }
  | { readonly kind: 'expression'; readonly test: Expr }
  | { readonly kind: 'else' }
  /** Also `return value` inside an inline that is called as `to = name(…)`: it assigns and goes on, as in Spin. */
  | { readonly kind: 'assign'; readonly to: VariableRef; readonly value: Expr }
  | { readonly kind: 'step'; readonly to: VariableRef; readonly by: 1 | -1 }
  | {
      readonly kind: 'send'
      readonly channel: VariableRef
      readonly arguments: readonly Expr[]
      readonly sorted: boolean
    }
  | {
      readonly kind: 'receive'
      readonly channel: VariableRef
      readonly arguments: readonly ReceiveArg[]
      readonly anywhere: boolean
      readonly keep: boolean
    }
  | { readonly kind: 'assert'; readonly test: Expr; readonly text: string }
  | { readonly kind: 'print'; readonly format: string; readonly arguments: readonly Expr[] }
  | { readonly kind: 'set-priority'; readonly process: Expr; readonly value: Expr }
  | { readonly kind: 'if' | 'do'; readonly options: readonly Sequence[] }
  | {
      readonly kind: 'for'
      readonly index: VariableRef
      readonly from: Expr
      readonly to: Expr
      readonly body: Sequence
    }
  | {
      readonly kind: 'for-in'
      readonly index: VariableRef
      readonly over: VariableRef
      readonly body: Sequence
    }
  | { readonly kind: 'select'; readonly index: VariableRef; readonly from: Expr; readonly to: Expr }
  | {
      readonly kind: 'block'
      readonly body: Sequence
      readonly inline: string | null
      /** Of an inline call: as Spin reads them before it looks at the body. */
      readonly arguments?: readonly Expr[]
    }
  | { readonly kind: 'atomic' | 'd_step'; readonly body: Sequence }
  | { readonly kind: 'goto'; readonly label: Label }
  | { readonly kind: 'break' }
  | { readonly kind: 'unless'; readonly normal: Stmt; readonly escape: Stmt }
  /** Stands where the text could not be read. */
  | { readonly kind: 'nothing' }

export type Sequence = { readonly steps: readonly Stmt[]; readonly place: Place }

export type ProctypeUnit = {
  readonly kind: 'proctype'
  readonly role: 'proctype' | 'init' | 'never' | 'trace'
  readonly name: string
  readonly place: Place
  /** How many start with the system; `null` when it is not `active`. */
  readonly active: Expr | null
  readonly parameters: readonly Declaration[]
  readonly priority: number | null
  readonly provided: Expr | null
  readonly body: Sequence
  /** The closing brace. */
  readonly closing: Place
}

export type Unit =
  | ProctypeUnit
  | Declaration
  | {
      readonly kind: 'typedef'
      readonly name: string
      readonly fields: readonly Declaration[]
      readonly place: Place
    }
  | {
      readonly kind: 'mtype'
      readonly subset: string
      readonly names: readonly Label[]
      readonly place: Place
    }
  | { readonly kind: 'ltl'; readonly name: string; readonly formula: Expr; readonly place: Place }
  /** An automaton of the sends and receives of the channels it names; `negated` for notrace. */
  | {
      readonly kind: 'trace'
      readonly negated: boolean
      readonly unit: ProctypeUnit
      readonly place: Place
    }

export type Model = { readonly units: readonly Unit[] }
