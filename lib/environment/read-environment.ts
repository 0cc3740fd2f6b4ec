import { nearestWord } from '#lib/nearest-word.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type Environment, type VariableName, variables, words } from './variables.ts'

export type Values = Readonly<Record<string, string | undefined>>

export const variableNames = Object.keys(variables.shape) as VariableName[] // keys of the schema itself

/** The environment as values, or one sentence for each variable that makes no sense. */
export function readEnvironment(values: Values): Result<Environment, readonly string[]> {
  const read = variables.safeParse(values)
  const wrong = new Map<string, string>()
  for (const { path, message } of read.error?.issues ?? []) {
    const name = String(path[0])
    if (!wrong.has(name)) wrong.set(name, `${shown(name, values)} ${message}.`)
  }
  for (const [name, other] of [
    ['COHERENT_SMTP_URL', 'COHERENT_MAIL_FROM'],
    ['COHERENT_MAIL_FROM', 'COHERENT_SMTP_URL'],
  ] as const) {
    if (values[name] === undefined || values[other] !== undefined) continue
    wrong.set(other, `${other} is not set, and ${name} is: mail is sent with both, or not at all.`)
  }
  return read.success && wrong.size === 0 ? ok(read.data) : err([...wrong.values()])
}

/** The name with its value, unless that is a secret, nothing, or longer than a line. */
function shown(name: string, values: Values): string {
  const value = values[name]?.trim() ?? ''
  const schema = (variables.shape as Readonly<Record<string, (typeof variables.shape)[VariableName]>>)[name]
  if (value === '' || (schema && words.get(schema)?.isSecret)) return name
  const line = value.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')
  return `${name}=${line.length > 60 ? `${line.slice(0, 59)}…` : line}`
}

const PREFIX = 'COHERENT_'

/** A sentence for each variable that is named like ours and is none: a name that was mistyped has no effect. */
export function unknownVariables(values: Values): readonly string[] {
  const rest = (name: string) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])
  const known = variableNames.flatMap(rest)
  return Object.keys(values)
    .flatMap(rest)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearestWord(name, known)
      const guess = near === null ? '' : `: did you mean ${PREFIX}${near}?`
      return `${PREFIX}${name} is no variable of Coherent and has no effect${guess}`
    })
}
