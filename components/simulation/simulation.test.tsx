import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { VerdictReport } from '#components/simulation/check/verdict-report.tsx'
import { ProcessPanel } from '#components/simulation/run/process-panel.tsx'
import { SettingNote } from '#components/simulation/setting/setting-note.tsx'
import {
  isSameStretch,
  SourceListing,
  type SourceStretchProps,
} from '#components/simulation/source/source-listing.tsx'
import { compileModel } from '#lib/promela/compile.ts'
import { createPropertySearch } from '#lib/promela/search/check-property.ts'
import { invariant } from '#lib/result.ts'
import {
  canGoOn,
  choices,
  currentState,
  currentView,
  offered,
  type Run,
  startRun,
  takeStep,
  tell,
} from '#lib/simulation/run.ts'
import { inputIn, mutantsIn, propertyOf, publishedSetting, type Setting } from '#lib/simulation/setting.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { Explorer } from './explorer.tsx'
import { Simulation, type SimulationProps } from './simulation.tsx'

const SOURCE = 'byte n;\nactive proctype p() {\n\tn = 1; /* <one> & only */\n\tassert(n == 2)\n}\n'

const props: SimulationProps = {
  id: 'run',
  blockKey: 'run',
  caption: 'The counter is never two',
  slug: 'example',
  revision: 3,
  model: 'counter',
  variant: 'plain',
  variants: [
    { name: 'plain', defines: {} },
    { name: 'fast', defines: { FAST: '' } },
  ],
  files: [
    ['models/counter.pml', SOURCE],
    ['models/locks.h', 'inline lock() { skip }\n'],
  ],
  main: 'models/counter.pml',
  recorded: [
    {
      variant: 'plain',
      property: 'safety',
      verdict: 'violated',
      summary: 'assertion violated: n == 2',
      states: 1234,
      depth: 2,
      checkerVersion: 'checker-1',
      expect: 'violated',
    },
    {
      variant: 'fast',
      property: 'safety',
      verdict: 'holds',
      summary: '',
      states: 99,
      depth: 1,
      checkerVersion: 'checker-1',
    },
  ],
  href: '/rfc/example/models/counter?variant=plain',
}

test('without JavaScript caption, verdict, bounds and commands can be read', () => {
  const html = renderToStaticMarkup(<Simulation {...props} />)
  expect(html).toContain('The counter is never two')
  expect(html).toContain('model counter')
  expect(html).toContain('Variant plain, as recorded when v3 was published')
  expect(html).toMatch(/▲<\/span> violated/)
  expect(html).toContain('1,234 states, up to 2 moves deep')
  expect(html).toContain('sequential consistency, for these parameters: the defaults of the model')
  expect(html).toContain('spin -a -o1 -o2 -o3 models/counter.pml')
  expect(html).toContain('href="/rfc/example/models/counter?variant=plain"')
})

test('what was recorded for other variants does not stand beside this one', () => {
  expect(renderToStaticMarkup(<Simulation {...props} />)).not.toContain('99 states')
  expect(renderToStaticMarkup(<Simulation {...props} variant="fast" />)).toContain('99 states')
})

test('every line of every file has an address and its text', () => {
  const html = renderToStaticMarkup(<Simulation {...props} />)
  for (let line = 1; line <= 5; line++) expect(html).toContain(`id="sim-run-L${line}"`)
  expect(html).toContain('id="sim-run-F1-L1"')
  expect(html).toContain('n = 1; /* &lt;one&gt; &amp; only */')
})

test('the figure is addressed by its block only where it is a block', () => {
  expect(renderToStaticMarkup(<Simulation {...props} />)).toContain('id="b-run"')
  const { blockKey: _, ...alone } = props
  expect(renderToStaticMarkup(<Simulation {...alone} layout="full" />)).not.toContain('id="b-')
})

test('a verdict that is not what the text claims is loud, and one that is, violated too, is quiet', () => {
  const [first] = props.recorded
  const other = first ? [{ ...first, expect: 'holds' as const }] : []
  const loud = renderToStaticMarkup(<Simulation {...props} recorded={other} />)
  expect(loud).toContain('not as claimed: the text needs “holds”')
  expect(loud).toContain('data-verdict="violated" data-claimed="false"')
  const quiet = renderToStaticMarkup(<Simulation {...props} />)
  expect(quiet).toContain('</span> as claimed')
  expect(quiet).not.toContain('data-claimed="false"')
})

test('the explorer names the parameters of its variant and offers the recorded counterexample', () => {
  const [first] = props.recorded
  const recorded = first ? [{ ...first, trace: [0, 0] }] : []
  const shown = (data: SimulationData) =>
    renderToStaticMarkup(<Explorer data={data} layout="full" takesFocus={false} caption="" />)
  const offer = 'Step through the recorded counterexample (2 statements)'
  expect(shown({ ...props, recorded })).toContain(offer)
  expect(shown({ ...props, recorded })).toContain('Parameters: the defaults of the model.')
  expect(shown({ ...props, recorded, initialTrace: [0, 0] })).not.toContain(offer)
  const other = shown({ ...props, recorded, variant: 'fast' })
  expect(other).not.toContain(offer)
  expect(other).toContain('Parameters: FAST.')
})

test('the choice of store buffers is there for a model that is annotated, and only for one', () => {
  const shown = (text: string) =>
    renderToStaticMarkup(
      <Explorer
        data={{ ...props, files: [['models/counter.pml', text]] }}
        layout="full"
        caption=""
        takesFocus={false}
      />,
    )
  expect(shown(SOURCE)).not.toContain('x86-TSO')
  expect(shown(`${SOURCE}/* coherent: tso n */`)).toContain('x86-TSO for n')
})

test('the model can be broken and changed, and what runs is said to be another one only when it is', () => {
  const shown = renderToStaticMarkup(<Explorer data={props} layout="full" takesFocus={false} caption="" />)
  expect(shown).toContain('Try to break it')
  expect(shown).toContain('Change the text')
  expect(shown).not.toContain('not the published model')
  const note = (setting: Setting) =>
    renderToStaticMarkup(<SettingNote setting={setting} onChoose={() => {}} />)
  expect(note(publishedSetting('plain'))).toBe('')
  expect(note({ ...publishedSetting('plain'), storeBuffers: 2 })).toBe('')
  expect(note({ ...publishedSetting('plain'), edited: props.files })).toContain(
    'This is not the published model',
  )
})

test('a verdict names its memory order, and what is not the published model is not compared', () => {
  const verdict = {
    kind: 'holds',
    counts: { states: 9, matched: 1, transitions: 10, depth: 3, bytes: 100 },
    unreached: [],
  } as const
  const report = (setting: Setting) =>
    renderToStaticMarkup(
      <VerdictReport
        verdict={verdict}
        engine="interpreter"
        elapsedMs={1}
        program={null}
        data={{ ...props, files: [['models/counter.pml', `${SOURCE}/* coherent: tso n */`]] }}
        setting={setting}
        recorded={props.recorded[1] ?? null}
        onReplay={() => {}}
        onLook={() => {}}
        onSay={() => {}}
      />,
    )
  const published = publishedSetting('fast')
  expect(report(published)).toContain('under sequential consistency')
  expect(report(published)).toContain('recorded 99 states, here 9 states')
  expect(report(published)).toContain('spin -a -o1 -o2 -o3 -DFAST models/counter.pml')
  const buffered = report({ ...published, storeBuffers: 2 })
  expect(buffered).toContain('under x86-TSO, buffers of 2, for n')
  expect(buffered).not.toContain('99 states')
  expect(buffered).not.toContain('spin -a')
  expect(report({ ...published, edited: props.files })).toContain('this is not the published model')
  const [mutant = null] = mutantsIn(props, published)
  expect(report({ ...published, mutant })).toContain(
    'It is broken (without n = 1 in line 3), and nothing notices',
  )
})

test('a claim is asked for by its name, and a run without end says where it repeats', () => {
  const text = 'bool x; active proctype P() { do :: x = 0 od } ltl served { <> x }'
  const files = [['models/counter.pml', text]] as const
  const html = renderToStaticMarkup(
    <Explorer data={{ ...props, files }} layout="full" takesFocus={false} caption="" />,
  )
  expect(html).toContain(
    '<option selected="">safety</option><option>served</option><option>fair served</option>',
  )
  const setting = publishedSetting('plain', 'served')
  const { program } = compileModel(inputIn({ ...props, files }, setting))
  invariant(program, 'the model compiles')
  const search = createPropertySearch(program, propertyOf(setting))
  invariant(search.ok, 'it has the claim')
  while (!search.value.step(1_000).done);
  const verdict = search.value.verdict()
  invariant(verdict?.kind === 'violated', 'x is never set')
  const report = renderToStaticMarkup(
    <VerdictReport
      verdict={verdict}
      engine="interpreter"
      elapsedMs={1}
      program={program}
      data={{ ...props, files }}
      setting={setting}
      recorded={null}
      onReplay={() => {}}
      onLook={() => {}}
      onSay={() => {}}
    />,
  )
  expect(report).toMatch(
    /The run has no end: step \d+ repeats for ever\.|The run has no end: steps \d+ to \d+ repeat for ever\./,
  )
  expect(report).toContain('-N served')
  expect(report).toContain('The figures are those of model and claim together')
})

test('when every process has ended, the panel says so in place of an empty list', () => {
  const { program } = compileModel({
    files: new Map([['m.pml', 'active proctype p() { skip }']]),
    main: 'm.pml',
    defines: {},
  })
  invariant(program, 'the model compiles')
  const panel = (run: Run) =>
    renderToStaticMarkup(
      <ProcessPanel
        simulationId="run"
        program={program}
        state={currentState(run)}
        view={currentView(run)}
        steps={offered(run)}
        ended={!canGoOn(run)}
        onTake={() => {}}
        onLook={() => {}}
        onReveal={() => {}}
      />,
    )
  let run = startRun(program)
  expect(panel(run)).not.toContain('All processes have ended')
  while (choices(run).length > 0) run = takeStep(run, 0)
  expect(panel(run)).toContain('All processes have ended.')
})

test('a reading page pays less than 2 KB of script for a simulation that is not run', async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL('./loader.tsx', import.meta.url).pathname],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    jsx: 'automatic',
    outdir: 'out',
    external: ['react', 'react/jsx-runtime', './explorer.tsx'],
    loader: { '.module.css': 'local-css' },
  })
  const script = outputFiles.find((file) => file.path.endsWith('.js'))
  const bytes = gzipSync(script?.contents ?? new Uint8Array(10_000)).length
  expect(bytes).toBeGreaterThan(200)
  expect(bytes).toBeLessThan(2048)
})

test('a step draws anew the few lines of a long source that it touches, and no other', () => {
  const lines = Array.from({ length: 2000 }, (_, at) => `line ${at + 1}`).join('\n')
  const drawn = (line: number): SourceStretchProps[] => {
    const all: SourceStretchProps[] = []
    const keeps = (stretch: SourceStretchProps) => {
      all.push(stretch)
      return null
    }
    renderToStaticMarkup(
      <SourceListing
        simulationId="run"
        files={[['m.pml', lines]]}
        markers={[{ file: 'm.pml', line, pid: 0, process: 'p', called: false }]}
        marks={[{ span: { file: 'm.pml', line, column: 1, endLine: line, endColumn: 3 }, tone: 'step' }]}
        stretch={keeps}
      />,
    )
    return all
  }
  const [before, after] = [drawn(10), drawn(1500)]
  expect(before.flatMap((stretch) => stretch.lines)).toHaveLength(2000)
  const anew = before.filter((stretch, at) => !isSameStretch(stretch, after[at] ?? stretch))
  expect(anew.map(({ from }) => from)).toEqual([1, 1481])
  expect(anew.flatMap((stretch) => stretch.lines).length).toBeLessThan(100)
})

test('at a violation no step is offered, although processes could go on', () => {
  const text = 'active proctype p() { assert(false); skip } active proctype q() { skip }'
  const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
  invariant(program, 'the model compiles')
  const first = choices(startRun(program)).find((step) => step.pid === 0)
  const { run } = tell(program, { name: 'it', trace: [first?.index ?? 0] })
  const end = { ...run, cursor: 1 }
  expect(choices(end).length).toBeGreaterThan(0)
  expect(offered(end)).toEqual([])
  const panel = renderToStaticMarkup(
    <ProcessPanel
      simulationId="run"
      program={program}
      state={currentState(end)}
      view={currentView(end)}
      steps={offered(end)}
      ended={!canGoOn(end)}
      onTake={() => {}}
      onLook={() => {}}
      onReveal={() => {}}
    />,
  )
  expect(panel).toContain('It could go on, but the run has ended.')
  expect(panel.match(/aria-disabled="true"/g)).toHaveLength(2)
})

test('the sentence of the claim that the reader comes from stands above what runs, and follows the variant', () => {
  const claims = [
    {
      id: 'never-two',
      variant: 'plain',
      property: 'safety',
      expect: 'violated',
      sentence: 'It is never two.',
    },
    { id: 'also', variant: 'plain', property: 'safety', expect: 'violated', sentence: 'It is another one.' },
    { id: 'fast-one', variant: 'fast', property: 'safety', expect: 'holds', sentence: 'It is fast.' },
  ] as const
  const shown = (data: SimulationData) =>
    renderToStaticMarkup(<Explorer data={data} layout="full" takesFocus={false} caption="" />)
  const plain = shown({ ...props, claims, claim: 'never-two' })
  expect(plain.indexOf('It is never two.')).toBeGreaterThan(0)
  expect(plain.indexOf('It is never two.')).toBeLessThan(plain.indexOf('Forward'))
  expect(plain).toContain('claim never-two and 1 more claim about this variant')
  expect(plain).toContain('data-quiet="true"')
  const fast = shown({ ...props, claims, variant: 'fast' })
  expect(fast).toContain('It is fast.')
  expect(fast).not.toContain('never two')
})
