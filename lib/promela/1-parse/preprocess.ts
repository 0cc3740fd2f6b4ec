/**
 * The C preprocessor, as far as models use it: object and function macros, conditionals, `#include` of files of
 * the same model, `-D`.
 *
 * It works on tokens (a macro never makes new characters), with hide sets, so expansion always ends. What hide
 * sets do not bound is size: forty doublings make a tera-token, so the output has a limit and stops there with
 * a diagnostic. Nothing outside the given files is ever opened.
 */
import type { DiagnosticList } from '#lib/promela/diagnostic.ts'
import { type SourceFile, type Span, sourceFile } from '#lib/promela/source.ts'
import { evaluateCondition } from './condition.ts'
import { resolveInclude } from './include.ts'
import { lexFile, punctuation } from './lexer.ts'
import { type Expansion, type HideSet, hides, originOf, type Token, tokensText } from './token.ts'

export const MAX_FILE_LENGTH = 2_000_000
export const MAX_TOKENS = 200_000
const MAX_INCLUDE_DEPTH = 40
/** Pushed tokens, also those that an outer macro throws away again. */
const MAX_MACRO_WORK = 4 * MAX_TOKENS
/** Levels of macros within macros; real models have a handful. */
const MAX_MACRO_DEPTH = 200

export type Macro = {
  readonly name: string
  /** `null` for an object macro. */
  readonly parameters: readonly string[] | null
  readonly body: readonly Token[]
}

export type Preprocessed = { readonly tokens: readonly Token[]; readonly files: readonly SourceFile[] }

type Conditional = {
  readonly at: Token
  active: boolean
  taken: boolean
  sawElse: boolean
  readonly outer: boolean
}

export function preprocess(
  files: ReadonlyMap<string, string>,
  main: string,
  defines: Readonly<Record<string, string>>,
  diagnostics: DiagnosticList,
): Preprocessed {
  const run = new Preprocessor(files, diagnostics)
  for (const [name, value] of Object.entries(defines)) run.define(name, value)
  run.file(main, null, [], 0)
  return { tokens: run.output, files: [...run.sources.values()] }
}

class Preprocessor {
  readonly output: Token[] = []
  readonly sources = new Map<string, SourceFile>()
  readonly #files: ReadonlyMap<string, string>
  readonly #diagnostics: DiagnosticList
  readonly #macros = new Map<string, Macro>()
  #work = 0
  #full = false

  constructor(files: ReadonlyMap<string, string>, diagnostics: DiagnosticList) {
    this.#files = files
    this.#diagnostics = diagnostics
  }

  define(name: string, value: string): void {
    const body = lexFile(sourceFile('<command line>', value === '' ? '1' : value), this.#diagnostics)
    this.#macros.set(name, { name, parameters: null, body })
  }

  file(path: string, include: Token | null, conditionals: readonly Conditional[], depth: number): void {
    const at: Span = include?.span ?? { file: path, line: 1, column: 1, endLine: 1, endColumn: 1 }
    const text = this.#files.get(path)
    if (text === undefined) {
      this.#diagnostics.report('no-main-file', `${path} is not among the files of this model`, at)
      return
    }
    if (text.length > MAX_FILE_LENGTH) {
      this.#diagnostics.report(
        'file-too-large',
        `${path} has ${text.length} characters; the limit is ${MAX_FILE_LENGTH}`,
        at,
      )
      return
    }
    const source = this.sources.get(path) ?? sourceFile(path, text)
    this.sources.set(path, source)
    const expansion: Expansion | null = include && {
      frame: { kind: 'include', name: path, call: include.span },
      parent: include.expansion,
      depth: (include.expansion?.depth ?? 0) + 1,
    }
    const lexed = lexFile(source, this.#diagnostics)
    const tokens = expansion ? lexed.map((token) => ({ ...token, expansion })) : lexed

    const stack: Conditional[] = [...conditionals]
    let segment: Token[] = []
    const flush = (): void => {
      this.#expandInto(segment, this.output)
      segment = []
    }
    let next = 0
    while (next < tokens.length && !this.#full) {
      const token = tokens[next]
      if (!token) break
      if (token.startsLine && token.text === '#') {
        let end = next + 1
        while (end < tokens.length && !tokens[end]?.startsLine) end++
        const line = tokens.slice(next + 1, end)
        next = end
        if (isActive(stack)) flush()
        this.#directive(token, line, stack, conditionals.length, path, depth)
        continue
      }
      if (isActive(stack)) segment.push(token)
      next++
    }
    flush()
    const open = stack[stack.length - 1]
    if (open && stack.length > conditionals.length) {
      this.#report('unbalanced-conditional', 'this #if has no #endif', open.at)
    }
  }

  #directive(
    hash: Token,
    line: readonly Token[],
    stack: Conditional[],
    base: number,
    path: string,
    depth: number,
  ): void {
    const head = line[0]
    if (!head) return
    const rest = line.slice(1)
    const active = isActive(stack)
    const top = stack.length > base ? stack[stack.length - 1] : undefined
    switch (head.text) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const holds = active && this.#condition(head, rest)
        stack.push({ at: hash, active: holds, taken: holds, sawElse: false, outer: active })
        return
      }
      case 'elif':
      case 'else':
      case 'endif':
        if (!top || (top.sawElse && head.text !== 'endif')) {
          this.#report('unbalanced-conditional', `#${head.text} without an #if before it`, head)
          return
        }
        if (head.text === 'endif') {
          stack.pop()
          return
        }
        if (head.text === 'else') top.sawElse = true
        top.active = top.outer && !top.taken && (head.text === 'else' || this.#condition(head, rest))
        top.taken ||= top.active
        return
    }
    if (!active) return
    switch (head.text) {
      case 'define':
        this.#define(head, rest)
        return
      case 'undef':
        if (rest[0]?.kind === 'name') this.#macros.delete(rest[0].text)
        else this.#report('bad-directive', '#undef needs a name', head)
        return
      case 'include':
        this.#include(head, rest, stack, path, depth)
        return
      case 'error':
        this.#report('error-directive', `#error ${rest.map((token) => token.text).join(' ')}`.trim(), head)
        return
      case 'line':
      case 'pragma':
      case 'warning':
      case 'ident':
        return
      default:
        if (head.kind === 'number') return
        this.#report('bad-directive', `#${head.text} is not a preprocessor line`, head)
    }
  }

  #condition(head: Token, rest: readonly Token[]): boolean {
    if (head.text === 'ifdef' || head.text === 'ifndef') {
      const name = rest[0]
      if (name?.kind !== 'name') {
        this.#report('bad-condition', `#${head.text} needs a name`, head)
        return false
      }
      return this.#macros.has(name.text) === (head.text === 'ifdef')
    }
    // `defined X` must be answered before X is expanded away.
    const answered: Token[] = []
    for (let index = 0; index < rest.length; index++) {
      const token = rest[index]
      if (!token) break
      if (token.text !== 'defined') {
        answered.push(token)
        continue
      }
      const bracket = rest[index + 1]?.text === '('
      const name = rest[index + (bracket ? 2 : 1)]
      if (name?.kind !== 'name' || (bracket && rest[index + 3]?.text !== ')')) {
        this.#report('bad-condition', 'defined needs a name', token)
        return false
      }
      const value = this.#macros.has(name.text) ? 1 : 0
      answered.push({ ...token, kind: 'number', text: String(value), value })
      index += bracket ? 3 : 1
    }
    const expanded: Token[] = []
    this.#expandInto(answered, expanded)
    const value = evaluateCondition(expanded)
    if (value === null)
      this.#report('bad-condition', `the condition of #${head.text} cannot be evaluated`, head)
    return value !== null && value !== 0
  }

  #define(head: Token, rest: readonly Token[]): void {
    const name = rest[0]
    if (name?.kind !== 'name') {
      this.#report('bad-directive', '#define needs a name', head)
      return
    }
    const open = rest[1]
    if (open?.text !== '(' || open.spaced) {
      this.#macros.set(name.text, { name: name.text, parameters: null, body: rest.slice(1) })
      return
    }
    const parameters: string[] = []
    let at = 2
    while (rest[at]?.kind === 'name') {
      parameters.push(rest[at]?.text ?? '')
      at++
      if (rest[at]?.text !== ',') break
      at++
    }
    if (rest[at]?.text !== ')') {
      this.#report('bad-directive', `the parameters of macro ${name.text} cannot be read`, name)
      return
    }
    this.#macros.set(name.text, { name: name.text, parameters, body: rest.slice(at + 1) })
  }

  #include(
    head: Token,
    rest: readonly Token[],
    stack: readonly Conditional[],
    path: string,
    depth: number,
  ): void {
    const name = rest[0]
    if (name?.kind !== 'string') {
      const code = name?.text === '<' ? 'include-outside' : 'bad-directive'
      this.#report(code, 'only #include "file" of this model is possible', name ?? head)
      return
    }
    const target = resolveInclude(this.#files, path, name.text.slice(1, -1))
    if (target === null) {
      this.#report('include-outside', `${name.text} lies outside the files of this model`, name)
    } else if (target === undefined) {
      this.#report('include-not-found', `${name.text} is not among the files of this model`, name)
    } else if (depth >= MAX_INCLUDE_DEPTH) {
      this.#report('include-depth', `files include each other more than ${MAX_INCLUDE_DEPTH} deep`, name)
      this.#full = true
    } else {
      this.file(target, name, stack, depth + 1)
    }
  }

  /** Prosser's algorithm: a stack of tokens still to look at, each with the macros hidden in it. */
  #expandInto(tokens: readonly Token[], output: Token[]): void {
    const pending = [...tokens].reverse()
    while (pending.length > 0) {
      const token = pending.pop()
      if (!token) return
      const macro =
        token.kind === 'name' && !hides(token.hidden, token.text) ? this.#macros.get(token.text) : undefined
      if (!macro) {
        if (output.length >= MAX_TOKENS) {
          if (!this.#full)
            this.#report('file-too-large', `the model expands to more than ${MAX_TOKENS} words`, token)
          this.#full = true
          return
        }
        if (this.#isReadable(token)) output.push(token)
        continue
      }
      if ((token.expansion?.depth ?? 0) >= MAX_MACRO_DEPTH) {
        // What a token may not expand to grows with each level, and is copied for every word of the next.
        const message = `macro ${macro.name} is expanded more than ${MAX_MACRO_DEPTH} levels deep`
        if (!this.#full) this.#diagnostics.report('macro-recursion', message, token.span)
        this.#full = true
        return
      }
      let replaced: readonly Token[]
      if (macro.parameters === null) {
        replaced = expandBody(
          macro,
          token,
          new Map(),
          { name: macro.name, rest: token.hidden },
          MAX_MACRO_WORK - this.#work,
        )
      } else {
        if (pending[pending.length - 1]?.text !== '(') {
          output.push(token)
          continue
        }
        const actuals = takeActuals(pending)
        if (actuals === null) {
          this.#report('macro-arguments', `the call of macro ${macro.name} has no closing parenthesis`, token)
          return
        }
        const given =
          macro.parameters.length === 0 && actuals.length === 1 && actuals[0]?.length === 0 ? [] : actuals
        if (given.length !== macro.parameters.length) {
          const wanted = macro.parameters.length
          this.#report(
            'macro-arguments',
            `macro ${macro.name} takes ${wanted} arguments, not ${given.length}`,
            token,
          )
        }
        const map = new Map<string, readonly Token[]>()
        macro.parameters.forEach((parameter, index) => {
          map.set(parameter, given[index] ?? [])
        })
        replaced = expandBody(
          macro,
          token,
          map,
          { name: macro.name, rest: token.hidden },
          MAX_MACRO_WORK - this.#work,
        )
      }
      this.#work += replaced.length
      if (this.#work > MAX_MACRO_WORK) {
        const outer = originOf(token.expansion).findLast((frame) => frame.kind === 'macro')
        const message = `macro ${outer?.name ?? macro.name} grows without end`
        if (!this.#full) this.#diagnostics.report('macro-recursion', message, outer?.call ?? token.span)
        this.#full = true
        return
      }
      // The line break before the call is one before its first word, or, when it vanishes, before the next.
      for (let index = replaced.length - 1; index >= 0; index--) {
        const item = replaced[index]
        if (item) pending.push(index === 0 ? { ...item, startsLine: token.startsLine } : item)
      }
      const next = pending[pending.length - 1]
      if (replaced.length === 0 && token.startsLine && next)
        pending[pending.length - 1] = { ...next, startsLine: true }
    }
  }

  /** Here, not in the lexer: text that a condition leaves out may hold anything. */
  #isReadable(token: Token): boolean {
    if (token.kind !== 'punctuation' || punctuation.has(token.text)) return true
    if (token.text.startsWith('"') || token.text.startsWith("'")) {
      this.#report('unterminated-string', 'this text or character constant has no end', token)
    } else {
      this.#report('bad-character', `${JSON.stringify(token.text)} means nothing in Promela`, token)
    }
    return false
  }

  #report(code: Parameters<DiagnosticList['report']>[0], message: string, at: Token): void {
    this.#diagnostics.report(code, message, at.span, originOf(at.expansion))
  }
}

function isActive(stack: readonly Conditional[]): boolean {
  return stack.every((item) => item.active)
}

/** Pops `( … )` off the stack and splits it at its commas; `null` when it does not close. */
function takeActuals(pending: Token[]): Token[][] | null {
  pending.pop()
  const actuals: Token[][] = [[]]
  let depth = 0
  while (pending.length > 0) {
    const token = pending.pop()
    if (!token) return null
    if (token.text === ')' && depth === 0) return actuals
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    if (token.text === ',' && depth === 0) actuals.push([])
    else actuals[actuals.length - 1]?.push(token)
  }
  return null
}

function expandBody(
  macro: Macro,
  call: Token,
  actuals: ReadonlyMap<string, readonly Token[]>,
  hidden: HideSet,
  room: number,
): readonly Token[] {
  const expansion: Expansion = {
    frame: { kind: 'macro', name: macro.name, call: call.span },
    parent: call.expansion,
    depth: (call.expansion?.depth ?? 0) + 1,
  }
  const result: Token[] = []
  for (let index = 0; index < macro.body.length; index++) {
    const part = macro.body[index]
    // Counted while it grows: a body times its arguments can be more than there is memory for.
    if (!part || result.length > room) break
    if (part.text === '##' && result.length > 0 && index + 1 < macro.body.length) {
      const right = macro.body[index + 1]
      const left = result.pop()
      if (!left || !right) break
      const pasted = left.text + (actuals.get(right.text)?.[0]?.text ?? right.text)
      result.push({ ...left, text: pasted })
      index++
      continue
    }
    const quoted = part.text === '#' ? actuals.get(macro.body[index + 1]?.text ?? '') : undefined
    if (quoted) {
      const text = `"${tokensText(quoted).replace(/(["\\])/g, '\\$1')}"`
      result.push({ ...part, kind: 'string', text, expansion, startsLine: false })
      index++
      continue
    }
    const actual = part.kind === 'name' ? actuals.get(part.text) : undefined
    if (!actual) {
      result.push({ ...part, expansion, hidden: union(part.hidden, hidden), startsLine: false })
      continue
    }
    for (const item of actual) {
      if (result.length > room) break
      // The place is the parameter's, the words are the caller's; what the caller may not expand stays hidden.
      result.push({
        ...item,
        span: part.span,
        expansion,
        hidden: item.hidden,
        startsLine: false,
        spaced: true,
      })
    }
  }
  return result
}

function union(a: HideSet | null, b: HideSet): HideSet {
  let result: HideSet = b
  for (let item = a; item; item = item.rest)
    if (!hides(result, item.name)) result = { name: item.name, rest: result }
  return result
}
