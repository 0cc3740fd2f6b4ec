/**
 * The lowered program: what the explorer, the stepper and every later back end work on.
 *
 * It is plain data (it survives structured clone into a worker) and knows nothing of syntax. Control is a
 * graph of *control states* per proctype, cut exactly as Spin cuts it, because the number of states of a model
 * is part of the verdict and must equal Spin's. Data is a row of 32-bit *cells*: globals first, then one frame
 * per process. Arrays and structures are flattened, so a reference is an offset plus indices.
 */
import type { CellType } from '#lib/promela/cell-type.ts'
import type { Buchi } from '#lib/promela/ltl/translate.ts'
import type { OriginFrame, SourceFile, Span } from '#lib/promela/source.ts'

/** A declared variable, as a tree: arrays and structures keep their shape for display. */
export type Variable = {
  readonly name: string
  readonly typeName: string
  /** First cell: from the start of the globals, or of the process frame, or of the surrounding structure. */
  readonly offset: number
  /** Array length; `null` for a variable that is no array. */
  readonly length: number | null
  /** Cells of one element. */
  readonly stride: number
  readonly cell: CellType | null
  /** Fields with offsets relative to the element; `null` for scalars. */
  readonly fields: readonly Variable[] | null
  /** `hidden` variables are not part of the state. */
  readonly hidden: boolean
  readonly span: Span
}

/** The place of a value: `cells[base + offset + Σ index·stride]`. */
export type Reference = {
  readonly space: 'global' | 'local'
  readonly offset: number
  readonly indices: readonly {
    readonly index: Expression
    readonly length: number
    readonly stride: number
  }[]
  readonly cell: CellType
  /** As written, for messages. */
  readonly text: string
}

export type UnaryOperator = '-' | '!' | '~'
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '<<'
  | '>>'
  | '&'
  | '|'
  | '^'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&&'
  | '||' // prettier: one line each would hide the two families

/** How one field of a receive is treated. A `store` into `_` has no reference. */
export type ReceiveField =
  | { readonly kind: 'match'; readonly value: Expression }
  | { readonly kind: 'store'; readonly to: Reference | null }

/** Expressions are pure except `run`, which the checker allows only where Spin does. 32-bit C arithmetic. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'load'; readonly from: Reference }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'conditional'
      readonly test: Expression
      readonly whenTrue: Expression
      readonly whenFalse: Expression
    }
  | {
      readonly kind: 'channel-test'
      readonly test: 'len' | 'empty' | 'nempty' | 'full' | 'nfull'
      readonly channel: Expression
    }
  | {
      readonly kind: 'poll'
      readonly channel: Expression
      readonly fields: readonly ReceiveField[]
      /** `??[…]`: any message of the channel, not only its head. */
      readonly anywhere: boolean
    }
  | { readonly kind: 'pid' }
  | { readonly kind: 'process-count' }
  | { readonly kind: 'timeout' }
  /** No process stands at a progress label. */
  | { readonly kind: 'non-progress' }
  | {
      readonly kind: 'run'
      readonly proctype: number
      readonly arguments: readonly Expression[]
      readonly priority: number
    }
  | { readonly kind: 'enabled'; readonly process: Expression }
  | { readonly kind: 'control-state'; readonly process: Expression }
  | { readonly kind: 'priority'; readonly process: Expression }
  | {
      readonly kind: 'at-label'
      readonly proctype: number
      /** `null`: the only instance. */
      readonly process: Expression | null
      readonly states: readonly number[]
    }
  | {
      readonly kind: 'remote'
      readonly proctype: number
      readonly process: Expression | null
      readonly variable: Reference
    }

/** What a transition does. It is executable, and then done, in one indivisible step. */
export type Action =
  | { readonly kind: 'pass' }
  | { readonly kind: 'else' }
  | { readonly kind: 'test'; readonly test: Expression }
  /** Several only for an array with a list of initial values. */
  | {
      readonly kind: 'assign'
      readonly assignments: readonly { readonly to: Reference; readonly value: Expression }[]
    }
  | { readonly kind: 'assert'; readonly test: Expression; readonly text: string }
  | { readonly kind: 'print'; readonly format: string; readonly arguments: readonly Expression[] }
  | {
      readonly kind: 'send'
      readonly channel: Expression
      readonly fields: readonly Expression[]
      readonly sorted: boolean
    }
  | {
      readonly kind: 'receive'
      readonly channel: Expression
      readonly fields: readonly ReceiveField[]
      readonly anywhere: boolean
      /** `<…>`: the message stays. */
      readonly keep: boolean
    }
  | { readonly kind: 'set-priority'; readonly process: Expression; readonly value: Expression }
  /**
   * Runs from state `entry` on, first executable transition each, until a state is not `inDStep`. It can begin when
   * one of `guards` can, which are positions in the transitions of `entry`; without them, when any transition there
   * can; when they are none, always. (Spin asks only the conditions, sends and receives of a selection.)
   */
  | { readonly kind: 'd_step'; readonly entry: number; readonly guards?: readonly number[] }
  /** The process ends: possible for the youngest only. */
  | { readonly kind: 'end' }

/** What a reader is shown of a statement. */
export type StatementPlace = {
  /** As the author wrote it, on one line. */
  readonly text: string
  /** The same with inline parameters replaced; equal to `text` where nothing was replaced. */
  readonly expanded: string
  readonly span: Span
  /** Inlines and macros it came through, innermost first. */
  readonly origin: readonly OriginFrame[]
}

export type Transition = StatementPlace & {
  /** Index into `Program.transitions`: copies of one statement in several states share it. */
  readonly id: number
  readonly action: Action
  /** Control state after it, in the same proctype. */
  readonly target: number
  /** Statement and target both lie inside an atomic: nobody else may run in between. */
  readonly keepsControl: boolean
  /**
   * 0 for a statement of its own place; else a number for the `unless` escape it begins. Once a transition with
   * a number was executable, only those with the same number follow: the escape has priority.
   */
  readonly escape: number
}

/** One value of a process's program counter. */
export type ControlState = {
  /** Index in its proctype. */
  readonly id: number
  /** In order of trial: escapes first, `else` after its siblings. */
  readonly transitions: readonly Transition[]
  readonly place: StatementPlace
  readonly labels: readonly string[]
  /** Between the statements of a d_step: no process ever rests here. */
  readonly inDStep: boolean
  /** Waiting here for ever is no error. */
  readonly validEnd: boolean
  readonly accept: boolean
  readonly progress: boolean
}

export type Proctype = {
  readonly name: string
  readonly index: number
  readonly span: Span
  readonly kind: 'proctype' | 'init' | 'never'
  /** Cells of its parameters: a structure has as many as it has fields. */
  readonly parameters: number
  /** Parameters first, in order, then locals. */
  readonly variables: readonly Variable[]
  readonly cells: readonly CellType[]
  /** Which cells are part of the state; `hidden` locals are not. */
  readonly kept: readonly boolean[]
  /** What leading declarations set when the process starts, in order. */
  readonly initialise: readonly Initialiser[]
  readonly states: readonly ControlState[]
  readonly entry: number
  /** The control state of the final curly brace. */
  readonly end: number
  readonly priority: number
  readonly provided: Expression | null
}

/** Sets the cells `[offset, offset + count)` at start-up: to a value, or each to a new channel. */
export type Initialiser =
  | { readonly kind: 'value'; readonly to: Reference; readonly count: number; readonly value: Expression }
  | {
      readonly kind: 'channel'
      readonly space: 'global' | 'local'
      readonly offset: number
      readonly count: number
      /** Index into `Program.channelShapes`. */
      readonly channel: number
    }

/** One `[n] of { … }`: the shape of the channels that it makes. */
export type ChannelShape = {
  readonly name: string
  readonly capacity: number
  readonly fields: readonly CellType[]
  readonly span: Span
}

/** A `trace`, or a `notrace` when `negated`: events move it along, and one that it has no step for is a fault. */
export type EventTrace = {
  readonly negated: boolean
  /** The cell among the globals that says at which of `states` it stands; 0 at the start. */
  readonly cell: number
  readonly states: readonly {
    readonly edges: readonly TraceEdge[]
    /** A run may end here. */
    readonly validEnd: boolean
  }[]
  readonly end: number
  readonly span: Span
}

export type TraceEdge = {
  /** `null`: any event that it is asked about. */
  readonly event: TraceEvent | null
  readonly target: number
}

export type TraceEvent = {
  readonly kind: 'send' | 'receive'
  readonly channel: Expression
  /** By position; `null` fits every value. */
  readonly fields: readonly (number | null)[]
}

/** An `ltl` block: the automaton accepts the runs that break it. */
export type Claim = {
  readonly name: string
  readonly span: Span
  /** What the atoms of the automaton mean; over globals, and over processes by reference. */
  readonly atoms: readonly Expression[]
  readonly usesTimeout: boolean
  readonly automaton: Buchi
}

export type Program = {
  readonly main: string
  readonly files: readonly SourceFile[]
  /** Names of each mtype set; value `n` is `names[n - 1]`. */
  readonly mtypes: readonly { readonly set: string; readonly names: readonly string[] }[]
  readonly globals: readonly Variable[]
  readonly cells: readonly CellType[]
  readonly kept: readonly boolean[]
  readonly initialise: readonly Initialiser[]
  readonly channelShapes: readonly ChannelShape[]
  readonly proctypes: readonly Proctype[]
  /** Proctype indices in order of pid: `init` and each `active [n]` as often as it says. */
  readonly initial: readonly number[]
  /** All statements by id. */
  readonly transitions: readonly Transition[]
  /** The `ltl` blocks, in the order of the text. */
  readonly claims: readonly Claim[]
  /** Index of the proctype of the never claim; `null` without one. */
  readonly never: number | null
  /** Parts of the state that are not the model's own: the cell of `_last`, and the event trace. */
  readonly observers: { readonly last: number | null; readonly trace: EventTrace | null }
  /** What the explorer need not care about when it is false. */
  readonly uses: { readonly timeout: boolean; readonly priorities: boolean }
}
