/** Numbers in a row that grows: 4 bytes each, where an array of JavaScript takes 8 or more. */
export class Column {
  #values = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Int32Array(this.length * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.length++] = value
  }

  at(index: number): number {
    return this.#values[index] ?? 0
  }

  get bytes(): number {
    return this.#values.byteLength
  }
}

/** Sets of pids by number: the same few occur at many thousand states. */
export class PidSets {
  readonly #numbers = new Map<string, number>()
  readonly #sets: ReadonlySet<number>[] = []

  numberOf(pids: Iterable<number>): number {
    const set = new Set(pids)
    const key = [...set].sort((a, b) => a - b).join()
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#sets.push(set)
    this.#numbers.set(key, this.#sets.length - 1)
    return this.#sets.length - 1
  }

  has(number: number, pid: number): boolean {
    return this.#sets[number]?.has(pid) ?? false
  }
}
