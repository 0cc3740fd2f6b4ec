import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { NO_WORDS } from '#lib/promela/trace/vocabulary.ts'
import { invariant } from '#lib/result.ts'
import { choices, goTo, type Run, startRun, takeStep, traceOf } from '#lib/simulation/run.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { Story } from './story.tsx'
import { StoryStill } from './story-still.tsx'

const SOURCE = `byte lock;
bool done;
inline spin_lock(l) { atomic { l == 0 -> l = _pid + 1 } }
active proctype waiter() { spin_lock(lock); assert(done) }
active proctype waker() { done = false; spin_lock(lock) }
`

const VOCABULARY = {
  ...NO_WORDS,
  processes: [{ of: 'waiter', words: 'thread <b>' }],
  variables: [{ of: 'lock', words: 'hb->lock', holder: true, values: [] }],
  assertions: [{ of: 'done', words: 'It is done first.' }],
}

function runOf(pids: readonly number[], source = SOURCE): Run {
  const { program } = compileModel({ files: new Map([['m.pml', source]]), main: 'm.pml', defines: {} })
  invariant(program, 'it compiles')
  return pids.reduce((run, pid) => {
    const step = choices(run).find((one) => one.pid === pid)
    invariant(step, 'it can move')
    return takeStep(run, step.index)
  }, startRun(program))
}

const draw = (run: Run, more: Partial<Parameters<typeof Story>[0]> = {}) =>
  renderToStaticMarkup(<Story run={run} onGo={vi.fn()} vocabulary={VOCABULARY} {...more} />)

/** As it is read: a place where a line may break is none in the words. */
const text = (html: string) =>
  html
    .replaceAll('<wbr/>', '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

test('a story is a table with a lane for each process and a row for each call', () => {
  const html = draw(runOf([0, 0, 1]))
  expect(html.match(/<th[^>]*scope="col"/g)).toHaveLength(5)
  expect(html.match(/<tr[^>]*aria-rowindex/g)).toHaveLength(2)
  expect(text(html)).toContain('spin_lock(hb-&gt;lock)')
  expect(text(html)).toContain('hb-&gt;lock: free → held by thread')
  expect(text(html)).toContain('waits for hb-&gt;lock, held by thread')
})

test('words are text, whatever they look like', () => {
  expect(draw(runOf([0, 0, 1]))).not.toContain('<b>')
  expect(draw(runOf([0, 0, 1]))).toContain('thread &lt;b&gt;')
})

test('the row of the step that is shown is the current one, whichever of its steps that is', () => {
  for (const cursor of [1, 2]) {
    const html = draw(goTo(runOf([0, 0, 1]), cursor))
    expect(html.match(/aria-current="step"/g)).toHaveLength(1)
    expect(html).toMatch(/<tr[^>]*aria-rowindex="2"[^>]*aria-current="step"/)
  }
  expect(draw(goTo(runOf([0, 0, 1]), 0))).not.toContain('aria-current')
})

test('below the last row stands what broke; before the end nothing does', () => {
  expect(text(draw(runOf([0, 0, 0])))).toContain(
    'this does not hold: It is done first (the assertion done, line 4).',
  )
  expect(draw(runOf([0, 0]))).not.toContain('data-end')
})

test('of a long run only the rows around the current one are drawn, and the others are counted', () => {
  const source = 'byte n; active [2] proctype p() { do :: n = (n + 1) % 5 od }'
  const run = runOf(
    Array.from({ length: 1000 }, (_, k) => k % 2),
    source,
  )
  const html = draw(goTo(run, 500), { vocabulary: NO_WORDS })
  const rows = html.match(/aria-rowindex="(\d+)"/g) ?? []
  expect(rows.length).toBeGreaterThan(100)
  expect(rows.length).toBeLessThan(250)
  expect(html).toContain('aria-rowcount="1001"')
  expect(html).toMatch(/aria-rowindex="501"[^>]*aria-current="step"/)
  expect(text(html)).toMatch(/\d+ rows stand above\..*\d+ rows follow\./)
})

test('a filter leaves rows out and says how many; who may not choose has no form', () => {
  const html = draw(runOf([0, 0, 1]), { filter: { processes: [1], variables: null }, onFilter: vi.fn() })
  expect(html.match(/<tr[^>]*aria-rowindex/g)).toHaveLength(1)
  expect(text(html)).toContain('1 of 2 rows are left out by the filter.')
  expect(html.match(/type="checkbox"/g)?.length).toBe(3)
  expect(draw(runOf([0, 0, 1]))).not.toContain('checkbox')
})

const data = (over: Partial<SimulationData> = {}): SimulationData => {
  const trace = traceOf(runOf([1, 0, 0, 0]))
  return {
    ...{ id: 'run', slug: 'x', revision: 1, model: 'm', variant: 'plain', main: 'm.pml' },
    variants: [{ name: 'plain', defines: {} }],
    files: [['m.pml', SOURCE]],
    recorded: [
      {
        variant: 'plain',
        property: 'safety',
        verdict: 'violated',
        summary: '',
        states: 1,
        depth: 1,
        checkerVersion: 'c',
        trace,
      },
    ],
    vocabulary: VOCABULARY,
    initialTrace: trace,
    ...over,
  }
}

test('without scripts the recorded counterexample is the same table, which unfolds and leads nowhere', () => {
  const html = renderToStaticMarkup(<StoryStill data={data()} />)
  expect(html).toContain('<table')
  expect(text(html)).toContain('It is done first')
  expect(html).toMatch(/<details[^>]*><summary>2 statements/)
  expect(html).not.toContain('<button')
})

test('without scripts a form chooses what is shown, and its answer shows that and says what is left out', () => {
  const filter = { processes: [1], variables: null }
  const html = renderToStaticMarkup(<StoryStill data={data({ filter, claim: 'c' })} page="/m#simulation" />)
  expect(html).toMatch(/<form[^>]* action="\/m#simulation"/)
  for (const field of ['revision" value="1', 'variant" value="plain', 'claim" value="c'])
    expect(html).toContain(`name="${field}"`)
  expect(html).toMatch(/name="process" checked="" value="1"|name="process" value="1" checked=""/)
  expect(html).not.toMatch(/name="process" checked="" value="0"|name="process" value="0" checked=""/)
  expect(text(html)).toMatch(/Shown: 1 process, all variables/)
  expect(text(html)).toMatch(/\d of \d rows are left out by the filter\./)
  // It has no way to say "all": a form sends each box that is ticked.
  const all = { processes: [0, 1, 7], variables: [] }
  const whole = renderToStaticMarkup(<StoryStill data={data({ filter: all })} page="/m" />)
  expect(text(whole)).toContain('Shown: all processes, 0 variables')
  expect(renderToStaticMarkup(<StoryStill data={data({ filter })} />)).not.toContain('<form')
})

test('where nothing is recorded, or the model is not that of the run, there is no still', () => {
  expect(renderToStaticMarkup(<StoryStill data={data({ initialTrace: [] })} />)).toBe('')
  expect(renderToStaticMarkup(<StoryStill data={data({ files: [['m.pml', 'active {']] })} />)).toBe('')
  const long = Array.from({ length: 1000 }, () => 0)
  expect(renderToStaticMarkup(<StoryStill data={data({ initialTrace: long })} />)).toBe('')
})
