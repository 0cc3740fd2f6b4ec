import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { invariant } from '#lib/result.ts'
import { Explorer } from './explorer.tsx'
import { ProcessPanel } from './process-panel.tsx'
import { choices, currentState, currentView, type Run, startRun, takeStep } from './run.ts'
import { Simulation, type SimulationProps } from './simulation.tsx'
import type { SimulationData } from './simulation-data.ts'

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

test('a verdict that is not what the text claims says so', () => {
  const [first] = props.recorded
  const other = first ? [{ ...first, expect: 'holds' as const }] : []
  expect(renderToStaticMarkup(<Simulation {...props} recorded={other} />)).toContain(
    'though the text claims: holds',
  )
})

test('the explorer names the parameters of its variant and offers the recorded counterexample', () => {
  const [first] = props.recorded
  const recorded = first ? [{ ...first, trace: [0, 0] }] : []
  const shown = (data: SimulationData) =>
    renderToStaticMarkup(<Explorer data={data} layout="full" takesFocus={false} />)
  const offer = 'Step through the recorded counterexample (2 statements)'
  expect(shown({ ...props, recorded })).toContain(offer)
  expect(shown({ ...props, recorded })).toContain('Parameters: the defaults of the model.')
  expect(shown({ ...props, recorded, initialTrace: [0, 0] })).not.toContain(offer)
  const other = shown({ ...props, recorded, variant: 'fast' })
  expect(other).not.toContain(offer)
  expect(other).toContain('Parameters: FAST.')
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
        steps={choices(run)}
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
