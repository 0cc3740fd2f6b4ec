/**
 * Random models that spin accepts: small, finite, and full of what is easy to get wrong (atomics that block,
 * gotos out of them, escapes, rendezvous, nested selections). For tests that hold our counts against spin's.
 *
 * Finite by construction: variables are bytes that are only set to small numbers or flipped, and loops count.
 */

import type { Diagnostic } from '#lib/promela/diagnostic.ts'

export type Random = () => number

/** A generator with a seed (mulberry32), so that a failure can be repeated from its number. */
export function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Pan stops at such a model, whose pieces are put together without looking: it says nothing. */
export const isUseless = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ code }) => code === 'duplicate-else')

/** What a model is full of: of everything a little, or of escapes in escapes. */
export type Emphasis = 'mixed' | 'unless'

export function randomModel(random: Random, emphasis: Emphasis = 'mixed'): string {
  return new Writer(random, emphasis).model()
}

class Writer {
  readonly #random: Random
  readonly #emphasis: Emphasis
  #labels = 0
  #depth = 0
  #atomic = false
  #loop = false

  constructor(random: Random, emphasis: Emphasis) {
    this.#random = random
    this.#emphasis = emphasis
  }

  model(): string {
    const processes = 1 + this.#pick(3)
    const lines = [
      'byte x, y, z;',
      'bool b[2];',
      'chan c = [2] of { byte, byte };',
      'chan r = [0] of { byte };',
    ]
    lines.push('inline bump(v) { if :: v < 2 -> v++ :: else -> v = 0 fi }')
    lines.push('inline pair(u, w) { atomic { u = w; w = 1 - b[0] } }')
    for (let index = 0; index < processes; index++) {
      const count = this.#pick(5) === 0 ? '[2] ' : ''
      lines.push(`active ${count}proctype P${index}() { byte l; ${this.#sequence(2 + this.#pick(3))} }`)
    }
    return `${lines.join('\n')}\n`
  }

  #pick(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #oneOf(items: readonly string[]): string {
    return items[this.#pick(items.length)] ?? ''
  }

  #variable(): string {
    return this.#oneOf(['x', 'y', 'z', 'l', 'b[0]', 'b[1]'])
  }

  #condition(): string {
    const left = this.#variable()
    switch (this.#pick(6)) {
      case 0:
        return `${left} == ${this.#pick(3)} && ${this.#variable()} != ${this.#pick(2)}`
      case 1:
        return `(${left} > ${this.#pick(2)} || !${this.#variable()})`
      case 2:
        return 'len(c) < 2'
      case 3:
        return `c?[${this.#pick(3)},_]`
      default:
        return `${left} ${this.#oneOf(['==', '!=', '<', '>='])} ${this.#pick(3)}`
    }
  }

  #assignment(): string {
    const to = this.#variable()
    const values = [
      String(this.#pick(3)),
      `1 - ${this.#oneOf(['b[0]', 'b[1]'])}`,
      `(${this.#variable()} + 1) % 3`,
      '_pid',
    ]
    return `${to} = ${this.#oneOf(values)}`
  }

  #sequence(length: number): string {
    const steps: string[] = []
    for (let index = 0; index < length; index++) steps.push(this.#step(index > 0))
    return steps.join('; ')
  }

  /** `inner`: it may carry a label, as it is not the guard of anything. */
  #step(inner: boolean): string {
    if (this.#depth >= 4) return this.#simple()
    this.#depth++
    const step = this.#compound(inner)
    this.#depth--
    return step
  }

  #compound(inner: boolean): string {
    if (this.#emphasis === 'unless' && this.#pick(2) === 0) return this.#unless(inner)
    switch (this.#pick(20)) {
      case 0:
      case 1:
        return this.#selection('if')
      case 2:
      case 3:
        return this.#loopStatement()
      case 4:
      case 5:
        return `atomic { ${this.#inside(2 + this.#pick(2))} }`
      case 6:
        return `{ ${this.#sequence(1 + this.#pick(2))} }`
      case 7:
        return this.#atomic
          ? this.#simple()
          : `d_step { ${this.#assignment()}; if :: ${this.#condition()} -> ${this.#assignment()} :: else fi }`
      case 8:
        return `{ ${this.#sequence(2)} } unless { ${this.#condition()} -> ${this.#sequence(1)} }`
      case 9:
        return `bump(${this.#oneOf(['x', 'y', 'l'])})`
      case 10:
        return `pair(${this.#oneOf(['x', 'b[1]'])}, ${this.#oneOf(['y', 'l'])})`
      case 11:
        return inner ? this.#forward() : this.#simple()
      default:
        return this.#simple()
    }
  }

  /** All shapes of an unless: with and without braces, labelled, around and inside other constructs. */
  #unless(inner: boolean): string {
    const parts = [
      () => `{ ${this.#sequence(1 + this.#pick(2))} }`,
      () => this.#simple(),
      () => `{ ${this.#step(false)} }`,
      () => this.#selection('if'),
      () => `atomic { ${this.#inside(1 + this.#pick(2))} }`,
      () => `d_step { ${this.#condition()} -> ${this.#assignment()} }`,
      () => 'bump(x)',
    ]
    // Inside an atomic a d_step would be nested; its place is taken by a plain condition.
    const part = () => {
      const written = parts[this.#pick(parts.length)]?.() ?? 'skip'
      return this.#atomic && written.startsWith('d_step') ? this.#condition() : written
    }
    // Spin loses count of its loops when there is one in an escape, or in an unless in a loop.
    const loop = !this.#loop && this.#pick(8) === 0
    const normal = loop ? `do :: l < 2 -> ${this.#assignment()}; l++ :: else -> break od` : part()
    const label = inner && normal.startsWith('{') && this.#pick(4) === 0 ? `L${this.#labels++}: ` : ''
    return `${label}${normal} unless ${part()}`
  }

  #inside(length: number): string {
    const outer = this.#atomic
    this.#atomic = true
    const text = this.#sequence(length)
    this.#atomic = outer
    return text
  }

  /** A goto forward, so that no loop comes from it; its label may be an end label. */
  #forward(): string {
    const name = `${this.#pick(4) === 0 ? 'end' : 'L'}${this.#labels++}`
    const jump = `if :: ${this.#condition()} -> goto ${name} :: else fi`
    const wrapped = this.#pick(3) === 0 ? `atomic { ${this.#assignment()}; ${jump} }` : jump
    return `${wrapped}; ${this.#simple()}; ${name}: ${this.#simple()}`
  }

  #selection(kind: 'if'): string {
    const options: string[] = []
    for (let count = 1 + this.#pick(3); count > 0; count--) {
      const body = this.#pick(4) === 0 ? '' : ` -> ${this.#sequence(1 + this.#pick(2))}`
      const nested = this.#pick(8) === 0 && this.#depth < 4
      options.push(nested ? `:: ${this.#step(false)}` : `:: ${this.#guard()}${body}`)
    }
    if (this.#pick(2) === 0) options.push(`:: else${this.#pick(2) === 0 ? ` -> ${this.#simple()}` : ''}`)
    return `${kind} ${options.join(' ')} fi`
  }

  #guard(): string {
    return this.#pick(3) === 0 ? this.#simple() : this.#condition()
  }

  #loopStatement(): string {
    const outer = this.#loop
    this.#loop = true
    const body = this.#sequence(1)
    this.#loop = outer
    const exit = this.#oneOf([':: else -> break', ':: l >= 1 -> break', ':: break'])
    if (this.#pick(4) === 0) return `for (l : 0 .. ${this.#pick(2)}) { ${this.#simple()} }`
    if (this.#pick(5) === 0) return `select (l : 0 .. ${this.#oneOf(['2', 'x'])})`
    return `do :: l < 2 -> ${body}; l = l + 1 ${exit} od`
  }

  #simple(): string {
    switch (this.#pick(14)) {
      case 0:
        return this.#condition()
      case 1:
        return 'skip'
      case 2:
        return `c!${this.#variable()},${this.#pick(3)}`
      case 3:
        return `c?${this.#oneOf(['x', 'eval(y)', '1', '_'])},${this.#oneOf(['z', 'l', '0'])}`
      case 4:
        return `r!${this.#variable()}`
      case 5:
        return `r?${this.#oneOf(['x', 'l', '1', 'eval(z)'])}`
      case 6:
        return this.#oneOf(['c!!1,x', 'c??1,y', 'c?<x,_>', 'c??<2,z>'])
      case 7:
        return `assert(${this.#condition()})`
      case 8:
        return this.#loop ? 'break' : 'printf("x")'
      case 9:
        return this.#pick(3) === 0 ? 'timeout' : 'skip'
      default:
        return this.#assignment()
    }
  }
}
