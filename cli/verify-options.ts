/** The arguments of `coherent verify`. What is promised and not built is refused by name, never ignored. */
import { type EngineChoice, engineNames } from '#lib/promela/engine-name.ts'
import { MAX_STORE_BUFFER } from '#lib/promela/memory-order/tso.ts'
import type { ReductionName } from '#lib/promela/reduce/reduction.ts'
import { type Property, parseProperty } from '#lib/promela/search/property.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { parseArguments, type Values } from './arguments.ts'

export const VERIFY_USAGE = `coherent verify FILE.pml [options]

  -D NAME[=VALUE]        defines a name, as for a C compiler; may be repeated
  --property P           safety: assertions, invalid end states, bounds, division, channels (the default);
                         the name of an ltl block or never claim; claim: the first never claim, else ltl block;
                         progress: no cycle without a progress label; accept: none with an accept label;
                         all: safety, then each ltl block and never claim, an answer for each
  --fair                 of a property other than safety: only runs that are weakly fair (pan -f)
  --lossy                a send on a full channel loses its message (spin -m)
  --channels-empty       an end with messages left in a channel is invalid (pan -q)
  --unless ORDER         outer-first (the default) or inner-first (pan -J)
  --search bfs|dfs       breadth first finds a shortest counterexample (the default)
  --max-states N         stop, unfinished, at N states (default 10,000,000)
  --max-memory MB        stop, unfinished, at MB of stored states (default 1024)
  --all-errors           go on after a violation: counts of the whole graph
  --trace FORM           the counterexample as text (the default), json, trail, itf or mermaid;
                         other forms than text go alone to standard output, the report to standard error
  --json                 one object on standard output instead of the report
  --tso N                x86-TSO with store buffers of N entries (1 to 4) for the variables that the model
                         annotates: /* coherent: tso x, y */; without it, sequential consistency
  --mutate               breaks the model in one place at a time, and asks each claim whether it notices
  --mutant-seconds N     with --mutate: gives up on a mutant after N seconds (default 10)
  --spin                 runs the installed spin on the same model, and shows both
  --engine E             auto (the default): the interpreter, and code made for the model once it is large;
                         interpreter, js or wasm: this one where it can. The report names who gave the answer
  --reduce none|all|LIST leaves states out without changing the verdict (default none, the whole graph):
                         dead (locals that are not read again), por (orders that make no difference)

Exit code: 0 holds, 1 violated, 2 unfinished, 3 bad input.
With --mutate: 0 every mutant is noticed, 1 some survive, 2 some are unfinished, 3 bad input.
Not built yet, and refused: --reduce sym.`

export const traceForms = ['text', 'json', 'trail', 'itf', 'mermaid'] as const
export type TraceForm = (typeof traceForms)[number]

export type VerifyOptions = {
  readonly file: string
  readonly defines: Readonly<Record<string, string>>
  readonly property: Property
  /** Not null: safety and then each claim of the model, `fair` where that can be; `property` is then `safety`. */
  readonly everyProperty: { readonly fair: boolean } | null
  readonly lossy: boolean
  readonly channelsEmpty: boolean
  readonly unless: 'outer-first' | 'inner-first'
  readonly search: 'bfs' | 'dfs'
  readonly engine: EngineChoice
  /** Empty: the whole graph. */
  readonly reduce: readonly ReductionName[]
  /** `null`: the checker's own default. */
  readonly maxStates: number | null
  readonly maxMemoryBytes: number | null
  readonly allErrors: boolean
  /** `null`: not asked for. */
  readonly trace: TraceForm | null
  readonly json: boolean
  readonly spin: boolean
  /** Entries of a store buffer; `null`: sequential consistency. */
  readonly tso: number | null
  /** `null`: not asked for. */
  readonly mutate: MutateOptions | null
}

export type MutateOptions = {
  /** `null`: all claims of the model. */
  readonly properties: readonly string[] | null
  /** Of properties other than safety: only fair runs count. */
  readonly fair: boolean
  /** For one mutant and one claim. */
  readonly seconds: number
}

const flags = {
  define: { type: 'string', short: 'D', multiple: true },
  property: { type: 'string', multiple: true },
  fair: { type: 'boolean' },
  lossy: { type: 'boolean' },
  'channels-empty': { type: 'boolean' },
  unless: { type: 'string' },
  search: { type: 'string' },
  reduce: { type: 'string' },
  engine: { type: 'string' },
  'max-states': { type: 'string' },
  'max-memory': { type: 'string' },
  'all-errors': { type: 'boolean' },
  trace: { type: 'string' },
  json: { type: 'boolean' },
  spin: { type: 'boolean' },
  tso: { type: 'string' },
  mutate: { type: 'boolean' },
  'mutant-seconds': { type: 'string' },
} as const

/** `help`, options, or a sentence that says what is wrong. */
export function parseVerifyOptions(args: readonly string[]): Result<VerifyOptions | 'help', string> {
  const parsed = parseArguments(flags, args)
  if (!parsed.ok) return parsed
  if (parsed.value === 'help') return ok('help')
  const { values, operands } = parsed.value
  const [file] = operands
  if (file === undefined || operands.length > 1) return err('name one file')
  try {
    return ok({
      file,
      defines: definesOf(values.define ?? []),
      property: propertyOf(values),
      everyProperty: everyProperty(values),
      lossy: values.lossy ?? false,
      channelsEmpty: values['channels-empty'] ?? false,
      unless: oneOf('unless', values.unless, ['outer-first', 'inner-first']),
      search: oneOf('search', values.search, ['bfs', 'dfs']),
      engine: oneOf('engine', values.engine, ['auto', ...engineNames]),
      reduce: reductionsOf(values.reduce ?? 'none'),
      maxStates: positive('max-states', values['max-states']),
      maxMemoryBytes: scaled(positive('max-memory', values['max-memory'])),
      allErrors: values['all-errors'] ?? false,
      trace: values.trace === undefined ? null : oneOf('trace', values.trace, traceForms),
      json: values.json ?? false,
      spin: values.spin ?? false,
      tso: storeBuffers(values),
      mutate: mutateOptions(values),
    })
  } catch (error) {
    if (error instanceof BadOption) return err(error.message)
    throw error
  }
}

type FlagValues = Values<typeof flags>

/** Thrown and caught in this file only: an option that is read deep inside an object literal has no other way out. */
class BadOption extends Error {}

const reductions = ['dead', 'por'] as const satisfies readonly ReductionName[]

/** Several searches; with --mutate every claim is asked anyhow. */
function everyProperty(values: FlagValues): VerifyOptions['everyProperty'] {
  if (propertyGiven(values) !== 'all' || values.mutate) return null
  if (values.trace !== undefined && values.trace !== 'text')
    throw new BadOption(
      `--trace ${values.trace} does not go with --property all: it has standard output for one counterexample`,
    )
  const wrong = notOfClaims(values)
  if (wrong !== null) throw new BadOption(`${wrong} goes with --property safety only, and all asks claims`)
  return { fair: values.fair ?? false }
}

function propertyOf(values: FlagValues): Property {
  const { fair, mutate } = values
  if (propertyGiven(values) === 'all') return 'safety'
  const words = propertyGiven(values) ?? 'safety'
  // With --mutate it names one claim among those that are asked, and the search is made elsewhere.
  const property = parseProperty(fair ? `fair ${words}` : words)
  if (fair && words === 'safety' && !mutate)
    throw new BadOption('--fair goes with another --property than safety')
  if (property === null && fair && mutate) return 'safety'
  if (property === null)
    throw new BadOption(
      `--property is safety, claim, progress, accept, all, or the name of an ltl block; not ${words}`,
    )
  if (property === 'safety' || mutate) return property
  const wrong = notOfClaims(values)
  if (wrong !== null) throw new BadOption(`${wrong} goes with --property safety only`)
  return property
}

function notOfClaims(values: FlagValues): string | null {
  if (values['channels-empty']) return '--channels-empty'
  if (values.search === 'dfs') return '--search dfs'
  return values.reduce !== undefined && values.reduce !== 'none' ? `--reduce ${values.reduce}` : null
}

/** One search asks one question: of two the second would be answered in the name of both. */
function propertyGiven({ property = [] }: FlagValues): string | undefined {
  const [first, second] = property
  if (second !== undefined)
    throw new BadOption(`--property is given twice, ${first} and ${second}: ask one at a time`)
  return first
}

function reductionsOf(words: string): readonly ReductionName[] {
  if (words === 'none') return []
  if (words === 'all') return reductions
  const names = words.split(',')
  if (names.includes('sym')) throw new BadOption('--reduce sym is not built: only dead and por are')
  const unknown = names.find((name) => !reductions.some((known) => known === name))
  if (unknown !== undefined) {
    throw new BadOption(`--reduce is all, none, or a list of ${reductions.join(', ')}; not ${unknown}`)
  }
  return reductions.filter((name) => names.includes(name))
}

function definesOf(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const match = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word)
      if (!match?.[1]) throw new BadOption(`-D ${word}: a define is NAME or NAME=VALUE`)
      return [match[1], match[2] ?? '']
    }),
  )
}

function storeBuffers(values: FlagValues): number | null {
  const entries = positive('tso', values.tso)
  if (entries === null) return null
  if (entries > MAX_STORE_BUFFER) throw new BadOption(`--tso is 1 to ${MAX_STORE_BUFFER}; not ${values.tso}`)
  if (values.spin) throw new BadOption('--spin does not go with --tso: spin has no store buffers')
  if (values.trace === 'trail')
    throw new BadOption('--trace trail does not go with --tso: spin has no store buffers')
  return entries
}

function mutateOptions(values: FlagValues): MutateOptions | null {
  const seconds = positive('mutant-seconds', values['mutant-seconds'])
  if (!values.mutate) {
    if (seconds !== null) throw new BadOption('--mutant-seconds goes with --mutate')
    return null
  }
  for (const other of ['trace', 'spin', 'all-errors'] as const)
    if (values[other] !== undefined) throw new BadOption(`--${other} does not go with --mutate`)
  const property = propertyGiven(values)
  const properties = property === undefined || property === 'all' ? null : [property]
  return { properties, fair: values.fair ?? false, seconds: seconds ?? 10 }
}

function oneOf<const T extends string>(name: string, value: string | undefined, choices: readonly T[]): T {
  const found = value === undefined ? choices[0] : choices.find((choice) => choice === value)
  if (found === undefined) throw new BadOption(`--${name} is ${choices.join(', ')}; not ${value}`)
  return found
}

function positive(name: string, value: string | undefined): number | null {
  if (value === undefined) return null
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < 1 || !Number.isSafeInteger(number)) {
    throw new BadOption(`--${name} is a number above 0; not ${value}`)
  }
  return number
}

function scaled(megabytes: number | null): number | null {
  return megabytes === null ? null : megabytes * 2 ** 20
}
