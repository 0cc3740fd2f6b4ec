import { expect, test } from 'vitest'
import { parseBundle } from './bundle.ts'
import { readChart } from './charts.ts'
import { sampleFiles, sampleQuestionnaire } from './samples/bundle.ts'
import { readStoredParse, storedParseOf } from './stored-parse.ts'

const point = { x: 1, y: 2, low: 1, high: 3, n: 5 }
const data = (changes: Record<string, unknown> = {}) =>
  JSON.stringify(
    {
      ...{
        x: { label: 'N', scale: 'log' },
        y: { label: 'Call', unit: 'us' },
        spread: 'range',
        where: 'w',
        source: 's',
      },
      series: [{ name: 'Ring', points: [point] }],
      ...changes,
    },
    null,
    1,
  )
const series = (...points: readonly unknown[]) => ({ series: [{ name: 'Ring', points }] })

function parsed(words: string, files: Record<string, string> = { 'data/a.json': data() }) {
  const text = `---\ntitle: Integration\n---\n\n${words}\n`
  return parseBundle(sampleFiles({ 'integration.mdx': text, ...files }), [sampleQuestionnaire])
}

test('a chart is read, is a figure of its write-up, and is stored with what was parsed', () => {
  const bundle = parsed('<Chart id="hold" data="data/a.json" caption="How long" />')
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  expect(bundle.value.charts).toMatchObject([
    {
      ...{ id: 'hold', blockKey: 'hold', data: 'data/a.json', caption: 'How long' },
      chart: {
        ...{
          x: { label: 'N', unit: null, scale: 'log' },
          of: 'N',
          y: { label: 'Call', unit: 'us', scale: 'linear' },
        },
        series: [
          { name: 'Ring', how: 'measured', points: [{ x: 1, y: 2, spread: { low: 1, high: 3, n: 5 } }] },
        ],
      },
    },
  ])
  expect(bundle.value.blocks.find(({ key }) => key === 'hold')).toMatchObject({
    kind: 'figure',
    text: 'How long',
  })
  const read = readStoredParse(JSON.parse(JSON.stringify(storedParseOf(bundle.value))), { ...bundle.value })
  if (!read.ok) throw new Error(read.error)
  expect(read.value.charts).toEqual(bundle.value.charts)
  expect(storedParseOf(read.value)).toEqual(storedParseOf(bundle.value))
})

test.each([
  ['a file that is not there', 'data/b.json', 'not in the bundle'],
  ['a file of something else', 'models/wake-order.pml', 'no file `data/….json`'],
])('%s is told where the chart is', (_, path, hint) => {
  const bundle = parsed(`<Chart id="hold" data="${path}" caption="How long" />`)
  const [problem] = bundle.ok ? [] : bundle.error
  expect(problem).toMatchObject({ file: 'integration.mdx', line: 5 })
  expect(problem?.message).toContain(hint)
})

test('a file is read once, and its mistake told once, however many charts are of it', () => {
  const bundle = parsed(
    [1, 2, 3].map((n) => `<Chart id="c-${n}" data="data/a.json" caption="c" />`).join('\n\n'),
    { 'data/a.json': '{' },
  )
  expect(bundle.ok ? [] : bundle.error.map(({ file }) => file)).toEqual(['data/a.json'])
})

test.each<[string, string, string, number]>([
  ['no JSON', '{"x": NaN}', '`NaN}` is no value', 1],
  ['a point without a spread', data(series({ x: 1, y: 2 })), 'needs `low`, `high` and `n`', 17],
  [
    'an assumed point with one',
    data({ series: [{ name: 'a', assumed: true, points: [point] }] }),
    'what is assumed has no',
    18,
  ],
  ['a spread beside its point', data(series({ ...point, low: 2.5 })), 'by size', 17],
  ['nothing on a logarithm', data(series({ ...point, x: 0 })), 'logarithm has no place', 18],
  [
    'less than nothing on one',
    data({ y: { label: 'a', scale: 'log' }, ...series({ ...point, low: -1 }) }),
    'logarithm has no place',
    17,
  ],
  ['a name on an axis', data(series({ ...point, x: 'a' })), 'write a number', 18],
  ['a number without an axis', data({ x: undefined }), 'what the axis `x` is', 14],
  ['a place that is there twice', data(series(point, point)), 'keep one', 25],
  [
    'a series that is there twice',
    data({ series: [1, 2].map(() => ({ name: 'a', points: [point] })) }),
    'choose another',
    27,
  ],
  ['a spread that nobody explains', data({ spread: undefined }), 'write `spread`', 1],
  ['half a value', data(series({ ...point, n: 2.5 })), 'how many values', 22],
  ['a number beyond digits', data(series({ ...point, high: 1e300 })), 'too large', 21],
  [
    'thousands of points',
    data(series(...Array.from({ length: 500 }, (_, x) => ({ ...point, x: x + 1 })))),
    'at most 40 points',
    16,
  ],
  [
    'thousands of series',
    data({ series: Array.from({ length: 100 }, (_, n) => ({ name: `a${n}`, points: [point] })) }),
    'at most 6 series',
    13,
  ],
  ['a name without an end', data({ series: [{ name: 'a'.repeat(25), points: [point] }] }), 'at most 24', 15],
  ['an override of the direction', data({ where: 'a\u202eb' }), 'U+202E', 11],
  ['a field that nobody knows', data({ script: 'x' }), 'delete it', 27],
  ['a file without an end', data() + ' '.repeat(70_000), '64 KB', 1],
])('%s is an error of the file, with its place', (_, source, hint, line) => {
  const { chart, problems } = readChart('data/a.json', source)
  expect(chart).toBeNull()
  expect(problems.map(({ message }) => message).join('\n')).toContain(hint)
  expect(problems.find(({ message }) => message.includes(hint))).toMatchObject({ file: 'data/a.json', line })
})
