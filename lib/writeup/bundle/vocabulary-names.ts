/**
 * A vocabulary beside its model: what it names that the model does not have, and what the model has that it does not name.
 *
 * A name may be there in one variant alone (`#ifdef`), so what the first does not have is looked for in the next. That is
 * bounded: of a bundle that is made to cost, names are not looked for any more, and nothing is said of them.
 */
import { compileModel } from '#lib/promela/compile.ts'
import { assertedBy, type Nameable, nameableOf } from '#lib/promela/trace/naming.ts'
import type { Named, Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import type { ModelDeclaration, ModelVariant } from '#lib/writeup/parse/cover.ts'
import { parseCover } from '#lib/writeup/parse/parse.ts'
import { FILE_START, type Place, type Problem } from '#lib/writeup/parse/problem.ts'
import type { Bundle } from './bundle.ts'

/** Variants that are compiled for one bundle: some milliseconds each. */
const MOST_COMPILED = 200
/** Names that one sentence lists. */
const MOST_LISTED = 20

type Files = ReadonlyMap<string, string>
type Kind = 'processes' | 'variables' | 'properties' | 'assertions'

const KINDS: readonly Kind[] = ['processes', 'variables', 'properties', 'assertions']
const ONE: Readonly<Record<Kind, string>> = {
  processes: 'process',
  variables: 'variable',
  properties: 'property',
  assertions: 'assertion',
}

/** Words for what no variant of the model has, each at its line of the cover. */
export function vocabularyProblems(bundle: Pick<Bundle, 'cover' | 'files'>): Problem[] {
  const models = bundle.cover.models.filter(({ vocabulary }) => vocabulary !== undefined)
  if (models.length === 0) return []
  const files = modelFiles(bundle.files)
  const placeOf = placesIn(bundle)
  const problems: Problem[] = []
  let budget = MOST_COMPILED
  for (const model of models) {
    const { vocabulary, variants } = model
    if (!vocabulary) continue
    let has: Nameable | null = null
    let unknown = unknownIn(vocabulary, null)
    for (const variant of variants) {
      if (unknown.length === 0 || budget === 0) break
      budget--
      has = together(has, nameableIn(files, model, variant))
      unknown = unknownIn(vocabulary, has)
    }
    // A model that cannot be read has an error of its own, and one that was not looked through has none.
    if (!has || budget === 0) continue
    for (const { kind, of } of unknown) {
      const message = `The model \`${model.name}\` has no ${ONE[kind]} \`${of}\`: there is ${listed([...has[kind]])}.`
      const place = placeOf(['models', model.name, 'vocabulary', kind, of])
      problems.push({ file: 'cover.mdx', rule: 'unknown-name', message, ...place })
    }
  }
  return problems
}

export type Unnamed = Place & { readonly file: string; readonly message: string }

/** For who wants every word: what the vocabulary of a model leaves out, a sentence for each model. */
export function unnamedIn(bundle: Pick<Bundle, 'cover' | 'files' | 'claims'>): Unnamed[] {
  const files = modelFiles(bundle.files)
  const placeOf = placesIn(bundle)
  let budget = MOST_COMPILED
  return bundle.cover.models.flatMap((model): Unnamed[] => {
    const told = (message: string): Unnamed[] => [
      { file: 'cover.mdx', message, ...placeOf(['models', model.name]) },
    ]
    const { vocabulary, variants } = model
    if (!vocabulary)
      return told(`the model \`${model.name}\` has no \`vocabulary\`: its runs are told in its own names`)
    let has: Nameable | null = null
    for (const variant of variants) {
      if (budget === 0) break
      budget--
      has = together(has, nameableIn(files, model, variant))
    }
    if (!has) return []
    // What is asked of the model somewhere; nobody is asked for a sentence about progress where nothing is said of it.
    const asked = new Set(
      bundle.claims.filter((claim) => claim.model === model.name).map((claim) => claim.property),
    )
    const without = [
      ...missing('processes', has.processes, vocabulary.processes, (of) => of.replace(/:\d+$/, '')),
      ...missing('variables', outermost(has.variables), vocabulary.variables, (of) => of),
      ...missing(
        'variants',
        variants.map(({ name }) => name),
        vocabulary.variants,
        (of) => of,
      ),
      ...missing('properties', asked, vocabulary.properties, (of) => of),
    ]
    return without.length === 0
      ? []
      : told(`the vocabulary of \`${model.name}\` has no words for ${without.join('; ')}`)
  })
}

function missing(
  kind: string,
  has: Iterable<string>,
  named: readonly Pick<Named, 'of'>[],
  baseOf: (of: string) => string,
): string[] {
  const known = new Set(named.map(({ of }) => baseOf(of)))
  const without = [...has].filter((name) => !known.has(name) && !known.has(lastPart(name)))
  return without.length === 0 ? [] : [`the ${kind} ${listed(without)}`]
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** A field is told through the whole that it is in. */
function outermost(names: ReadonlySet<string>): string[] {
  return [...names].filter((name) => !names.has(name.slice(0, Math.max(0, name.lastIndexOf('.')))))
}

function modelFiles(files: Bundle['files']): Files {
  return new Map(
    files
      .filter(({ path }) => path.startsWith('models/'))
      .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
  )
}

function nameableIn(files: Files, { file }: ModelDeclaration, { defines }: ModelVariant): Nameable | null {
  const given = Object.fromEntries(defines.map(({ name, value }) => [name, value ?? '']))
  const { program } = compileModel({ files, main: file, defines: given })
  return program ? nameableOf(program) : null
}

function together(one: Nameable | null, other: Nameable | null): Nameable | null {
  if (!one || !other) return one ?? other
  return {
    processes: new Set([...one.processes, ...other.processes]),
    variables: new Set([...one.variables, ...other.variables]),
    properties: new Set([...one.properties, ...other.properties]),
    assertions: new Set([...one.assertions, ...other.assertions]),
  }
}

/** null: nothing is known to be there. */
function unknownIn(vocabulary: Vocabulary, has: Nameable | null): { kind: Kind; of: string }[] {
  return KINDS.flatMap((kind) =>
    vocabulary[kind].flatMap(({ of }) => (has && isThere(kind, of, has) ? [] : [{ kind, of }])),
  )
}

function isThere(kind: Kind, of: string, has: Nameable): boolean {
  switch (kind) {
    case 'processes':
      return has.processes.has(of.replace(/:\d+$/, ''))
    case 'variables':
      // A local may be named without its proctype.
      return (
        has.variables.has(of) || [...has.processes].some((process) => has.variables.has(`${process}.${of}`))
      )
    case 'properties':
      return has.properties.has(of.replace(/^fair /, ''))
    case 'assertions':
      return has.assertions.has(assertedBy(of))
  }
}

/** The cover is read again for it, once: a bundle that stands does not keep the places of its fields. */
function placesIn({ files }: Pick<Bundle, 'files'>): (path: readonly string[]) => Place {
  const cover = files.find((file) => file.path === 'cover.mdx')
  const parsed = cover && parseCover({ file: 'cover.mdx', source: new TextDecoder().decode(cover.bytes) })
  return parsed?.ok ? parsed.value.placeOfField : () => FILE_START
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, MOST_LISTED).map((name) => `\`${name}\``)
  const more = names.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
