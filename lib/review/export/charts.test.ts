/** Measurements in a mail: a table with the spread, under the name by which the page draws them. */
import { expect, test } from 'vitest'
import { seriesForImport } from '#lib/review/incoming/series-for-import.ts'
import { parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { sampleFiles, sampleQuestionnaire } from '#lib/writeup/bundle/samples/bundle.ts'
import { renderSeries } from './series.ts'

const point = (x: number, y: number, low: number, high: number) => ({ x, y, low, high, n: 5 })
const measured = JSON.stringify({
  ...{ x: { label: 'Waiters', scale: 'log' }, y: { label: 'Longest call', unit: 'us', scale: 'log' } },
  ...{ spread: 'range of five run medians', where: 'Linux 6.18.44, two CPUs', source: 'bench.c' },
  series: [
    { name: 'Ring', points: [point(1, 0.48, 0.44, 0.9), point(1000, 16679.25, 16000, 17000)] },
    { name: 'Line', assumed: true, points: [{ x: 1000, y: 80 }] },
  ],
})

const files = sampleFiles({
  'integration.mdx':
    '---\ntitle: Integration\n---\n\nBefore.\n\n<Chart id="hold" data="data/hold.json" caption="How long the lock is held" />\n\nBehind.\n',
  'data/hold.json': measured,
})
const bundle = parseBundle(files, [sampleQuestionnaire])
if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
const of = { slug: 'x', bundle: bundle.value, checks: new Map(), siteUrl: 'https://rfc.example' }
const series = renderSeries({ ...of, previousCover: null })

test('a chart is mailed as its numbers, each with its spread', () => {
  expect(series.lint.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(series.messages[2]?.body).toContain(`Before.

    +---------+---------------------------+----------------+
    | Waiters | Ring                      | Line (assumed) |
    +---------+---------------------------+----------------+
    |       1 | 0.48 (0.44-0.9)           |                |
    |   1,000 | 16,679.25 (16,000-17,000) |             80 |
    +---------+---------------------------+----------------+
`)
  expect(series.messages[2]?.body).toContain(`
    Figure 2.1: How long the lock is held

    Longest call, us. In brackets: range of five run medians, n = 5.
    What is called assumed was not measured. Source: bench.c; Linux
    6.18.44, two CPUs.

Behind.`)
})

test('who quotes a number of a chart answers the chart', () => {
  const part = seriesForImport('v1', 1, series, of.bundle.blocks).parts[2]
  const about = (words: string) =>
    part?.passages.findLast(({ start }) => start <= part.text.indexOf(words))?.id
  for (const words of ['Waiters |', '16,679.25', 'How long the lock', 'range of five'])
    expect(about(words), words).toBe('hold')
  expect(about('Behind.')).not.toBe('hold')
})
