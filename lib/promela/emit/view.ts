/**
 * A state that code works on, word by word, with each word where it is cheapest.
 *
 * A step reads a stored state and writes the next one elsewhere; most words are the same in both. So a view
 * remembers for each word whether it is still as in the record it came from (`same`), was computed and is held in a
 * local (`local`), or has been put into the record that is being made (`made`), because code indexes into it with
 * numbers known only when it runs. `finish` writes what is missing. Loads are remembered, so a word is read once.
 */
import { invariant } from '#lib/result.ts'
import type { Code } from './code.ts'
import { binary, constant, type Expr, load } from './ir.ts'
import type { Bits, Place } from './layout.ts'

/** `scope`: the branch in which `value` was kept; outside of it the local is somebody else's. */
type Word = { state: 'same' | 'local' | 'made'; value: Expr | null; scope: number }

/** With so many words as they were, all are copied and the others written over them. */
const MIN_COPY = 4

export class View {
  readonly code: Code
  readonly #base: Expr
  /** Pointer to the record that is being made; it must be the same until `finish`. */
  readonly target: Expr
  readonly #words: Word[]

  constructor(code: Code, base: Expr, target: Expr, words: number) {
    this.code = code
    this.#base = base
    this.target = target
    this.#words = Array.from({ length: words }, () => ({ state: 'same', value: null, scope: 0 }))
  }

  /** The same state, to be changed independently. Only as long as nothing of it lies in `target`. */
  fork(target = this.target): View {
    const copy = new View(this.code, this.#base, target, 0)
    for (const word of this.#words) copy.#words.push({ ...word })
    return copy
  }

  /** Does the record that is being made already hold a part? */
  get inMemory(): boolean {
    return this.#words.some((word) => word.state === 'made')
  }

  word(index: number): Expr {
    const word = this.#at(index)
    if (word.value) return word.value
    const value = this.code.keep(load(word.state === 'made' ? this.target : this.#base, index))
    word.value = value
    word.scope = this.code.scope
    return value
  }

  setWord(index: number, value: Expr): void {
    const word = this.#at(index)
    word.value = this.code.keep(value)
    word.scope = this.code.scope
    word.state = 'local'
  }

  read(place: Place): Expr {
    if (place.kind === 'constant') return constant(place.value)
    return extract(this.word(place.word), place.shift, place)
  }

  /** `value` may be wider than the place: it is cut. */
  write(place: Place, value: Expr): void {
    if (place.kind === 'constant') return
    const { word, shift, bits } = place
    this.setWord(word, insert(this.word(word), value, constant(shift), bits, maskOf(value, bits)))
  }

  /** Adds a constant to a field that does not overflow by it: cheaper than to cut and paste. */
  advance(place: Bits, by: number): void {
    if (by === 0) return
    this.setWord(place.word, binary('add', this.word(place.word), constant(by << place.shift)))
  }

  /** Sets all bits of a mask to 0. */
  clear(word: number, mask: number): void {
    if (mask !== 0) this.setWord(word, binary('and', this.word(word), constant(~mask)))
  }

  /** Puts words into the record that is being made, so that code may index into them. */
  materialise(from: number, count: number): void {
    for (let index = from; index < from + count; index++) {
      const word = this.#at(index)
      if (word.state === 'made') continue
      this.code.store(this.target, index, this.word(index))
      word.state = 'made'
    }
  }

  /** After code wrote into materialised words by itself. */
  forget(from: number, count: number): void {
    for (let index = from; index < from + count; index++) this.#at(index).value = null
  }

  /**
   * A pointer to where words can be read at once by computed index. Changed words are copied into the record that is
   * being made, which does not count as having made them: the next step from this state begins at another record.
   */
  source(from: number, count: number): Expr {
    const range = Array.from({ length: count }, (_, index) => from + index)
    if (range.every((index) => this.#at(index).state === 'same')) return this.#base
    for (const index of range)
      if (this.#at(index).state !== 'made') this.code.store(this.target, index, this.word(index))
    return this.target
  }

  /** Writes the whole state to `to`. In place (`to` is the base) only what changed is written. */
  finish(to: Expr): void {
    const words = Array.from(this.#words.keys(), (index) => this.#at(index))
    const isTarget = samePointer(to, this.target)
    const same = words.filter((word) => word.state === 'same').length
    const hasMade = isTarget && words.some((word) => word.state === 'made')
    let isCopied = samePointer(to, this.#base)
    if (!isCopied && !hasMade && same >= MIN_COPY) {
      this.code.emit({ kind: 'copy', to, from: this.#base, words: words.length })
      isCopied = true
    }
    for (const [index, word] of words.entries()) {
      if (word.state === 'made' && isTarget) continue
      if (word.state === 'same' && isCopied) continue
      const from = word.state === 'made' ? this.target : this.#base
      this.code.store(to, index, word.value ?? load(from, index))
    }
  }

  #at(index: number): Word {
    const word = this.#words[index]
    invariant(word, 'a state has this word')
    if (word.value && !this.code.isOpen(word.scope)) {
      invariant(word.state !== 'local', 'a word that was written in a branch is read in it')
      word.value = null
    }
    return word
  }
}

function samePointer(a: Expr, b: Expr): boolean {
  if (a.kind === 'local' && b.kind === 'local') return a.index === b.index
  return a.kind === 'const' && b.kind === 'const' && a.value === b.value
}

/** The field of `bits` bits from a constant or computed shift on. */
export function extract(
  word: Expr,
  shift: number | Expr,
  { bits, signed }: { readonly bits: number; readonly signed: boolean },
): Expr {
  if (bits === 32) return word
  if (typeof shift === 'number') {
    if (signed) {
      return binary('shr', binary('shl', word, constant(32 - bits - shift)), constant(32 - bits))
    }
    const moved = binary('shru', word, constant(shift))
    return shift + bits === 32 ? moved : binary('and', moved, constant(maskBits(bits)))
  }
  const field = binary('and', binary('shru', word, shift), constant(maskBits(bits)))
  if (!signed) return field
  return binary('shr', binary('shl', field, constant(32 - bits)), constant(32 - bits))
}

/** The word with a field replaced; `cut`: does the value have bits above the field? */
export function insert(word: Expr, value: Expr, shift: Expr, bits: number, cut: boolean): Expr {
  if (bits === 32) return value
  const mask = constant(maskBits(bits))
  const hole = binary('and', word, binary('xor', binary('shl', mask, shift), constant(-1)))
  const inside = cut ? binary('and', value, mask) : value
  return binary('or', hole, binary('shl', inside, shift))
}

export function maskBits(bits: number): number {
  return bits >= 32 ? -1 : 2 ** bits - 1
}

/** Could the value have bits above the lowest `bits`? */
export function maskOf(value: Expr, bits: number): boolean {
  if (bits >= 32) return false
  return upperBound(value) > maskBits(bits)
}

/** An upper bound of the value as an unsigned number. */
export function upperBound(value: Expr): number {
  const all = 2 ** 32 - 1
  if (value.kind === 'const') return value.value >>> 0
  if (value.kind === 'select') return Math.max(upperBound(value.yes), upperBound(value.no))
  if (value.kind !== 'binary') return all
  switch (value.op) {
    case 'and':
      return Math.min(upperBound(value.left), upperBound(value.right))
    case 'shru':
      return value.right.kind === 'const' ? upperBound(value.left) >>> (value.right.value & 31) : all
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
    case 'ltu':
    case 'geu':
      return 1
    default:
      return all
  }
}
