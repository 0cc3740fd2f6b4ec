/**
 * What is wrong with a model, as data.
 *
 * Codes are stable: tests, the page and the command line key on them. The list below is the whole of it; there
 * is no code for "something else", because a phase that cannot name its complaint does not understand it.
 */
import type { OriginFrame, Span } from './source.ts'

export const diagnosticCodes = {
  // Reading files and the preprocessor
  'no-main-file': 'the main file is not among the files of the model',
  'file-too-large': 'a file, or what it expands to, is larger than the checker accepts',
  'include-not-found': 'an included file is not among the files of the model',
  'include-outside': 'an include that leaves the files of the model',
  'include-depth': 'files include each other too deeply',
  'bad-directive': 'a # line that the preprocessor does not understand',
  'error-directive': 'the model says #error',
  'unbalanced-conditional': '#if without #endif, or the reverse',
  'bad-condition': 'the condition of an #if cannot be evaluated',
  'macro-arguments': 'a macro called with the wrong number of arguments',
  'macro-recursion': 'macros expand into each other without end',
  // Words and sentences
  'bad-character': 'a character that Promela does not use',
  'unterminated-comment': 'a comment without end',
  'unterminated-string': 'a string or character constant without end',
  'number-too-large': 'a number that does not fit 32 bits',
  syntax: 'a word that does not fit here',
  'missing-separator': 'two statements without ; or -> between them',
  'nesting-too-deep': 'blocks or expressions nested too deeply',
  'inline-arguments': 'an inline called with the wrong number of arguments',
  'inline-recursion': 'an inline that calls itself',
  // Names
  'unknown-name': 'a name that is not declared here',
  redeclared: 'a name that is already declared here',
  'unknown-proctype': 'run or a remote reference names no proctype',
  'unknown-label': 'goto names no label of this process',
  'duplicate-label': 'a label twice in one process',
  'misplaced-label': 'a label on the first statement of a block',
  'misplaced-declaration': 'a channel, or a list of values, that is not declared at the start of its process',
  'unknown-field': 'a field that the type does not have',
  'unknown-type': 'a type name that is not declared',
  'recursive-type': 'a type that contains itself',
  // Meaning
  'not-a-variable': 'something that cannot be assigned',
  'mtype-mismatch': 'a name or variable of another mtype set',
  'not-an-array': 'an index on something that is not an array',
  'array-needs-index': 'an array used without an index',
  'not-a-channel': 'a channel operation on something else',
  'struct-as-value': 'a whole structure used as a number',
  'wrong-argument-count': 'run with the wrong number of arguments',
  'wrong-field-count': 'a message with more or fewer fields than its channel',
  'constant-expected': 'a constant is needed here',
  'bad-array-length': 'an array length below 1 or above the limit',
  'bad-bit-width': 'unsigned without a width, or with one outside of 1 to 31 bits',
  'bad-channel': 'a channel with more room or fields than the limit',
  'misplaced-run': 'a run where Spin knows none: in a condition, an initial value, a message',
  'channel-as-number': 'a channel given a number, or in arithmetic',
  'repeated-variable': 'one variable for two fields of a message',
  'self-index': 'an array that is assigned where it says itself',
  'bad-priority': 'a priority outside of 1 to 255',
  'cannot-be-hidden': 'a hidden variable that is local, a bit or a channel',
  'duplicate-else': 'else twice in one selection',
  'break-outside-loop': 'break outside do',
  'jump-into-d_step': 'goto into or out of a d_step',
  'unless-in-d_step': 'an unless at the beginning of a d_step',
  'goto-cycle': 'a goto that leads back to itself with no statement between',
  'in-claim': 'a statement that a never claim or a trace cannot have, or that only they can have',
  'too-many-processes': 'more processes than 255',
  'too-many-cells': 'a state larger than the checker accepts',
  'duplicate-init': 'init, never or a proctype twice',
  'no-process': 'nothing runs: no active proctype and no init',
  'empty-range': 'a range whose start is above its end',
  'unknown-claim': 'a property that names a claim which the model does not have',
  // Real Promela that this checker does not have
  'embedded-c': 'embedded C is never run here',
  'not-supported': 'a construct that this checker does not have (yet)',
} as const

export type DiagnosticCode = keyof typeof diagnosticCodes

export type Severity = 'error' | 'warning'

/** One complaint. `line` and `column` repeat `span` so that a plain list can be printed or stored as it is. */
export type Diagnostic = {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  readonly file: string
  /** from 1 */
  readonly line: number
  /** from 1, in UTF-16 units */
  readonly column: number
  readonly span: Span
  /** The expansions it came through, innermost first; empty when written where it stands. */
  readonly origin: readonly OriginFrame[]
}

/** A list of complaints stops being read long before this; the rest is dropped. */
export const MAX_DIAGNOSTICS = 50

/** Collects complaints of all phases, each place and code once, never more than `MAX_DIAGNOSTICS`. */
export class DiagnosticList {
  readonly #items: Diagnostic[] = []
  readonly #seen = new Set<string>()
  #dropped = 0

  report(
    code: DiagnosticCode,
    message: string,
    span: Span,
    origin: readonly OriginFrame[] = [],
    severity: Severity = 'error',
  ): void {
    const key = `${code}|${span.file}|${span.line}|${span.column}`
    if (this.#seen.has(key) || this.#items.length >= MAX_DIAGNOSTICS) {
      this.#dropped++
      return
    }
    this.#seen.add(key)
    this.#items.push({
      code,
      severity,
      message,
      file: span.file,
      line: span.line,
      column: span.column,
      span,
      origin,
    })
  }

  get items(): readonly Diagnostic[] {
    return this.#items
  }

  /** Nobody reads on: whoever still looks for mistakes may stop. */
  get isFull(): boolean {
    return this.#dropped > 10 * MAX_DIAGNOSTICS
  }

  get hasErrors(): boolean {
    return this.#items.some((item) => item.severity === 'error')
  }
}
