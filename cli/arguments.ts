/**
 * The arguments of every verb: Node's own parser, strict, with what it lacks around it (the nearest option to one that is
 * unknown, how many operands there may be, help from the same table). A library was looked at and left out: commander
 * brings a second way of calling a verb and untyped values, where `parseArgs` infers the type of each from the table.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearestWord } from '#lib/nearest-word.ts'
import { err, ok, type Result } from '#lib/result.ts'

type NodeOption = NonNullable<ParseArgsConfig['options']>[string]

export type Option = NodeOption & {
  /** What stands for its value in the help: `ADDRESS`. */
  readonly value?: string
  /** Lines in the help. Left out: the verb writes its help itself. */
  readonly says?: string
  /** What is wrong with a value, as the end of a sentence that begins with the option; null: nothing. */
  readonly check?: (value: string) => string | null
}

export type Options = Readonly<Record<string, Option>>

export type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>['values']

/** Every verb knows it. */
const HELP = { help: { type: 'boolean', short: 'h' } } as const

export type Parsed<O extends Options> = { readonly values: Values<O>; readonly operands: readonly string[] }

/** Options and operands; `help`; or a sentence that says what is wrong. */
export function parseArguments<const O extends Options>(
  options: O,
  args: readonly string[],
): Result<Parsed<O> | 'help', string> {
  let parsed: {
    readonly values: Values<O> & { readonly help?: boolean }
    readonly positionals: readonly string[]
  }
  try {
    // The type of what is merged is lost in a generic; it is that of the two tables.
    parsed = parseArgs({
      args: [...args],
      options: { ...options, ...HELP },
      allowPositionals: true,
      strict: true,
    }) as unknown as typeof parsed
  } catch (error) {
    return err(complaint(error, [...Object.keys(options), 'help']))
  }
  const { values, positionals: operands } = parsed
  if (values.help) return ok('help')
  for (const [name, { check }] of Object.entries(options)) {
    // Each value of a table's option is a text, a flag, or several of them.
    const given: unknown = (values as Readonly<Record<string, unknown>>)[name]
    for (const one of Array.isArray(given) ? given : [given]) {
      const wrong = typeof one === 'string' && check ? check(one) : null
      if (wrong !== null) return err(`--${name} ${one} ${wrong}`)
    }
  }
  return ok({ values, operands })
}

/** Node's parser throws on what it does not take; its first sentence names the argument. */
function complaint(error: unknown, names: readonly string[]): string {
  if (!(error instanceof Error)) throw error
  const code = (error as Error & { readonly code?: string }).code
  if (!code?.startsWith('ERR_PARSE_ARGS')) throw error
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(error.message) ?? []
  if (unknown !== undefined) {
    const near = nearestWord(unknown.replace(/^-+|=.*$/gs, ''), names)
    return `there is no option ${unknown}${near === null || !unknown.startsWith('--') ? '' : `; did you mean --${near}?`}`
  }
  const [sentence = ''] = error.message.split(/\.\s|\n/)
  return sentence.replace(/\.$/, '').replace(/^./, (letter) => letter.toLowerCase())
}

/** The options as lines of a help text, in the order of the table. */
export function optionLines(options: Options): readonly string[] {
  const named = Object.entries(options).map(([name, { short, value, says }]) => {
    const names = `${short === undefined ? '' : `-${short}, `}--${name}`
    return { left: value === undefined ? names : `${names} ${value}`, says: says ?? '' }
  })
  const width = Math.max(...named.map(({ left }) => left.length), 0) + 2
  return named.flatMap(({ left, says }) =>
    says.split('\n').map((line, at) => `  ${(at === 0 ? left : '').padEnd(width)}${line}`.trimEnd()),
  )
}
