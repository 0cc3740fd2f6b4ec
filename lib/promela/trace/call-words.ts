/** Calls and statements as their author wrote them, with numbers for `_pid` and indices. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { type Span, sliceSpan } from '#lib/promela/source.ts'
import type { Call } from './calls.ts'
import type { Values } from './statement-index.ts'

/** What of a statement its words are made of. */
export type Told = {
  readonly span: Span
  /** Inline calls around it, outermost first. */
  readonly calls: readonly Call[]
  readonly values: Values
}

/** Is the second statement what the first guards, by the arrow between them in the text? */
export function isGuardOf(program: Program, first: Told, second: Told): boolean {
  const { file, endLine, endColumn } = first.span
  const source = program.files.find((item) => item.name === file)
  const [from, to] = [first, second].map(({ calls, span }) => calls[0]?.frame.call ?? span)
  if (!from || !to || from.file !== to.file || first.calls.length > 0) return false
  const between = { file, line: endLine, column: endColumn, endLine: to.line, endColumn: to.column }
  return /^->/.test(sliceSpan(source, between))
}

/** Only what stands in brackets: `queued[_pid]` is clearer as `queued[0]`, `n = n + 1` is not as `0 = 0 + 1`. */
export function withIndices(text: string, values: Values): string {
  return text.replace(/\[[^[\]]*\]/g, (index) => replaceNames(index, values))
}

/** The `k`-th call around an event as the author wrote it, with values for what goes in. */
export function callWords(program: Program, { calls, values }: Told, k: number): string {
  let inside = values
  let words = ''
  for (const { frame } of calls.slice(0, k + 1)) {
    const source = program.files.find((item) => item.name === frame.call.file)
    const written = sliceSpan(source, frame.call) || frame.name
    const [, head = written, list = '', tail = ''] = /^([^(]*\()([\s\S]*)(\)[^)]*)$/.exec(written) ?? []
    const given = splitArguments(list).map((argument) => replaceNames(argument, inside))
    words = tail === '' ? written : `${head}${given.join(', ')}${tail}`
    const names = parametersOf(program, frame.name)
    inside = new Map([...values, ...names.map((name, at) => [name, given[at] ?? name] as const)])
  }
  return words
}

function replaceNames(text: string, values: Values): string {
  return text.replace(/(?<![\w.])[A-Za-z_]\w*(?!\w|\s*[[.(])/g, (name) => values.get(name) ?? name)
}

/** At the commas outside of brackets. */
function splitArguments(list: string): readonly string[] {
  if (list.trim() === '') return []
  const parts: string[] = ['']
  let depth = 0
  for (const character of list) {
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character)) depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map((part) => part.trim())
}

const parameters = new WeakMap<Program, Map<string, readonly string[]>>()

/** Inlines are gone from a program, so the names of their parameters are read from the text, once for each. */
function parametersOf(program: Program, name: string): readonly string[] {
  const known = parameters.get(program) ?? new Map<string, readonly string[]>()
  parameters.set(program, known)
  const list = known.get(name) ?? readParameters(program, name)
  known.set(name, list)
  return list
}

function readParameters(program: Program, name: string): readonly string[] {
  for (const { text } of program.files) {
    const list = new RegExp(`\\binline\\s+${name}\\s*\\(([^)]*)\\)`).exec(text)?.[1]
    if (list !== undefined) return splitArguments(list)
  }
  return []
}

const opposite: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
}

/** `uval != EXPECTED` is `uval == EXPECTED`; what is not one comparison gets a `!`. */
export function negate(test: string): string {
  const comparison = /^([\w[\].]+) (==|!=|<=|>=|<|>) ([\w[\].]+)$/.exec(test)
  if (comparison) return `${comparison[1]} ${opposite[comparison[2] ?? '']} ${comparison[3]}`
  if (/^!\s*[\w[\].]+$/.test(test)) return test.slice(1).trim()
  return /^[\w[\].]+$/.test(test) ? `!${test}` : `!(${test})`
}
