/**
 * The checker's speed beside pan's, in one run: engines and pan builds take turns, and each keeps its best.
 *
 * Warm and in one process: what is measured is the checker, not the start of Node (which is measured apart). On a machine
 * that others use as well, `--cpu` counts processor time (ours with the threads that compile) instead of the clock.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Program } from '#lib/promela/4-lower/program.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { createEmittedSearch } from '#lib/promela/emit/engine.ts'
import type { EngineHost } from '#lib/promela/emit/host.ts'
import { createSearch, type Search, type SearchOptions } from '#lib/promela/search/search.ts'
import { javaScriptHost, wasmHost } from '#lib/promela/shell/instantiate.ts'
import { createEngineSearch } from '#lib/promela/shell/search-engine.ts'
import { type BenchModel, benchModels } from './bench-checker-models.ts'
import { defaultBuild, makePan, type Pan, panBuilds, runPan } from './bench-checker-pan.ts'

const limits: SearchOptions = { allErrors: true, maxStates: 60_000_000, maxMemoryBytes: 3 * 2 ** 30 }

/** Below so many states a run is too short to be warm at its end. */
const WARM_STATES = 300_000

type Settings = { readonly cpu: boolean; readonly runs: number; readonly interpreted: number }

/** Seconds of `work`. */
function seconds(settings: Settings, work: () => void): number {
  const processor = process.cpuUsage()
  const began = performance.now()
  work()
  if (!settings.cpu) return (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(processor)
  return (user + system) / 1e6
}

function finish(search: Search): Search {
  while (!search.step(500_000).done);
  return search
}

function emitted(program: Program, host: EngineHost, options = limits): Search {
  const made = createEmittedSearch(program, options, host)
  if (!made.ok) throw new Error(`${host.engine}: ${made.error}`)
  return finish(made.value)
}

function compile({ file, defines }: BenchModel): Program {
  const { program } = compileModel({
    files: new Map([['m.pml', readFileSync(file, 'latin1')]]),
    main: 'm.pml',
    defines,
  })
  if (!program) throw new Error(`${file} does not compile`)
  return program
}

type Row = {
  readonly name: string
  readonly states: number
  readonly pan: number
  readonly build: string
  readonly js: number
  readonly wasm: number
  readonly interpreter: number | null
  readonly bytes: number
  readonly text: number
  readonly spinText: number
  readonly reduced: number
  readonly reducedStates: number
  readonly panReduced: number
  readonly panReducedStates: number
}

function measure(model: BenchModel, settings: Settings, folder: string): Row {
  const program = compile(model)
  const first = emitted(program, wasmHost).verdict()
  const states = first?.counts.states ?? 0
  const slots = Math.max(20, Math.ceil(Math.log2(states)) + 1)
  const best = new Map<string, number>()
  const keep = (name: string, time: number): void => {
    best.set(name, Math.min(best.get(name) ?? Infinity, time))
  }
  const pans = panBuilds.flatMap((build) => makePan(model, build, folder) ?? [])
  const reducing = makePan(model, defaultBuild, folder)
  const all: SearchOptions = { ...limits, reduce: { dead: true, por: true } }
  // Node compiles what it has seen often: small models are measured after that, large ones see to it themselves.
  for (let warm = states < WARM_STATES ? 5 : 0; warm > 0; warm--)
    for (const host of [javaScriptHost, wasmHost]) emitted(program, host)
  let reducedStates = 0
  let panReducedStates = 0
  for (let run = 0; run < settings.runs; run++) {
    for (const pan of pans) {
      const result = runPan(pan, slots, settings.cpu)
      const isWhole = !result.cut && (result.states === states || pan.build.gcc.includes('-DBFS'))
      if (isWhole) keep(pan.build.name, result.seconds)
    }
    for (const host of [javaScriptHost, wasmHost])
      keep(
        host.engine,
        seconds(settings, () => emitted(program, host)),
      )
    keep(
      'text',
      seconds(settings, () => fromText(model, limits)),
    )
    keep(
      'reduced',
      seconds(settings, () => {
        reducedStates = fromText(model, all).verdict()?.counts.states ?? 0
      }),
    )
    if (reducing) {
      const result = runPan(reducing, 20, settings.cpu)
      panReducedStates = result.states
      keep('pan reduced', result.seconds)
    }
  }
  const interpreter =
    states <= settings.interpreted ? seconds(settings, () => finish(createSearch(program, limits))) : null
  const [build, pan] = fastest(pans, best)
  return {
    name: model.name,
    states,
    pan,
    build,
    js: best.get('js') ?? Number.NaN,
    wasm: best.get('wasm') ?? Number.NaN,
    interpreter,
    bytes: (first?.counts.bytes ?? 0) / states,
    text: best.get('text') ?? Number.NaN,
    spinText: (pans[0]?.makeSeconds ?? Number.NaN) + (best.get('-O2') ?? pan),
    reduced: best.get('reduced') ?? Number.NaN,
    reducedStates,
    panReduced: best.get('pan reduced') ?? Number.NaN,
    panReducedStates,
  }
}

function fromText(model: BenchModel, options: SearchOptions): Search {
  const search = createEngineSearch(compile(model), 'safety', options, 'auto')
  if (!search.ok) throw new Error(search.error)
  return finish(search.value)
}

function fastest(pans: readonly Pan[], best: ReadonlyMap<string, number>): readonly [string, number] {
  const times = pans.map(({ build }) => [build.name, best.get(build.name) ?? Number.NaN] as const)
  return times.filter(([, time]) => time > 0).sort((a, b) => a[1] - b[1])[0] ?? ['none', Number.NaN]
}

// --- Report ---------------------------------------------------------------------------------------------------

const time = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(3))

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
  return [head, ...rows].map(line).join('\n')
}

function summary(name: string, ratios: readonly number[], target: string): string {
  const known = ratios.filter((ratio) => ratio > 0)
  const mean = Math.exp(known.reduce((sum, ratio) => sum + Math.log(ratio), 0) / known.length)
  return `${name}: geometric mean ${mean.toFixed(2)}, worst ${Math.min(...known).toFixed(2)} (target ${target})`
}

function report(rows: readonly Row[]): void {
  console.log('\nThe whole graph, seconds; ratio: the best pan build by the engine')
  console.log(
    table(
      ['model', 'states', 'best pan', 'build', 'interpreter', 'js', 'ratio', 'wasm', 'ratio', 'bytes/state'],
      rows.map((row) => [
        row.name,
        String(row.states),
        time(row.pan),
        row.build,
        row.interpreter === null ? '-' : time(row.interpreter),
        time(row.js),
        (row.pan / row.js).toFixed(2),
        time(row.wasm),
        (row.pan / row.wasm).toFixed(2),
        row.bytes.toFixed(1),
      ]),
    ),
  )
  console.log(
    summary(
      'wasm',
      rows.map((row) => row.pan / row.wasm),
      '1.7, none under 1.0',
    ),
  )
  console.log(
    summary(
      'js',
      rows.map((row) => row.pan / row.js),
      '1.2, none under 0.6',
    ),
  )
  console.log('\nFrom text to verdict, seconds; share: ours of spin + gcc -O2 + pan')
  console.log(
    table(
      ['model', 'states', 'ours', 'spin+gcc+pan', 'share', 'target'],
      rows.map((row) => [
        row.name,
        String(row.states),
        time(row.text),
        time(row.spinText),
        (row.text / row.spinText).toFixed(3),
        row.states < 1e5 ? '0.15' : row.states < 5e6 ? '0.5' : '-',
      ]),
    ),
  )
  console.log(
    '\nWith reductions, from text to verdict; pan as spin makes it by default, without spin and gcc',
  )
  console.log(
    table(
      ['model', 'states', 'pan states', 'ours', 'pan', 'ratio'],
      rows.map((row) => [
        row.name,
        String(row.reducedStates),
        String(row.panReducedStates),
        time(row.reduced),
        time(row.panReduced),
        (row.panReduced / row.reduced).toFixed(2),
      ]),
    ),
  )
  console.log(
    summary(
      'reduced',
      rows.map((row) => row.panReduced / row.reduced),
      '2.0',
    ),
  )
}

/** Exit code of the command. */
export async function benchChecker(args: readonly string[], root: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cpu: { type: 'boolean' },
      runs: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean' },
    },
  })
  const settings: Settings = {
    cpu: values.cpu ?? false,
    runs: Number(values.runs ?? (values.quick ? 2 : 5)),
    interpreted: values.quick ? 0 : 2_000_000,
  }
  const { models, missing } = benchModels(root)
  const only = values.only?.split(',')
  const chosen = models.filter(({ name }) => !only || only.some((word) => name.startsWith(word)))
  console.log(
    `best of ${settings.runs}, ${settings.cpu ? 'processor time' : 'wall clock'}, ${chosen.length} models`,
  )
  if (missing.length > 0) console.log(`spin's examples are not on this machine: ${missing.join(', ')}`)
  const folder = mkdtempSync(join(tmpdir(), 'bench-pan-'))
  const rows: Row[] = []
  try {
    for (const model of chosen) {
      const row = measure(model, settings, join(folder, model.name.replace(/\W+/g, '-')))
      rows.push(row)
      console.log(`${row.name}: pan ${time(row.pan)}, js ${time(row.js)}, wasm ${time(row.wasm)}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  report(rows)
  coldStart(root, settings)
  return 0
}

/** The command line from nothing: most of it is the start of Node. */
function coldStart(root: string, settings: Settings): void {
  const command = join(root, 'dist/coherent.mjs')
  if (!existsSync(command)) {
    console.log('\nCold start: no dist/coherent.mjs (node scripts/bundle-command.mjs)')
    return
  }
  const model = join(root, 'lib/promela/samples/futex-classic/model.pml')
  let best = Infinity
  for (let run = 0; run < settings.runs; run++) {
    const began = performance.now()
    spawnSync(process.execPath, [command, 'verify', model, '-D', 'NW=3'], { stdio: 'ignore' })
    best = Math.min(best, (performance.now() - began) / 1000)
  }
  console.log(
    `\nCold start: coherent verify of futex NW=3 (88,053 states) in ${best.toFixed(2)} s by the clock`,
  )
}
