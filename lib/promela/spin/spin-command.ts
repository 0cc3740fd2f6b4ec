/**
 * The command line that repeats a verdict with Spin itself, for those who trust no program.
 *
 * The options switch off everything that would change the graph (statement merging, dead variables, partial order
 * reduction): only then are the counts ours. A violation is looked for breadth first, as here, because only then
 * is the counterexample a shortest one.
 */

import type { ErrorKind } from '#lib/promela/machine/verdict.ts'
import type { Property } from '#lib/promela/search/property.ts'

export type SpinOptions = {
  readonly lossy: boolean
  readonly channelsEmpty: boolean
  readonly unless: 'outer-first' | 'inner-first'
  readonly allErrors: boolean
  /** The model has claims; spin would check one of them as well. */
  readonly claims: boolean
  /** Default safety. */
  readonly property?: Property
}

/**
 * Lines for a shell in the folder that `file` is relative to. `error`: the kind that was found, and the last line then prints the
 * counterexample; `null` for a model without one.
 */
export function spinCommand(
  file: string,
  defines: Readonly<Record<string, string>>,
  options: SpinOptions,
  error: ErrorKind | null,
): readonly string[] {
  const flags = defineFlags(defines).map(quoted)
  if (options.lossy) flags.push('-m')
  // Spin's breadth-first search overlooks deadlocks behind a rendezvous.
  const isSafety = isSafetyOf(options)
  const shortest = isSafety && error !== null && error !== 'invalid-end-state' && !options.allErrors
  // A search for cycles counts what it looks for, not the graph: going on after an error says nothing more.
  const all = isSafety && (error === null || options.allErrors)
  const limits = shortest ? [] : all ? ['-m50000', '-c0'] : ['-m50000']
  const trails = error !== null && options.allErrors ? ['-e'] : []
  const gcc = [
    `gcc -O2${isSafety ? ' -DSAFETY' : ''} -DNOREDUCE`,
    ...(shortest ? ['-DBFS'] : []),
    ...gccFlags(options),
  ]
  const lines = [
    `spin -a -o1 -o2 -o3 ${[...flags, quoted(file)].join(' ')}`,
    `${gcc.join(' ')} -o pan pan.c`,
    ['./pan', ...limits, ...trails, ...panFlags(options)].join(' '),
  ]
  if (error === null) return lines
  // Pan runs where the commands run, and leaves its trail there. With -e every error has one, and they are numbered.
  const trail = quoted(`${file.split('/').at(-1) ?? file}${options.allErrors ? '1' : ''}.trail`)
  return [...lines, `spin -p -g -k ${[trail, ...flags, quoted(file)].join(' ')}`]
}

export function defineFlags(defines: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(defines).map(([name, value]) => (value === '' ? `-D${name}` : `-D${name}=${value}`))
}

/** The line that walks a trail of ours, saved beside the model, statement by statement. */
export function replayCommand(
  file: string,
  defines: Readonly<Record<string, string>>,
  trail: string,
): string {
  return `spin -p -g -k ${[trail, ...defineFlags(defines), file].map(quoted).join(' ')}`
}

/** Says yes too often rather than not: a model without claims is the same with -DNOCLAIM. */
export function mentionsClaims(texts: Iterable<string>): boolean {
  return [...texts].some((text) => /\b(?:never|ltl)\b[^;{]*\{/.test(text))
}

function isSafetyOf({ property = 'safety' }: SpinOptions): boolean {
  return property === 'safety'
}

/** `-DSAFETY` is the caller's. */
export function gccFlags({ claims, property = 'safety' }: SpinOptions): readonly string[] {
  if (property === 'safety' || property.kind === 'accept') return claims ? ['-DNOCLAIM'] : []
  if (property.kind !== 'progress') return []
  return claims ? ['-DNP', '-DNOCLAIM'] : ['-DNP']
}

/** Of pan, not of spin. */
export function panFlags({ channelsEmpty, unless, property = 'safety' }: SpinOptions): readonly string[] {
  const flags = [...(channelsEmpty ? ['-q'] : []), ...(unless === 'inner-first' ? ['-J'] : [])]
  if (property === 'safety') return flags
  flags.push(property.kind === 'progress' ? '-l' : '-a')
  if (property.kind === 'ltl') flags.push('-N', property.name)
  if (property.fair) flags.push('-f')
  return flags
}

/** A word that a shell reads as it stands. */
function quoted(word: string): string {
  return /^[\w./=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
