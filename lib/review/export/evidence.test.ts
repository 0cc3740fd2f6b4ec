/** Recorded runs in a mail: as indented lines where the text shows them, by one link where it only names them. */
import { expect, test } from 'vitest'
import { seriesForImport } from '#lib/review/incoming/series-for-import.ts'
import { parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { sampleFiles, sampleQuestionnaire } from '#lib/writeup/bundle/samples/bundle.ts'
import { renderSeries } from './series.ts'

const recorded = JSON.stringify({
  ...{ how: 'run', where: 'Linux 6.18.44, x86-64, a guest with two CPUs', source: 'conformance.c' },
  scenarios: {
    'wake-01': {
      title: 'A wake before a wait',
      did: ['main: futex_wake(A, 1) = 0', 'main: ring.submit(0) = 1'],
      ...{ expected: { woken: 0 }, seen: { woken: 1 }, runs: 20, differing: 20 },
    },
    'wake-02': { title: 'Another', expected: { woken: 0 }, seen: { woken: 0 }, runs: 1 },
  },
})

const WORDS = `Before.

<Evidence id="kept" scenario="wake-01" caption="A wake is not kept" />

<Evidence id="other" scenario="wake-02" />

As in \`wake-02\`. And again.`

function seriesOf(words: string) {
  const files = sampleFiles({
    'integration.mdx': `---\ntitle: Integration\n---\n\n${words}\n`,
    'evidence/wakes.json': recorded,
  })
  const bundle = parseBundle(files, [sampleQuestionnaire])
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  const of = { slug: 'x', bundle: bundle.value, checks: new Map(), siteUrl: 'https://rfc.example' }
  return { bundle: bundle.value, series: renderSeries({ ...of, previousCover: null }) }
}

test('a run is mailed with where it was, what was done, expected and seen', () => {
  const { series } = seriesOf(WORDS)
  expect(series.lint.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(series.messages[2]?.body).toContain(`Before.

Evidence wake-01 (run 20 times, other than expected): A wake is not kept

    Where:    Linux 6.18.44, x86-64, a guest with two CPUs
    Source:   conformance.c
    Done:     main: futex_wake(A, 1) = 0
              main: ring.submit(0) = 1
    Expected: woken = 0
    Seen:     woken = 1

Evidence wake-02 (run once, as expected): Another

    Where:    Linux 6.18.44, x86-64, a guest with two CPUs
    Source:   conformance.c
    Expected: woken = 0
    Seen:     the same

As in wake-02. And again.`)
})

test('a run that is only named is found by one link of the part', () => {
  const body = seriesOf('As in `wake-01` and `wake-02`, not in `wake-03`.').series.messages[2]?.body ?? ''
  expect(body).toContain('Recorded runs that this part names: what was done, expected and seen is\nat [1].')
  expect(body).toContain('[1] https://rfc.example/rfc/x/v1#runs')
  expect(seriesOf('As in `wake-03`.').series.messages[2]?.body).not.toContain('Recorded runs')
})

test('who quotes a line of a run answers that run', () => {
  const { series, bundle } = seriesOf(WORDS)
  const part = seriesForImport('v1', 1, series, bundle.blocks).parts[2]
  const about = (words: string) =>
    part?.passages.findLast(({ start }) => start <= part.text.indexOf(words))?.id
  expect(about('A wake is not kept')).toBe('kept')
  expect(about('woken = 1')).toBe('kept')
  expect(about('the same')).toBe('other')
  expect(about('And again')).toBe(bundle.blocks.find(({ text }) => text.startsWith('As in'))?.key)
})
