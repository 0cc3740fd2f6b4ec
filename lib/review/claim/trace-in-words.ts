/**
 * The counterexamples of the claims of a bundle as tables, for its page and its mail, which show the same. What is stored is
 * in the model's own names; where the cover of the revision has a vocabulary the same run is told in its words, when it is
 * asked for.
 */
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel, includeClosure } from '#lib/promela/compile.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import { tell } from '#lib/simulation/run.ts'
import { tellStory } from '#lib/simulation/story.ts'
import { storyLines } from '#lib/simulation/story-lines.ts'
import type { Bundle, BundleClaim } from '#lib/writeup/bundle/bundle.ts'
import type { CheckReport } from './check-report.ts'

/** A longer one is nothing that anybody reads in a mail, and has its table as it was stored. */
const MAX_STEPS = 2_000
/** Of all traces of a bundle, in the order of its claims: a page is drawn where all readers wait. */
const MAX_STEPS_OF_BUNDLE = 4_000
/** Characters of models that are compiled for it. A model counts as often as it is compiled: once for each set of defines. */
const MAX_SOURCE_OF_BUNDLE = 512 * 1024

type Told = Pick<Bundle, 'models' | 'files'> & {
  readonly claims: readonly Pick<BundleClaim, 'id' | 'model' | 'defines' | 'property'>[]
}
type Checked = readonly { readonly id: string; readonly report: CheckReport }[]
type Violated = Extract<CheckReport, { kind: 'violated' }>
type Tables = ReadonlyMap<string, readonly string[]>

/** A revision is drawn for each reader; its bundle and what was found of it stay the same. */
const kept = new WeakMap<Told, { readonly of: string; readonly tables: Tables }>()

/** By claim; a claim that is not violated has none. Lines of 72 columns at most. */
export function traceTables(bundle: Told, checked: Checked): Tables {
  const of = JSON.stringify(checked.map(({ id, report }) => (report.kind === 'violated' ? [id, report] : id)))
  const known = kept.get(bundle)
  if (known?.of === of) return known.tables
  const tables = tablesOf(bundle, checked)
  kept.set(bundle, { of, tables })
  return tables
}

function tablesOf(bundle: Told, checked: Checked): Tables {
  const programs = new Programs(bundle)
  const tables = new Map<string, readonly string[]>()
  let left = MAX_STEPS_OF_BUNDLE
  for (const { id, report } of checked) {
    if (report.kind !== 'violated') continue
    const steps = report.trace.length
    const claim = bundle.claims.find((one) => one.id === id)
    const told = claim && steps <= Math.min(MAX_STEPS, left) ? storyOf(bundle, programs, claim, report) : null
    if (told) left -= steps
    tables.set(id, told ?? report.table)
  }
  return tables
}

/** `null`: its model has no words, or another checker than this one found it: what it said is all that there is. */
function storyOf(
  { models }: Told,
  programs: Programs,
  { model: name, defines, property }: Told['claims'][number],
  { trace, cycleStart, error }: Violated,
): readonly string[] | null {
  const model = models.find((one) => one.name === name)
  const program = model?.vocabulary ? programs.of(model.file, defines) : null
  if (!program) return null
  const { run, diverged } = tell(program, { name: '', trace })
  if (diverged) return null
  const end = property === 'safety' ? null : { cycleStart: cycleStart ?? null, message: error }
  return storyLines(tellStory(run, { naming: namingOf(program, model?.vocabulary), property, end }))
}

/** The models of a bundle as programs, each compiled once, as far as their sources are not too much together. */
class Programs {
  readonly #files: ReadonlyMap<string, string>
  readonly #known = new Map<string, Program | null>()
  #left = MAX_SOURCE_OF_BUNDLE

  constructor({ files }: Pick<Bundle, 'files'>) {
    this.#files = new Map(
      files
        .filter(({ path }) => path.startsWith('models/'))
        .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
    )
  }

  /** `null`: it does not compile, or is too much. */
  of(main: string, given: BundleClaim['defines']): Program | null {
    const defines = Object.fromEntries(given.map(({ name, value }) => [name, value ?? '']))
    const key = JSON.stringify([main, defines])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const size = includeClosure(this.#files, main).reduce(
      (sum, path) => sum + (this.#files.get(path)?.length ?? 0),
      0,
    )
    const program = size <= this.#left ? compileModel({ files: this.#files, main, defines }).program : null
    if (size <= this.#left) this.#left -= size
    this.#known.set(key, program)
    return program
  }
}
