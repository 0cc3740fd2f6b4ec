/**
 * The module as WebAssembly bytes. One type for each number of parameters (all i32, one i32 result), one imported
 * memory, no globals, no tables. The binary format: https://webassembly.github.io/spec/core/binary/
 */
import { invariant, unreachable } from '#lib/result.ts'
import type { BinaryOp, Expr, Func, Module, Stmt } from './ir.ts'

/** Where the instance finds its memory among its imports. */
export const MEMORY_IMPORT = { module: 'm', name: 'm' } as const

const I32 = 0x7f
const EMPTY = 0x40

const OPCODES: Record<BinaryOp, number> = {
  eq: 0x46,
  ne: 0x47,
  lt: 0x48,
  ltu: 0x49,
  gt: 0x4a,
  le: 0x4c,
  ge: 0x4e,
  geu: 0x4f,
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  div: 0x6d,
  rem: 0x6f,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  shr: 0x75,
  shru: 0x76,
}

// The vector instructions have a prefix.
const V128_LOAD = [0xfd, 0x00] as const
const V128_STORE = [0xfd, 0x0b] as const
const V128_OR = [0xfd, 0x50] as const
const V128_XOR = [0xfd, 0x51] as const
const V128_ANY_TRUE = [0xfd, 0x53] as const

/** A run of words in parts of 4, 2 and 1, as there are instructions for them. */
function chunks(words: number): readonly { readonly offset: number; readonly words: number }[] {
  const parts: { offset: number; words: number }[] = []
  for (let offset = 0; offset < words; ) {
    const left = words - offset
    const length = left >= 4 ? 4 : left >= 2 ? 2 : 1
    parts.push({ offset, words: length })
    offset += length
  }
  return parts
}

/** `pages`: the memory that the host will bring, in 64 KiB. */
export function printWasm(module: Module, pages: number): Uint8Array<ArrayBuffer> {
  invariant(module.unit === 4, 'WebAssembly counts in bytes')
  const arities = [...new Set(module.functions.map((func) => func.parameters))]
  const numbers = new Map(module.functions.map((func, index) => [func.name, index]))
  const out = new Bytes()
  out.raw(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
  section(out, 1, arities.length, (body) => {
    for (const arity of arities) {
      body.raw(0x60)
      body.unsigned(arity)
      for (let index = 0; index < arity; index++) body.raw(I32)
      body.raw(1, I32)
    }
  })
  section(out, 2, 1, (body) => {
    body.name(MEMORY_IMPORT.module)
    body.name(MEMORY_IMPORT.name)
    body.raw(0x02, 0x00)
    body.unsigned(pages)
  })
  section(out, 3, module.functions.length, (body) => {
    for (const func of module.functions) body.unsigned(arities.indexOf(func.parameters))
  })
  const exported = module.functions.filter((func) => func.exported)
  section(out, 7, exported.length, (body) => {
    for (const func of exported) {
      body.name(func.name)
      body.raw(0x00)
      body.unsigned(numbers.get(func.name) ?? 0)
    }
  })
  section(out, 10, module.functions.length, (body) => {
    for (const func of module.functions) {
      const code = new FunctionPrinter(numbers).print(func)
      body.unsigned(code.length)
      body.append(code)
    }
  })
  return out.finish()
}

function section(out: Bytes, id: number, count: number, write: (body: Bytes) => void): void {
  const body = new Bytes()
  body.unsigned(count)
  write(body)
  out.raw(id)
  out.unsigned(body.length)
  out.append(body)
}

class Bytes {
  #bytes = new Uint8Array(256)
  length = 0

  raw(...values: readonly number[]): void {
    this.#reserve(values.length)
    for (const value of values) this.#bytes[this.length++] = value
  }

  append(other: Bytes): void {
    this.#reserve(other.length)
    this.#bytes.set(other.#bytes.subarray(0, other.length), this.length)
    this.length += other.length
  }

  /** LEB128. */
  unsigned(value: number): void {
    let rest = value >>> 0
    while (rest >= 0x80) {
      this.raw((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.raw(rest)
  }

  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): void {
    let rest = value | 0
    while (rest < -64 || rest > 63) {
      this.raw((rest & 0x7f) | 0x80)
      rest >>= 7
    }
    this.raw(rest & 0x7f)
  }

  /** ASCII only: all names are ours. */
  name(text: string): void {
    this.unsigned(text.length)
    for (let index = 0; index < text.length; index++) this.raw(text.charCodeAt(index))
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length)
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return
    const grown = new Uint8Array(2 * (this.length + more))
    grown.set(this.#bytes.subarray(0, this.length))
    this.#bytes = grown
  }
}

class FunctionPrinter {
  readonly #numbers: ReadonlyMap<string, number>
  readonly #out = new Bytes()
  /** Labels of the open blocks, outermost first; `null` for those that nobody names. */
  readonly #open: (number | null)[] = []

  constructor(numbers: ReadonlyMap<string, number>) {
    this.#numbers = numbers
  }

  print(func: Func): Bytes {
    const out = this.#out
    const rest = func.locals - func.parameters
    if (rest > 0) {
      out.unsigned(1)
      out.unsigned(rest)
      out.raw(I32)
    } else out.unsigned(0)
    this.#body(func.body)
    // Every function returns by `return`; this is for the validator, where control may seem to come out below.
    out.raw(0x41, 0, 0x0b)
    return out
  }

  #body(body: readonly Stmt[]): void {
    for (const stmt of body) this.#stmt(stmt)
  }

  #stmt(stmt: Stmt): void {
    const out = this.#out
    switch (stmt.kind) {
      case 'set':
        this.#expr(stmt.value)
        out.raw(0x21)
        out.unsigned(stmt.local)
        return
      case 'store':
        this.#expr(stmt.pointer)
        this.#expr(stmt.value)
        out.raw(0x36, 2)
        out.unsigned(stmt.offset * 4)
        return
      case 'store16':
        this.#expr(stmt.index)
        out.raw(0x41, 1, 0x74)
        this.#expr(stmt.value)
        out.raw(0x3b, 1)
        out.unsigned(stmt.base * 4)
        return
      case 'copy':
        for (const { offset, words } of chunks(stmt.words)) {
          this.#expr(stmt.to)
          this.#expr(stmt.from)
          this.#access(words === 4 ? V128_LOAD : words === 2 ? [0x29] : [0x28], offset)
          this.#access(words === 4 ? V128_STORE : words === 2 ? [0x37] : [0x36], offset)
        }
        return
      case 'if':
        this.#expr(stmt.test)
        out.raw(0x04, EMPTY)
        this.#open.push(null)
        this.#body(stmt.yes)
        if (stmt.no.length > 0) {
          out.raw(0x05)
          this.#body(stmt.no)
        }
        this.#open.pop()
        out.raw(0x0b)
        return
      case 'block':
      case 'loop':
        out.raw(stmt.kind === 'loop' ? 0x03 : 0x02, EMPTY)
        this.#open.push(stmt.label)
        this.#body(stmt.body)
        this.#open.pop()
        out.raw(0x0b)
        return
      case 'leave': {
        const at = this.#open.lastIndexOf(stmt.label)
        invariant(at >= 0, 'a jump leaves a block that is open')
        out.raw(0x0c)
        out.unsigned(this.#open.length - 1 - at)
        return
      }
      case 'switch':
        this.#switch(stmt)
        return
      case 'return':
        this.#expr(stmt.value)
        out.raw(0x0f)
        return
      default:
        unreachable(stmt)
    }
  }

  /** One block around the next for each case that has a body: jumping behind the n-th innermost is case n. */
  #switch(stmt: Stmt & { kind: 'switch' }): void {
    const out = this.#out
    const full = [...stmt.cases.keys()].filter((index) => (stmt.cases[index]?.length ?? 0) > 0)
    for (let depth = 0; depth <= full.length; depth++) {
      out.raw(0x02, EMPTY)
      this.#open.push(null)
    }
    this.#expr(stmt.on)
    out.raw(0x0e)
    out.unsigned(stmt.cases.length)
    for (const index of stmt.cases.keys()) {
      const at = full.indexOf(index)
      out.unsigned(at < 0 ? full.length : at)
    }
    out.unsigned(full.length)
    for (const [depth, index] of full.entries()) {
      this.#open.pop()
      out.raw(0x0b)
      this.#body(stmt.cases[index] ?? [])
      out.raw(0x0c)
      out.unsigned(full.length - 1 - depth)
    }
    this.#open.pop()
    out.raw(0x0b)
  }

  #access(opcode: readonly number[], offset: number): void {
    this.#out.raw(...opcode, 2)
    this.#out.unsigned(offset * 4)
  }

  /** All differences of the large parts joined, then those of the small ones: one test at the end, no branch. */
  #same({ one, other, words }: Expr & { kind: 'same' }): void {
    const out = this.#out
    const parts = chunks(words)
    const wide = parts.filter((part) => part.words === 4)
    for (const [index, { offset }] of wide.entries()) {
      this.#expr(one)
      this.#access(V128_LOAD, offset)
      this.#expr(other)
      this.#access(V128_LOAD, offset)
      out.raw(...V128_XOR)
      if (index > 0) out.raw(...V128_OR)
    }
    if (wide.length > 0) out.raw(...V128_ANY_TRUE)
    for (const [index, { offset, words: length }] of parts.filter((part) => part.words < 4).entries()) {
      this.#expr(one)
      this.#access(length === 2 ? [0x29] : [0x28], offset)
      this.#expr(other)
      this.#access(length === 2 ? [0x29] : [0x28], offset)
      // ne of 64 and of 32 bits
      out.raw(length === 2 ? 0x52 : 0x47)
      if (index > 0 || wide.length > 0) out.raw(0x72)
    }
    out.raw(0x45)
  }

  #expr(expr: Expr): void {
    const out = this.#out
    switch (expr.kind) {
      case 'const':
        out.raw(0x41)
        out.signed(expr.value)
        return
      case 'local':
        out.raw(0x20)
        out.unsigned(expr.index)
        return
      case 'load':
        this.#expr(expr.pointer)
        out.raw(0x28, 2)
        out.unsigned(expr.offset * 4)
        return
      case 'binary':
        this.#expr(expr.left)
        if (expr.op === 'eq' && expr.right.kind === 'const' && expr.right.value === 0) {
          out.raw(0x45)
          return
        }
        this.#expr(expr.right)
        out.raw(OPCODES[expr.op])
        return
      case 'select':
        this.#expr(expr.yes)
        this.#expr(expr.no)
        this.#expr(expr.test)
        out.raw(0x1b)
        return
      case 'same':
        this.#same(expr)
        return
      case 'call':
        for (const arg of expr.args) this.#expr(arg)
        out.raw(0x10)
        out.unsigned(this.#numbers.get(expr.callee) ?? 0)
        return
      default:
        unreachable(expr)
    }
  }
}
