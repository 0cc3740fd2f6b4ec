/**
 * JSON with the place of each value, for data that authors bring: whoever has to mend a file needs the line.
 *
 * `JSON.parse` knows no places, takes the last of two equal keys and nests as deep as it is told to. Here a key is there
 * once, values nest `MAX_JSON_DEPTH` deep, and characters that nobody sees are refused in strings as they are in texts.
 * Numbers are finite, since JSON has no others but by an exponent. One pass, linear in the text.
 */
import { err, ok, type Result } from '#lib/result.ts'
import { codePointName, FORBIDDEN_CHARACTER } from '#lib/writeup/parse/limits.ts'
import { LineIndex } from '#lib/writeup/parse/line-index.ts'
import type { Place, Problem } from '#lib/writeup/parse/problem.ts'

const MAX_JSON_DEPTH = 12

export type PlacedJson = {
  readonly value: unknown
  /** Of the value at `path`, or of the nearest value around it. */
  readonly placeOf: (path: readonly PropertyKey[]) => Place
}

type Node = {
  readonly value: unknown
  readonly start: number
  readonly end: number
  /** By key or by index; null: it holds no values. */
  readonly within: ReadonlyMap<string, Node> | null
}

class NotJson extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

export function readJson(file: string, text: string, rule: Problem['rule']): Result<PlacedJson, Problem> {
  const source = text.replace(/^\ufeff/, ' ').replace(/\r\n?/g, '\n')
  const lines = new LineIndex(source)
  try {
    const root = new Reader(source).whole()
    const placeOf = (path: readonly PropertyKey[]) => {
      let node = root
      for (const step of path) {
        const next = node.within?.get(String(step))
        if (!next) break
        node = next
      }
      return lines.placeAt(node.start, node.end)
    }
    return ok({ value: root.value, placeOf })
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    return err({ file, rule, message: error.message, ...lines.placeAt(error.at, error.at + 1) })
  }
}

const BLANKS = /[ \t\n]*/y
const STRING = /"(?:[^"\\\n]|\\.)*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y
const WORD = /(?:true|false|null)(?![\w.])/y

class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  whole(): Node {
    const node = this.#value(1)
    if (this.#next() !== '')
      throw new NotJson('The file goes on behind its end: it holds one value.', this.#at)
    return node
  }

  /** The next sign that is no blank; '' at the end. */
  #next(): string {
    this.#take(BLANKS)
    return this.#source[this.#at] ?? ''
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)?.[0] ?? null
    if (found !== null) this.#at += found.length
    return found
  }

  #value(depth: number): Node {
    const sign = this.#next()
    const start = this.#at
    if (depth > MAX_JSON_DEPTH)
      throw new NotJson(`Nested more than ${MAX_JSON_DEPTH} deep; flatten it.`, start)
    if (sign === '{') return this.#object(start, depth)
    if (sign === '[') return this.#list(start, depth)
    if (sign === '"') return this.#leaf(this.#string(), start)
    const word = this.#take(WORD)
    if (word !== null) return this.#leaf(word === 'null' ? null : word === 'true', start)
    const number = this.#take(NUMBER)
    if (number === null) {
      const shown = /^\S{0,20}/.exec(this.#source.slice(start, start + 20))?.[0] ?? ''
      const what = sign === '' ? 'The file ends within a value.' : `\`${shown}\` is no value of JSON.`
      throw new NotJson(`${what} Write text in double quotes, a number, a list or an object.`, start)
    }
    const value = Number(number)
    if (!Number.isFinite(value)) throw new NotJson('The number is beyond all bounds.', start)
    return this.#leaf(value, start)
  }

  #leaf(value: unknown, start: number): Node {
    return { value, start, end: this.#at, within: null }
  }

  #string(): string {
    const start = this.#at
    const quoted = this.#take(STRING)
    if (quoted === null) throw new NotJson('The text is not closed: end it with `"` on its line.', start)
    let text: string
    try {
      text = JSON.parse(quoted) as string // a JSON string is one
    } catch {
      // The only failure of a text in quotes: an escape or a sign that JSON has not.
      throw new NotJson('The text has an escape that JSON does not have.', start)
    }
    const forbidden = FORBIDDEN_CHARACTER.exec(text)
    if (forbidden)
      throw new NotJson(
        `The invisible character ${codePointName(forbidden[0])} is not allowed; delete it.`,
        start,
      )
    return text
  }

  #list(start: number, depth: number): Node {
    const within = new Map<string, Node>()
    const value: unknown[] = []
    this.#at += 1
    while (this.#next() !== ']') {
      if (value.length > 0) this.#comma(']')
      const node = this.#value(depth + 1)
      within.set(String(value.length), node)
      value.push(node.value)
    }
    this.#at += 1
    return { value, start, end: this.#at, within }
  }

  #object(start: number, depth: number): Node {
    const within = new Map<string, Node>()
    this.#at += 1
    while (this.#next() !== '}') {
      if (within.size > 0) this.#comma('}')
      const at = this.#at
      if (this.#next() !== '"') throw new NotJson('A name in double quotes has to stand here.', this.#at)
      const name = this.#string()
      if (within.has(name) || name === '__proto__')
        throw new NotJson(`\`${name.slice(0, 60)}\` is there twice, or no name: keep one.`, at)
      if (this.#next() !== ':') throw new NotJson('A `:` has to stand here.', this.#at)
      this.#at += 1
      within.set(name, this.#value(depth + 1))
    }
    this.#at += 1
    const value = Object.fromEntries([...within].map(([name, node]) => [name, node.value]))
    return { value, start, end: this.#at, within }
  }

  #comma(end: string): void {
    if (this.#next() !== ',') throw new NotJson(`A \`,\` or \`${end}\` has to stand here.`, this.#at)
    this.#at += 1
    if (this.#next() === end) throw new NotJson('Nothing stands behind the last `,`: delete it.', this.#at)
  }
}
