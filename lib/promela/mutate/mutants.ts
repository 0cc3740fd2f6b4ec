/**
 * Mutants: the model with one thing broken, to learn whether a claim would notice.
 *
 * A claim that holds says nothing if it holds of the broken model as well. So each lock, guard, assignment, order and
 * indivisibility is taken away in turn; what no claim notices is either not needed or not claimed.
 *
 * The *tree* is changed, before names are bound: then the mutant is cut into states like any model, and places in its
 * counterexamples are those of the author's text. A body of an inline is in the tree once for each call, all with the
 * same places; a mutation names a place and so changes all of them: one mutant for each thing that the author wrote.
 *
 * What is dropped leaves a `skip` behind, so that labels, options and jumps stay. Assertions are never changed: they
 * are what is asked. Not changed either: constants, declarations, `goto`, `else`, `run`.
 */
import type { Expr, Model, Sequence, Stmt } from '#lib/promela/1-parse/ast.ts'
import { joinSpans, type OriginFrame, type SourceFile, type Span, sliceSpan } from '#lib/promela/source.ts'

export const mutationKinds = {
  call: 'a call of an inline or macro is left out',
  atomic: 'an atomic or d_step can be interrupted',
  guard: 'a condition is always true',
  assign: 'an assignment is left out',
  order: 'two neighbouring assignments or sends are swapped',
  send: 'a send is left out',
  receive: 'a receive is left out',
} as const

export type MutationKind = keyof typeof mutationKinds

export type Mutant = {
  /** `kind@file:line:column`; means the same thing as long as the text up to there is the same. */
  readonly id: string
  readonly kind: MutationKind
  /** Where the author wrote what is broken. */
  readonly span: Span
  /** His words, on one line. */
  readonly text: string
  /** What is different, for a list: "without spin_lock(hb_lock)". */
  readonly description: string
  /** The inline whose body this stands in: it is then broken in every call. */
  readonly inline: string | null
}

/** In the order of the text, files in the order in which they are read. */
export function listMutants(model: Model, files: readonly SourceFile[]): readonly Mutant[] {
  const found = new Map<string, Mutant>()
  const byName = new Map(files.map((file) => [file.name, file]))
  walkModel(model, (sequence) => {
    for (const { mutant } of edits(sequence, byName)) if (!found.has(mutant.id)) found.set(mutant.id, mutant)
    return sequence
  })
  const order = new Map(files.map((file, index) => [file.name, index]))
  const fileOf = ({ span }: Mutant): number => order.get(span.file) ?? files.length
  return [...found.values()].sort(
    (a, b) =>
      fileOf(a) - fileOf(b) ||
      a.span.line - b.span.line ||
      a.span.column - b.span.column ||
      compareKinds(a, b),
  )
}

/** The model with the mutation done wherever its place is in the tree; `null` when it is nowhere. */
export function mutateModel(model: Model, files: readonly SourceFile[], id: string): Model | null {
  let done = false
  const byName = new Map(files.map((file) => [file.name, file]))
  const mutated = walkModel(model, (sequence) => {
    // From the back, so that the numbers of steps still mean the same: a macro can be in one sequence several times.
    const found = edits(sequence, byName).filter(({ mutant }) => mutant.id === id)
    const steps = [...sequence.steps]
    for (const { from, count, by } of found.reverse()) steps.splice(from, count, ...by)
    done ||= found.length > 0
    return found.length > 0 ? { ...sequence, steps } : sequence
  })
  return done ? mutated : null
}

function compareKinds(a: Mutant, b: Mutant): number {
  const kinds = Object.keys(mutationKinds)
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind)
}

// --- What can be broken in one sequence ---------------------------------------------------------------------

type Edit = {
  readonly mutant: Mutant
  /** Replaces `count` steps of the sequence, from number `from` on. */
  readonly from: number
  readonly count: number
  readonly by: readonly Stmt[]
}

function edits(sequence: Sequence, files: ReadonlyMap<string, SourceFile>): readonly Edit[] {
  const { steps } = sequence
  return [
    ...macroCalls(sequence, files),
    ...steps.flatMap((step, from) => {
      const edit = editOf(step)
      return edit ? [{ mutant: edit.mutant, from, count: 1, by: [edit.by] }] : []
    }),
    ...steps.flatMap((first, from) => {
      const second = steps[from + 1]
      return second && isStore(first) && isStore(second) && first.labels.length + second.labels.length === 0
        ? [{ mutant: swap(first, second, sequence.place.origin), from, count: 2, by: [second, first] }]
        : []
    }),
  ]
}

function editOf(step: Stmt): { readonly mutant: Mutant; readonly by: Stmt } | null {
  const { written } = step.words
  switch (step.kind) {
    case 'block':
      if (step.inline === null) return null
      return { mutant: mutantAt('call', step, `without ${written}`), by: skip(step) }
    case 'atomic':
    case 'd_step': {
      const { place, words, labels, body } = step
      return {
        mutant: {
          ...mutantAt('atomic', step, `others may run inside this ${step.kind}`),
          text: short(written),
        },
        by: { kind: 'block', body, inline: null, place, words, labels },
      }
    }
    case 'expression':
      if (isConstant(step.test) || runsSomething(step.test)) return null
      return { mutant: mutantAt('guard', step, `${written} always lets pass`), by: skip(step) }
    case 'assign':
    case 'step':
      return { mutant: mutantAt('assign', step, `without ${written}`), by: skip(step) }
    case 'send':
    case 'receive':
      return { mutant: mutantAt(step.kind, step, `without ${written}`), by: skip(step) }
    default:
      return null
  }
}

/** Of two statements out of different macros the place is that of the calls: they stand side by side only there. */
function swap(first: Stmt, second: Stmt, around: readonly OriginFrame[]): Mutant {
  const [one, two] = [first.words.written, second.words.written]
  const together = first.place.origin.length === second.place.origin.length && isSameCall(first, second)
  const seen = ({ place }: Stmt): Span =>
    together ? place.span : (place.origin.at(-1 - around.length)?.call ?? place.span)
  const span = joinSpans(seen(first), seen(second))
  return {
    ...mutantAt('order', first, `${two} before ${one}`),
    id: `order@${startKey(span)}`,
    span,
    text: `${one}; ${two}`,
  }
}

function isSameCall(first: Stmt, second: Stmt): boolean {
  const keys = [first, second].map(({ place }) => place.origin.map(({ call }) => spanKey(call)).join())
  return keys[0] === keys[1]
}

function isStore({ kind }: Stmt): boolean {
  return kind === 'assign' || kind === 'step' || kind === 'send'
}

/**
 * Statements that came whole out of one macro call: `#define unlock(l) l = 0`. Only what the macro added to the
 * place of the surrounding sequence counts, else the body of a macro would be a call of itself.
 */
function macroCalls({ steps, place }: Sequence, files: ReadonlyMap<string, SourceFile>): readonly Edit[] {
  const calls: Edit[] = []
  for (let from = 0; from < steps.length; ) {
    const first = steps[from]
    const frame = first?.place.origin.at(-1 - place.origin.length)
    if (!first || frame?.kind !== 'macro') {
      from++
      continue
    }
    const isSame = (step: Stmt | undefined): boolean => {
      const other = step?.place.origin.at(-1 - place.origin.length)
      return other?.kind === 'macro' && spanKey(other.call) === spanKey(frame.call)
    }
    let end = from + 1
    while (isSame(steps[end])) end++
    const dropped = steps.slice(from, end)
    if (dropped.every(canBeDropped)) {
      const text = callText(files.get(frame.call.file), frame.call)
      const inline = place.origin.find(({ kind }) => kind === 'inline')?.name ?? null
      calls.push({
        mutant: {
          id: `call@${startKey(frame.call)}`,
          kind: 'call',
          span: frame.call,
          text,
          description: `without ${text}`,
          inline,
        },
        from,
        count: end - from,
        by: [skip(first)],
      })
    }
    from = end
  }
  return calls
}

/** The name of a macro with its arguments, when they stand on the same line. */
function callText(file: SourceFile | undefined, call: Span): string {
  const name = sliceSpan(file, call)
  const rest = file?.lines[call.endLine - 1]?.slice(call.endColumn - 1) ?? ''
  if (!/^\s*\(/.test(rest)) return name
  let depth = 0
  for (let end = 0; end < rest.length; end++) {
    if (rest[end] === '(') depth++
    if (rest[end] === ')' && --depth === 0) return `${name}${rest.slice(0, end + 1)}`
  }
  return name
}

/** What does nothing, or only asks, is no call that keeps anything right. */
function canBeDropped(step: Stmt): boolean {
  if (step.kind === 'expression') return !isConstant(step.test) && !runsSomething(step.test)
  return step.kind !== 'assert' && step.kind !== 'print' && step.kind !== 'declare' && step.kind !== 'goto'
}

function mutantAt(kind: MutationKind, { place, words }: Stmt, description: string): Mutant {
  const inline = place.origin.find((frame) => frame.kind === 'inline')?.name ?? null
  const { span } = place
  return { id: `${kind}@${startKey(span)}`, kind, span, text: words.written, description, inline }
}

function skip({ place, words, labels }: Stmt): Stmt {
  return { kind: 'expression', test: { kind: 'number', value: 1, place }, place, words, labels }
}

function isConstant(test: Expr): boolean {
  return test.kind === 'number'
}

function runsSomething(test: Expr): boolean {
  switch (test.kind) {
    case 'run':
      return true
    case 'unary':
      return runsSomething(test.operand)
    case 'binary':
      return runsSomething(test.left) || runsSomething(test.right)
    case 'conditional':
      return runsSomething(test.test) || runsSomething(test.whenTrue) || runsSomething(test.whenFalse)
    default:
      return false
  }
}

function startKey({ file, line, column }: Span): string {
  return `${file}:${line}:${column}`
}

function spanKey(span: Span): string {
  return `${startKey(span)}-${span.endLine}:${span.endColumn}`
}

/** Longer statements are shown by their beginning. */
const MAX_TEXT = 60

function short(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`
}

// --- The tree -----------------------------------------------------------------------------------------------

/** Every sequence of every process, outer ones first; never claims are what is asked, and stay. */
function walkModel(model: Model, visit: (sequence: Sequence) => Sequence): Model {
  return {
    units: model.units.map((unit) =>
      unit.kind === 'proctype' && unit.role !== 'never' ? { ...unit, body: walk(unit.body, visit) } : unit,
    ),
  }
}

function walk(sequence: Sequence, visit: (sequence: Sequence) => Sequence): Sequence {
  const seen = visit(sequence)
  return { ...seen, steps: seen.steps.map((step) => walkStatement(step, visit)) }
}

function walkStatement(step: Stmt, visit: (sequence: Sequence) => Sequence): Stmt {
  switch (step.kind) {
    case 'if':
    case 'do':
      return { ...step, options: step.options.map((option) => walk(option, visit)) }
    case 'for':
    case 'for-in':
    case 'block':
    case 'atomic':
    case 'd_step':
      return { ...step, body: walk(step.body, visit) }
    case 'unless':
      return { ...step, normal: walkPart(step.normal, visit), escape: walkPart(step.escape, visit) }
    default:
      return step
  }
}

/** A part of an unless is one statement, so only what replaces one by one can be done to it. */
function walkPart(step: Stmt, visit: (sequence: Sequence) => Sequence): Stmt {
  const { steps } = visit({ steps: [step], place: step.place })
  return walkStatement(steps[0] ?? step, visit)
}
