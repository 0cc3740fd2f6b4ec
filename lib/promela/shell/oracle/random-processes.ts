/**
 * Random models in which reductions have something to do: several processes with work of their own, cells by index,
 * channels that few use, processes that start others and end. For tests that hold a reduced search against a full one.
 *
 * `random-model.ts` writes what is easy to get wrong about one process; this one what is easy to get wrong about two.
 * Finite by construction: values stay small and every loop counts.
 */
import type { Random } from './random-model.ts'

export function randomProcesses(random: Random): string {
  return new Writer(random).model()
}

class Writer {
  readonly #random: Random
  #depth = 0
  /** A rendezvous, `timeout` and _nr_pr forbid much: not every model has them. */
  readonly #rare: boolean
  readonly #starts: boolean
  #proctypes = 0
  #inside = false
  #hasOwn = false

  constructor(random: Random) {
    this.#random = random
    this.#rare = this.#chance(0.35)
    this.#starts = this.#chance(0.5)
  }

  model(): string {
    this.#proctypes = 1 + this.#pick(3)
    const lines = [
      'byte x, y; byte flag[4]; byte data[4]; bit lock;',
      'typedef node { byte value; bit busy }; node nodes[3];',
      `chan q[3] = [${1 + this.#pick(2)}] of { byte };`,
      `chan c = [${1 + this.#pick(2)}] of { byte, byte };`,
      'chan r = [0] of { byte };',
    ]
    // Expressions of _pid where nobody hands channels over.
    if (!this.#starts) lines.push('#define inp q[_pid % 3]', '#define outp q[(_pid + 1) % 3]')
    for (let index = 0; index < this.#proctypes; index++) lines.push(this.#proctype(index))
    if (this.#starts) lines.push(this.#init())
    return `${lines.join('\n')}\n`
  }

  #proctype(index: number): string {
    const active = this.#starts ? '' : `active [${1 + this.#pick(this.#proctypes === 1 ? 3 : 2)}] `
    const parameters = this.#starts ? 'byte id; chan inp; chan outp' : ''
    const locals = this.#starts ? 'byte l, m;' : 'byte l, m; byte id = _pid;'
    this.#hasOwn = this.#chance(0.2)
    const own = this.#hasOwn ? 'chan mine = [1] of { byte };' : ''
    const guard = this.#rare && this.#chance(0.2) ? ' provided (x < 3)' : ''
    const body = this.#sequence(2 + this.#pick(4))
    return `${active}proctype P${index}(${parameters})${guard} { ${locals} ${own} ${body} }`
  }

  #init(): string {
    const runs = Array.from({ length: 2 + this.#pick(2) }, (_, index) => {
      const one = `run P${this.#pick(this.#proctypes)}(${index}, q[${this.#pick(3)}], q[${this.#pick(3)}])`
      return this.#chance(0.2) ? `${one}; ${this.#simple(true)}` : one
    })
    const body = runs.join('; ')
    const rest = this.#chance(0.3) ? '; x == 0' : ''
    return `init { byte l, m, id; ${this.#chance(0.6) ? `atomic { ${body} }` : body}${rest} }`
  }

  #pick(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }

  #oneOf(items: readonly string[]): string {
    return items[this.#pick(items.length)] ?? ''
  }

  #local(): string {
    return this.#oneOf(['l', 'm'])
  }

  #place(): string {
    const places = [
      'x',
      'y',
      'lock',
      'flag[id]',
      'flag[_pid & 3]',
      'flag[0]',
      `data[${this.#local()} & 3]`,
      'data[id]',
      'data[1]',
      'nodes[id % 3].value',
      'nodes[id % 3].busy',
      `nodes[${this.#local()} % 3].busy`,
    ]
    return this.#chance(0.5) ? this.#local() : this.#oneOf(places)
  }

  #condition(): string {
    if (this.#rare && this.#chance(0.15)) return this.#oneOf(['_nr_pr < 3', '_nr_pr == 2', 'timeout'])
    if (this.#chance(0.15))
      return this.#oneOf(['len(inp) > 0', 'nempty(inp)', 'nfull(outp)', 'empty(c)', 'full(outp)', 'inp?[1]'])
    return `${this.#place()} ${this.#oneOf(['==', '!=', '<', '>='])} ${this.#pick(3)}`
  }

  #value(): string {
    return this.#oneOf([
      String(this.#pick(3)),
      this.#place(),
      `(${this.#place()} + 1) & 3`,
      `1 - lock`,
      this.#rare ? '_nr_pr' : '1',
      '_pid',
    ])
  }

  #assignment(): string {
    return `${this.#place()} = ${this.#value()}`
  }

  #sequence(length: number): string {
    return Array.from({ length }, () => this.#step()).join('; ')
  }

  #step(): string {
    if (this.#depth >= 3) return this.#simple()
    this.#depth++
    const step = this.#compound()
    this.#depth--
    return step
  }

  #compound(): string {
    switch (this.#pick(16)) {
      case 0:
      case 1:
        return this.#selection()
      case 2:
        return `${this.#local()} = 0; do :: l < 2 -> ${this.#simple()}; l = l + 1 :: else -> break od`
      case 3:
        return `do :: l < 2 -> l++ :: m < 2 -> m = 2; ${this.#simple()} :: l > 1 -> break od`
      case 4:
      case 5: {
        const outer = this.#inside
        this.#inside = true
        const body = this.#sequence(1 + this.#pick(3))
        this.#inside = outer
        return `atomic { ${body} }`
      }
      case 6:
        return this.#inside
          ? this.#simple()
          : `d_step { ${this.#assignment()}; if :: ${this.#condition()} -> ${this.#assignment()} :: else fi }`
      case 7:
        return `{ ${this.#sequence(2)} } unless { ${this.#guard()} -> ${this.#simple()} }`
      case 8:
        return `for (m : 0 .. ${1 + this.#pick(2)}) { ${this.#simple()} }`
      default:
        return this.#simple()
    }
  }

  #selection(): string {
    const options = Array.from(
      { length: 1 + this.#pick(3) },
      () => `:: ${this.#guard()}${this.#chance(0.7) ? ` -> ${this.#sequence(1)}` : ''}`,
    )
    if (this.#chance(0.5)) options.push(`:: else${this.#chance(0.5) ? ` -> ${this.#simple()}` : ''}`)
    return `if ${options.join(' ')} fi`
  }

  #guard(): string {
    return this.#chance(0.4) ? this.#channelStep() : this.#condition()
  }

  #channelStep(): string {
    const steps = [
      `outp!${this.#value()}`,
      `outp!${this.#local()}`,
      `inp?${this.#place()}`,
      'inp?l',
      'inp?0',
      'inp?1',
      'inp?eval(m)',
      'inp??1',
      'outp!!1',
      'inp?<m>',
      `c!${this.#pick(2)},${this.#local()}`,
      'c?l,_',
      'c?1,m',
    ]
    if (this.#hasOwn) steps.push('mine!1', 'mine?l', 'mine?m')
    if (this.#rare) steps.push('r!1', 'r?l', 'r?1')
    return this.#oneOf(steps)
  }

  /** `quiet`: no fault may come of it. */
  #simple(quiet = false): string {
    switch (this.#pick(12)) {
      case 0:
        return this.#condition()
      case 1:
      case 2:
      case 3:
        return quiet ? 'skip' : this.#channelStep()
      case 4:
        return quiet ? 'skip' : `assert(${this.#condition().replace('timeout', 'true')})`
      case 5:
        return this.#chance(0.5) ? 'printf("%d", x)' : 'skip'
      case 6:
        return this.#chance(0.2) && !quiet
          ? `l = 2 / ${this.#place()}`
          : `${this.#local()} = ${this.#place()}`
      default:
        return this.#assignment()
    }
  }
}
