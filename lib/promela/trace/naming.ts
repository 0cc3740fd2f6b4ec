/** A model's vocabulary at work: the words for its processes, variables and values, or its own names where there are none. */
import type { Proctype, Program, Variable } from '#lib/promela/4-lower/program.ts'
import type { StateView } from '#lib/promela/machine/view.ts'
import { type Named, NO_WORDS, type VariableWords, type Vocabulary } from './vocabulary.ts'

/** A value at its place: whose it is, and its path as one would write it (`queued[1]`, `msg.kind`). */
export type Place = {
  /** Of the process whose local it is; null: it is shared. */
  readonly proctype: string | null
  readonly path: string
}

/** What is known of a variable with words. */
export type Known = {
  /** Of this element. Empty: only its values have names. */
  readonly words: string
  readonly holder: boolean
  /** One bit says that it is held, and not by whom. */
  readonly flag: boolean
}

export type Naming = {
  /** @param name as a step has it: `waker`, `waiter:1` */
  readonly process: (name: string) => string
  /** null: the author said nothing of it. */
  readonly variable: (place: Place) => Known | null
  /** The words for a variable, or its path. */
  readonly variableWords: (place: Place) => string
  /**
   * The words for a value, or its text.
   *
   * @param pids the names of processes, by pid, for values that say who holds something
   */
  readonly value: (place: Place, text: string, pids?: ReadonlyMap<number, string>) => string
  /** Code in which variables with a name of one word (`hb->lock`) are called by it. */
  readonly code: (text: string, proctype: string | null) => string
  readonly variant: (name: string) => string | null
  readonly property: (words: string) => string | null
  readonly assertion: (expression: string) => string | null
}

/** Nobody holds it, somebody does. */
const FREE = 'free'
const HELD = 'held'
const NOBODY = 'nobody'
/** `who took the entry`: the value is nobody, or a process. */
const WHO = /^who\b/

const INDICES = /\[([^[\]]*)\]/g
/** A name with its fields and indices, as code has it; indices that are no numbers are left out. */
const REFERENCE = /(?<![\w.>])[A-Za-z_]\w*(?:\[\d+\]|\.[A-Za-z_]\w*)*(?!\w|\s*\()/g

export function namingOf(program: Program, vocabulary: Vocabulary = NO_WORDS): Naming {
  const processes = byName(vocabulary.processes)
  const variables = new Map<string, VariableWords>(vocabulary.variables.map((one) => [one.of, one]))
  const values = new Map(vocabulary.variables.map((one) => [one, byName(one.values)]))
  const variants = byName(vocabulary.variants)
  const properties = byName(vocabulary.properties)
  const assertions = new Map(vocabulary.assertions.map(({ of, words }) => [assertedBy(of), words]))
  const shapes = shapesOf(program)

  const saidOf = ({ proctype, path }: Place): VariableWords | null => {
    const base = baseOf(path)
    const own = proctype === null ? undefined : variables.get(`${proctype}.${base}`)
    return own ?? variables.get(base) ?? null
  }
  const shapeOf = ({ proctype, path }: Place): Shape | undefined => {
    const base = baseOf(path)
    return (proctype === null ? undefined : shapes.get(`${proctype}.${base}`)) ?? shapes.get(base)
  }
  const variable = (place: Place): Known | null => {
    const said = saidOf(place)
    if (!said) return null
    const shape = shapeOf(place)
    return {
      words: said.words === null ? '' : elementWords(said.words, place.path, shape?.single ?? false),
      holder: said.holder,
      flag: shape?.flag ?? false,
    }
  }
  return {
    process: (name) => {
      const [, proctype = name, pid] = /^(.*?)(?::(\d+))?$/.exec(name) ?? []
      const own = processes.get(name)
      if (own !== undefined) return own.replaceAll('[]', pid ?? '').trim()
      const words = processes.get(proctype)
      if (words === undefined) return name
      if (words.includes('[]')) return words.replaceAll('[]', pid ?? '').trim()
      return pid === undefined ? words : `${words} ${pid}`
    },
    variable,
    variableWords: (place) => variable(place)?.words || place.path,
    value: (place, text, pids) => {
      const said = saidOf(place)
      const words = said && values.get(said)?.get(text)
      if (words !== null && words !== undefined) return words
      const isWho = WHO.test(said?.words ?? '')
      if (!said?.holder && !isWho) return text
      if (text === '0' || text === 'false') return isWho ? NOBODY : FREE
      const holder = Number(text) - 1
      if (shapeOf(place)?.flag || !Number.isInteger(holder)) return isWho ? text : HELD
      const name = pids?.get(holder) ?? `P${holder}`
      return isWho ? name : `held by ${name}`
    },
    code: (text, proctype) =>
      variables.size === 0
        ? text
        : text.replace(REFERENCE, (path) => {
            const words = variable({ proctype, path })?.words
            return words && !/\s/.test(words) ? words : path
          }),
    variant: (name) => variants.get(name) ?? null,
    property: (words) => properties.get(words) ?? properties.get(words.replace(/^fair /, '')) ?? null,
    assertion: (expression) => assertions.get(assertedBy(expression)) ?? null,
  }
}

/** The names of processes in a state, in the words of the domain. */
export function processNames(naming: Naming, view: StateView): ReadonlyMap<number, string> {
  return new Map(view.processes.map(({ pid, name }) => [pid, naming.process(name)]))
}

function byName(list: readonly Named[]): ReadonlyMap<string, string> {
  return new Map(list.map(({ of, words }) => [of, words]))
}

const withoutBlanks = (text: string): string => text.replace(/\s+/g, '')

/** `hb_lock` of `hb_lock[0]`; the name alone of a channel that is one of several (`c#2`). */
function baseOf(path: string): string {
  return path.replace(INDICES, '').replace(/#\d+$/, '')
}

function elementWords(words: string, path: string, single: boolean): string {
  const indices = [...path.matchAll(INDICES)].map(([, index = '']) => index)
  if (words.includes('[]')) return words.replaceAll('[]', indices.join(', ')).replace(/\s+/g, ' ').trim()
  return single || indices.length === 0 ? words : `${words}[${indices.join('][')}]`
}

/** `single`: an array of one is called as if it were none. `flag`: one bit. */
type Shape = { readonly single: boolean; readonly flag: boolean }

/** By the name that a vocabulary has for it. */
function shapesOf(program: Program): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>()
  const add = (name: string, { length, fields, cell }: Variable, single: boolean): void => {
    const alone = single && (length === null || length === 1)
    shapes.set(name, { single: alone, flag: cell?.bits === 1 })
    for (const field of fields ?? []) add(`${name}.${field.name}`, field, alone)
  }
  for (const variable of program.globals) add(variable.name, variable, true)
  for (const { name, variables } of told(program))
    for (const variable of variables) add(`${name}.${variable.name}`, variable, true)
  return shapes
}

/** The proctypes that run; a never claim only watches. */
const told = (program: Program): readonly Proctype[] =>
  program.proctypes.filter(({ kind }) => kind !== 'never')

/** What a program has that a vocabulary can name. */
export type Nameable = {
  readonly processes: ReadonlySet<string>
  /** Shared ones, fields and channels too; locals with their proctype. */
  readonly variables: ReadonlySet<string>
  readonly properties: ReadonlySet<string>
  /** By their expression, as written and with the parameters of inlines replaced; without blanks. */
  readonly assertions: ReadonlySet<string>
}

export function nameableOf(program: Program): Nameable {
  const processes = new Set(told(program).map(({ name }) => name))
  const variables = new Set([...shapesOf(program).keys(), ...program.channelShapes.map(({ name }) => name)])
  const properties = new Set(['safety', 'progress', 'accept', ...program.claims.map(({ name }) => name)])
  if (program.never !== null || program.claims.length > 0) properties.add('claim')
  const assertions = new Set(
    program.transitions.flatMap(({ action, text, expanded }) =>
      action.kind === 'assert' ? [action.text, text, expanded].map(assertedBy) : [],
    ),
  )
  return { processes, variables, properties, assertions }
}

/** The expression of an assertion, without blanks: of `assert(!done)` and of `!done` the same. */
export function assertedBy(text: string): string {
  return withoutBlanks(text).replace(/^assert\((.*)\)$/, '$1')
}
