import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChartData } from '#lib/writeup/blocks/chart-data.ts'
import { chartSvg } from './chart-html.ts'

const value = fc.oneof(
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.constant(0),
)
const positive = fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 1e-9, max: 1e12, noNaN: true }))

function chartOf(
  scale: 'linear' | 'log',
  x: fc.Arbitrary<number | string>,
  isNamed: boolean,
): fc.Arbitrary<ChartData> {
  const number = scale === 'log' ? positive : value
  const point = fc.tuple(x, number, number, number, fc.boolean()).map(([at, a, b, c, isMeasured]) => {
    const [low = 0, y = 0, high = 0] = [a, b, c].sort((one, other) => one - other)
    return { x: at, y, spread: isMeasured ? { low, high, n: 5 } : null }
  })
  const series = fc.record({
    name: fc.string({ minLength: 1, maxLength: 24 }),
    how: fc.constantFrom('measured' as const, 'assumed' as const),
    points: fc.uniqueArray(point, { minLength: 1, maxLength: 8, selector: ({ x: at }) => at }),
  })
  return fc.array(series, { minLength: 1, maxLength: 6 }).map((all) => ({
    ...{
      x: isNamed ? null : { label: 'N', unit: null, scale },
      of: 'N',
      y: { label: 'Call', unit: 'us', scale },
    },
    ...{ spread: 'range', where: 'w', source: 's', series: all },
  }))
}

const charts = fc.oneof(
  chartOf('linear', value, false),
  chartOf('log', positive, false),
  chartOf('linear', fc.string({ minLength: 1, maxLength: 24 }), true),
  chartOf('log', fc.string({ minLength: 1, maxLength: 24 }), true),
)

test('whatever the numbers are, all of it lies within the drawing, and no number is none', () => {
  fc.assert(
    fc.property(charts, (chart) => {
      const { text } = chartSvg(chart, 'label')
      expect(text).not.toMatch(/NaN|Infinity|undefined/)
      const [, height] = /viewBox="0 0 400 (\d+(?:\.\d)?)"/.exec(text) ?? []
      for (const [, name = '', number] of text.matchAll(/ (x|cx|y|cy)="([^"]*)"/g)) {
        const most = name.endsWith('x') ? 400 : Number(height)
        expect(Number(number), `${name} ${number}`).toBeGreaterThanOrEqual(-4)
        expect(Number(number), `${name} ${number}`).toBeLessThanOrEqual(most + 4)
      }
    }),
    { numRuns: 300 },
  )
})

test('names of lines do not touch', () => {
  const series = ['a', 'b', 'c', 'd'].map((name) => ({
    ...{ name, how: 'measured' as const },
    points: [{ x: 1, y: 5, spread: { low: 5, high: 5, n: 1 } }],
  }))
  const { text } = chartSvg(
    {
      ...{
        x: { label: 'N', unit: null, scale: 'linear' },
        of: 'N',
        y: { label: 'Call', unit: 'us', scale: 'linear' },
      },
      ...{ spread: 'range', where: 'w', source: 's', series },
    },
    'label',
  )
  const places = [...text.matchAll(/class="name"[^>]* y="([^"]*)"/g)]
    .map(([, y]) => Number(y))
    .sort((a, b) => a - b)
  expect(places).toHaveLength(4)
  for (const [i, place] of places.entries())
    if (i > 0) expect(place - (places[i - 1] ?? 0)).toBeGreaterThanOrEqual(15)
})

test('markup in a name or a unit is text', () => {
  const evil = '</text><script>x</script>'
  const { text } = chartSvg(
    {
      ...{
        x: null,
        of: evil,
        y: { label: evil, unit: evil, scale: 'linear' },
        spread: null,
        where: evil,
        source: evil,
      },
      series: [{ name: evil, how: 'assumed', points: [{ x: evil, y: 1, spread: null }] }],
    },
    evil,
  )
  expect(text).not.toContain('<script')
})
