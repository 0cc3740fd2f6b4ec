/**
 * The little language between the builder and the two printers: 32-bit integers, one memory, structured control.
 *
 * It has exactly what JavaScript (with `|0`) and WebAssembly both say in one instruction, so both engines run the
 * same algorithm and differ in spelling only. Constructors fold constants: the builder specialises by writing the
 * general expression with constants in it, and what is left is the special case. There is no optimiser behind it.
 *
 * Addresses are *pointers*: bytes in WebAssembly, indices of 32-bit words in JavaScript. A builder that wants the
 * n-th word behind a pointer computes `pointer + n · unit` or gives `n` as the constant offset of the access.
 */

export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'
  | 'shru'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'ltu'
  | 'geu'

export type Expr =
  | { readonly kind: 'const'; readonly value: number }
  | { readonly kind: 'local'; readonly index: number }
  /** The word `offset` words behind a pointer. */
  | { readonly kind: 'load'; readonly pointer: Expr; readonly offset: number }
  /** `div` and `rem` are signed; the builder sees to it that they never trap. */
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'select'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expr[] }
  /** 1 when so many words behind two pointers are equal. The pointers are locals or constants. */
  | { readonly kind: 'same'; readonly one: Expr; readonly other: Expr; readonly words: number }

export type Stmt =
  | { readonly kind: 'set'; readonly local: number; readonly value: Expr }
  | { readonly kind: 'store'; readonly pointer: Expr; readonly offset: number; readonly value: Expr }
  /** 16 bits: the `index`-th half word behind the constant word address `base`. */
  | { readonly kind: 'store16'; readonly base: number; readonly index: Expr; readonly value: Expr }
  /** So many words from one pointer to another, which do not overlap. The pointers are locals or constants. */
  | { readonly kind: 'copy'; readonly to: Expr; readonly from: Expr; readonly words: number }
  | { readonly kind: 'if'; readonly test: Expr; readonly yes: readonly Stmt[]; readonly no: readonly Stmt[] }
  /** `leave` jumps behind a block, and to the start of a loop; falling out of a loop ends it. */
  | { readonly kind: 'block'; readonly label: number; readonly body: readonly Stmt[] }
  | { readonly kind: 'loop'; readonly label: number; readonly body: readonly Stmt[] }
  | { readonly kind: 'leave'; readonly label: number }
  /** Cases are numbered from 0; anything else does nothing. No case falls into the next. */
  | { readonly kind: 'switch'; readonly on: Expr; readonly cases: readonly (readonly Stmt[])[] }
  | { readonly kind: 'return'; readonly value: Expr }

/** Takes and gives 32-bit integers. Parameters are the first locals. */
export type Func = {
  readonly name: string
  readonly parameters: number
  readonly locals: number
  readonly body: readonly Stmt[]
  readonly exported: boolean
}

export type Module = {
  readonly functions: readonly Func[]
  /** What `offset` and pointer arithmetic are counted in: 1 (words) or 4 (bytes). */
  readonly unit: 1 | 4
}

// --- Constructors ---------------------------------------------------------------------------------------------

export function constant(value: number): Expr {
  return { kind: 'const', value: value | 0 }
}

export const ZERO = constant(0)
export const ONE = constant(1)

export function local(index: number): Expr {
  return { kind: 'local', index }
}

export function load(pointer: Expr, offset: number): Expr {
  return { kind: 'load', pointer, offset }
}

export function call(callee: string, ...args: readonly Expr[]): Expr {
  return { kind: 'call', callee, args }
}

export function select(test: Expr, yes: Expr, no: Expr): Expr {
  if (test.kind === 'const') return test.value !== 0 ? yes : no
  return { kind: 'select', test, yes, no }
}

/** Is the value 0 or 1 for certain? */
export function isTruth(expr: Expr): boolean {
  if (expr.kind === 'const') return expr.value === 0 || expr.value === 1
  if (expr.kind === 'same') return true
  if (expr.kind !== 'binary') return false
  switch (expr.op) {
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
    case 'ltu':
    case 'geu':
      return true
    case 'and':
      return isTruth(expr.left) || isTruth(expr.right)
    case 'or':
    case 'xor':
      return isTruth(expr.left) && isTruth(expr.right)
    default:
      return false
  }
}

/** 1 for anything but 0. */
export function truth(expr: Expr): Expr {
  return isTruth(expr) ? expr : binary('ne', expr, ZERO)
}

export function not(expr: Expr): Expr {
  if (expr.kind === 'binary') {
    const opposite = OPPOSITE[expr.op]
    if (opposite) return { ...expr, op: opposite }
  }
  return binary('eq', expr, ZERO)
}

const OPPOSITE: Partial<Record<BinaryOp, BinaryOp>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'ge',
  ge: 'lt',
  le: 'gt',
  gt: 'le',
  ltu: 'geu',
  geu: 'ltu',
}

export function add(left: Expr, right: Expr): Expr {
  return binary('add', left, right)
}

export function binary(op: BinaryOp, left: Expr, right: Expr): Expr {
  if (left.kind === 'const' && right.kind === 'const') {
    const value = fold(op, left.value, right.value)
    if (value !== null) return constant(value)
  }
  if (left.kind === 'const' && COMMUTES.has(op)) return binary(op, right, left)
  if (right.kind === 'const') {
    const plain = withConstant(op, left, right.value)
    if (plain) return plain
  }
  return { kind: 'binary', op, left, right }
}

const COMMUTES: ReadonlySet<BinaryOp> = new Set(['add', 'mul', 'and', 'or', 'xor', 'eq', 'ne'])

/** `left op value` when that is something simpler. */
function withConstant(op: BinaryOp, left: Expr, value: number): Expr | null {
  switch (op) {
    case 'add':
    case 'sub':
    case 'or':
    case 'xor':
    case 'shl':
    case 'shr':
    case 'shru':
      if (value === 0) return left
      break
    case 'mul':
      if (value === 0) return ZERO
      if (value === 1) return left
      break
    case 'div':
      if (value === 1) return left
      break
    case 'and':
      if (value === 0) return ZERO
      if (value === -1) return left
      if (value === 1 && isTruth(left)) return left
      break
    case 'ne':
      if (value === 0 && isTruth(left)) return left
      break
    default:
  }
  // (x + a) + b, (x & a) & b, (x | a) | b
  if ((op === 'add' || op === 'and' || op === 'or') && left.kind === 'binary' && left.op === op) {
    const { right } = left
    if (right.kind === 'const') {
      const both = fold(op, right.value, value)
      if (both !== null) return binary(op, left.left, constant(both))
    }
  }
  return null
}

function fold(op: BinaryOp, a: number, b: number): number | null {
  switch (op) {
    case 'add':
      return (a + b) | 0
    case 'sub':
      return (a - b) | 0
    case 'mul':
      return Math.imul(a, b)
    case 'div':
      return b === 0 ? null : (a / b) | 0
    case 'rem':
      return b === 0 ? null : (a % b) | 0
    case 'and':
      return a & b
    case 'or':
      return a | b
    case 'xor':
      return a ^ b
    case 'shl':
      return a << b
    case 'shr':
      return a >> b
    case 'shru':
      return (a >>> b) | 0
    case 'eq':
      return Number(a === b)
    case 'ne':
      return Number(a !== b)
    case 'lt':
      return Number(a < b)
    case 'le':
      return Number(a <= b)
    case 'gt':
      return Number(a > b)
    case 'ge':
      return Number(a >= b)
    case 'ltu':
      return Number(a >>> 0 < b >>> 0)
    case 'geu':
      return Number(a >>> 0 >= b >>> 0)
  }
}

/** Does control never come out behind the last of these? */
export function endsForGood(body: readonly Stmt[]): boolean {
  const last = body[body.length - 1]
  if (!last) return false
  if (last.kind === 'return' || last.kind === 'leave') return true
  return last.kind === 'if' && endsForGood(last.yes) && endsForGood(last.no)
}
