/** What the verbs have in common: their arguments are read from a table, and their help is written from it. */
import { type Options, optionLines, type Parsed, parseArguments } from './arguments.ts'
import { exitCode } from './exit-code.ts'

/** Takes what stands behind its name; answers with an exit code. */
export type Verb = (args: readonly string[]) => Promise<number>

export type VerbTable<O extends Options> = {
  readonly name: string
  /** `DIR...`, as it stands behind the name; empty: no operands. */
  readonly operands: string
  readonly least: number
  readonly most: number
  /** What it does, lines of the help. */
  readonly about: string
  readonly options: O
}

export function defineVerb<const O extends Options>(
  table: VerbTable<O>,
  run: (parsed: Parsed<O>) => Promise<number>,
): Verb {
  const { name, operands, least, most, options } = table
  return async (args) => {
    const parsed = parseArguments(options, args)
    if (!parsed.ok) return wrongUse(name, parsed.error)
    if (parsed.value === 'help') {
      console.log(helpOf(table))
      return exitCode.YES
    }
    const given = parsed.value.operands.length
    if (given < least) return wrongUse(name, `${operands || 'an argument'} is missing`)
    if (given > most)
      return wrongUse(name, most === 0 ? 'it takes no argument' : `it takes one ${operands}, not ${given}`)
    return run(parsed.value)
  }
}

/** One sentence, and where there is more. */
export function wrongUse(name: string, sentence: string): number {
  console.error(`coherent ${name}: ${sentence}${sentence.endsWith('?') ? '' : '.'} (coherent ${name} --help)`)
  return exitCode.WRONG_USE
}

function helpOf<O extends Options>({ name, operands, about, options }: VerbTable<O>): string {
  const usage = ['coherent', name, ...(operands === '' ? [] : [operands])]
  const lines = optionLines({ ...options, help: { type: 'boolean', short: 'h', says: 'this text' } })
  return [`${usage.join(' ')} [options]`, '', about, '', ...lines].join('\n')
}

/** For `--url`. */
export function siteProblem(value: string): string | null {
  const isSite = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
  return isSite ? null : 'is not the address of a site: write it with its scheme, https://rfc.example.org'
}
