/**
 * The module as JavaScript source: the body of a function of the heap that returns the exported functions.
 *
 * All names are made here from numbers and all values are numbers, so no text of an author can get into code. The
 * `|0` tell the engine that a value is a 32-bit integer; where an operator gives one anyway they are left out,
 * because each of them is a node that it has to see through.
 */
import { unreachable } from '#lib/result.ts'
import type { BinaryOp, Expr, Func, Module, Stmt } from './ir.ts'

/** Parameters of the function that the source is the body of: the memory, by words and by half words. */
export const JAVASCRIPT_PARAMETERS = ['H', 'S'] as const

export function printJavaScript(module: Module): string {
  const names = new Map(module.functions.map((func, index) => [func.name, `f${index}`]))
  const printer = new Printer(names)
  const functions = module.functions.map((func) => printer.func(func))
  const exported = module.functions
    .filter((func) => func.exported)
    .map((func) => `${func.name}:${names.get(func.name)}`)
  return `'use strict';\nconst imul=Math.imul;\n${printer.shared()}${functions.join('\n')}\nreturn {${exported.join(',')}}\n`
}

const SYMBOLS: Record<BinaryOp, string> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
  shru: '>>>',
  eq: '===',
  ne: '!==',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  ltu: '<',
  geu: '>=',
}

class Printer {
  readonly #names: ReadonlyMap<string, string>

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names
  }

  func(func: Func): string {
    this.#loops.clear()
    const names = Array.from({ length: func.locals }, (_, index) => `a${index}`)
    const parameters = names.slice(0, func.parameters)
    const rest = names.slice(func.parameters).map((name) => `${name}=0`)
    const locals = rest.length > 0 ? `let ${rest.join(',')};\n` : ''
    const cast = parameters.map((name) => `${name}=${name}|0;`).join('')
    return `function ${this.#names.get(func.name)}(${parameters.join(',')}){\n${cast}${locals}${this.#block(func.body)}}`
  }

  #block(body: readonly Stmt[]): string {
    return body.map((stmt) => this.#stmt(stmt)).join('')
  }

  #stmt(stmt: Stmt): string {
    switch (stmt.kind) {
      case 'set':
        return `a${stmt.local}=${this.#int(stmt.value)};\n`
      case 'store':
        return `H[${this.#address(stmt.pointer, stmt.offset)}]=${this.#raw(stmt.value)};\n`
      case 'store16':
        return `S[${stmt.base * 2}+${this.#raw(stmt.index)}|0]=${this.#raw(stmt.value)};\n`
      case 'copy':
        this.#copies.add(stmt.words)
        return `c${stmt.words}(${this.#int(stmt.to)},${this.#int(stmt.from)});\n`
      case 'if': {
        const test = this.#test(stmt.test)
        const yes = this.#block(stmt.yes)
        if (stmt.no.length === 0) return `if(${test}){\n${yes}}\n`
        return `if(${test}){\n${yes}}else{\n${this.#block(stmt.no)}}\n`
      }
      case 'block':
        return `L${stmt.label}:{\n${this.#block(stmt.body)}}\n`
      case 'loop':
        this.#loops.add(stmt.label)
        return `L${stmt.label}:for(;;){\n${this.#block(stmt.body)}break;}\n`
      case 'leave':
        return this.#loops.has(stmt.label) ? `continue L${stmt.label};\n` : `break L${stmt.label};\n`
      case 'switch': {
        const same = new Map<string, number[]>()
        for (const [index, body] of stmt.cases.entries()) {
          const text = this.#block(body)
          if (text !== '') same.set(text, [...(same.get(text) ?? []), index])
        }
        const cases = [...same].map(
          ([text, numbers]) => `${numbers.map((value) => `case ${value}:`).join('')}{\n${text}break;}\n`,
        )
        return `switch(${this.#raw(stmt.on)}){\n${cases.join('')}}\n`
      }
      case 'return':
        return `return ${this.#int(stmt.value)};\n`
      default:
        return unreachable(stmt)
    }
  }

  readonly #loops = new Set<number>()
  /** Lengths of runs of words that are copied and compared: a function for each, so that code stays short. */
  readonly #copies = new Set<number>()
  readonly #compares = new Set<number>()

  /** To be asked for after all functions were printed. */
  shared(): string {
    const words = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)
    const copies = [...this.#copies].map((count) => {
      const body = words(count).map((index) => `H[to+${index}|0]=H[from+${index}|0];`)
      return `function c${count}(to,from){\nto=to|0;from=from|0;\n${body.join('')}}\n`
    })
    const compares = [...this.#compares].map((count) => {
      const body = words(count).map((index) => `if(H[a+${index}|0]!==H[b+${index}|0])return 0;`)
      return `function e${count}(a,b){\na=a|0;b=b|0;\n${body.join('\n')}return 1;}\n`
    })
    return [...copies, ...compares].join('')
  }

  #address(pointer: Expr, offset: number): string {
    if (pointer.kind === 'const') return String(pointer.value + offset)
    const text = this.#raw(pointer)
    return offset === 0 ? text : `${text}+${offset}|0`
  }

  /** An expression whose value is a 32-bit integer for the engine too. */
  #int(expr: Expr): string {
    if (expr.kind === 'binary' && isComparison(expr.op)) return `(${this.#test(expr)}?1:0)`
    return this.#raw(expr)
  }

  /** As a condition. */
  #test(expr: Expr): string {
    if (expr.kind === 'binary' && isComparison(expr.op)) {
      const unsigned = expr.op === 'ltu' || expr.op === 'geu' ? '>>>0' : ''
      const left = this.#int(expr.left)
      const right = this.#int(expr.right)
      return `(${left}${unsigned})${SYMBOLS[expr.op]}(${right}${unsigned})`
    }
    return `${this.#int(expr)}!==0`
  }

  #raw(expr: Expr): string {
    switch (expr.kind) {
      case 'const':
        return expr.value < 0 ? `(${expr.value})` : String(expr.value)
      case 'local':
        return `a${expr.index}`
      case 'load':
        return `H[${this.#address(expr.pointer, expr.offset)}]`
      case 'binary':
        return this.#binary(expr)
      case 'select':
        return `(${this.#test(expr.test)}?${this.#int(expr.yes)}:${this.#int(expr.no)})`
      case 'same':
        this.#compares.add(expr.words)
        return `(e${expr.words}(${this.#int(expr.one)},${this.#int(expr.other)})|0)`
      case 'call':
        return `(${this.#names.get(expr.callee)}(${expr.args.map((arg) => this.#int(arg)).join(',')})|0)`
      default:
        return unreachable(expr)
    }
  }

  #binary(expr: Expr & { kind: 'binary' }): string {
    if (isComparison(expr.op)) return this.#int(expr)
    const left = this.#int(expr.left)
    const right = this.#int(expr.right)
    switch (expr.op) {
      case 'mul':
        return `imul(${left},${right})`
      case 'add':
      case 'sub':
      case 'div':
      case 'rem':
      case 'shru':
        return `(${left}${SYMBOLS[expr.op]}${right}|0)`
      default:
        return `(${left}${SYMBOLS[expr.op]}${right})`
    }
  }
}

function isComparison(op: BinaryOp): boolean {
  return ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'ltu', 'geu'].includes(op)
}
