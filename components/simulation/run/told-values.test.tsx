import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import { NO_WORDS, type Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import { invariant } from '#lib/result.ts'
import { choices, currentMoment, currentView, type Run, startRun, takeStep } from '#lib/simulation/run.ts'
import { RunStatus } from './run-status.tsx'
import { TimeLine } from './time-line.tsx'
import { ValueTable } from './value-table.tsx'

const SOURCE = `byte lock;
bool done;
active proctype waker() { byte ret; lock = _pid + 1; ret = 1; assert(done) }
`
const WORDS: Vocabulary = {
  ...NO_WORDS,
  processes: [{ of: 'waker', words: 'the <b>waker</b>' }],
  variables: [
    { of: 'lock', words: 'hb->lock', holder: true, values: [] },
    { of: 'done', words: null, holder: false, values: [{ of: 'false', words: 'not yet' }] },
  ],
  assertions: [{ of: 'done', words: 'It is done first.' }],
}

function runOf(steps: number): Run {
  const { program } = compileModel({ files: new Map([['m.pml', SOURCE]]), main: 'm.pml', defines: {} })
  invariant(program, 'it compiles')
  let run = startRun(program)
  for (let step = 0; step < steps; step++) run = takeStep(run, choices(run)[0]?.index ?? -1)
  return run
}

const text = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')

const tableOf = (run: Run, vocabulary: Vocabulary) =>
  renderToStaticMarkup(
    <ValueTable
      view={currentView(run)}
      changes={currentMoment(run)?.changes ?? []}
      naming={namingOf(run.program, vocabulary)}
    />,
  )

test('values and their names are told in the words of the model, and its own stand beside them', () => {
  const html = tableOf(runOf(1), WORDS)
  expect(text(html)).toContain('hb->lock (lock) byte held by the <b>waker</b> (1) free (0)')
  expect(text(html)).toContain('done bool not yet (false)')
  expect(text(html)).toContain('P0 the <b>waker</b> (waker)')
  expect(html).not.toContain('<b>')
})

test('what has no words is told as it is, once', () => {
  expect(text(tableOf(runOf(1), WORDS))).toContain(' ret byte 0 ')
  expect(text(tableOf(runOf(1), NO_WORDS))).toContain(' lock byte 1 0 ')
  expect(tableOf(runOf(1), NO_WORDS)).not.toContain('(')
})

const statusOf = (run: Run, vocabulary: Vocabulary) =>
  renderToStaticMarkup(<RunStatus run={run} naming={namingOf(run.program, vocabulary)} onReturn={vi.fn()} />)

test('the line of the step says it in the words of the model, with its own at hand, and so does what broke', () => {
  const html = statusOf(runOf(1), WORDS)
  expect(text(html)).toContain('Step 1 of 1 P0 the <b>waker</b>: hb->lock = _pid + 1')
  expect(html).toContain('title="P0 waker: lock = _pid + 1"')
  expect(text(statusOf(runOf(3), WORDS))).toContain(
    'Violated: this does not hold: It is done first (assertion violated: done).',
  )
  expect(text(statusOf(runOf(3), NO_WORDS))).toContain('▲ Violated: assertion violated: done.')
})

test('the lanes are called as their processes, and say the step so', () => {
  const run = runOf(1)
  const html = renderToStaticMarkup(
    <TimeLine run={run} naming={namingOf(run.program, WORDS)} onGo={vi.fn()} />,
  )
  expect(text(html)).toContain('P0 the <b>waker</b>')
  expect(html).toContain(
    'aria-valuetext="step 1 of 1: P0 the &lt;b&gt;waker&lt;/b&gt;: hb-&gt;lock = _pid + 1"',
  )
})
