/**
 * The data of `<Chart data="data/hold.json">`: measurements with spread, count, unit and source.
 *
 *     { "x": { "label": "Waiters", "scale": "log" }, "y": { "label": "Longest call", "unit": "us", "scale": "log" },
 *       "spread": "range of five run medians", "source": "bench.c", "where": "Linux 6.18.44",
 *       "series": [
 *         { "name": "Ring", "points": [{ "x": 1, "y": 0.48, "low": 0.44, "high": 0.9, "n": 5 }] },
 *         { "name": "0.08 us each", "assumed": true, "points": [{ "x": 1, "y": 0.08 }, { "x": 1000, "y": 80 }] } ] }
 *
 * Without `x` the points are names (`"x": "blocked thread"`), one above the other. Where nothing was measured there is no
 * spread, and where something was there is one: a dot without it would say more than is known. Bounded, since what is drawn is.
 */
import { z } from 'zod'
import type { ChartData } from '#lib/writeup/blocks/chart-data.ts'
import { MAX_PROBLEMS } from '#lib/writeup/parse/limits.ts'
import type { Problem } from '#lib/writeup/parse/problem.ts'
import { readJson } from './read-json.ts'

const MAX_DATA_LENGTH = 64 * 1024
const MAX_SERIES = 6
const MAX_POINTS = 40
/** A name stands beside its line or dot, where there is room for so many letters. */
const MAX_NAME = 24
/** Beyond it digits are lost, and no measurement has them. */
const LARGEST = 1e12

const words = (what: string, max: number) =>
  z
    .string(`write ${what} as text`)
    .trim()
    .min(1, `write ${what}; it is empty`)
    .max(max, `at most ${max} characters`)
    .regex(/^[^\n]*$/, 'keep it on one line')
const number = z.number('write a number').min(-LARGEST, 'too small').max(LARGEST, 'too large')

const axis = z.strictObject(
  {
    label: words('what it is', 44),
    unit: words('the unit', 10).optional(),
    scale: z.enum(['linear', 'log'], 'write "linear" or "log"').optional(),
  },
  'write `label`, `unit` and `scale`',
)

const shape = z.strictObject(
  {
    of: words('what is compared', 60).optional(),
    x: axis.optional(),
    y: axis,
    spread: words('what low and high are', 120).optional(),
    where: words('where', 300),
    source: words('the source', 300),
    series: z
      .array(
        z.strictObject(
          {
            name: words('the name', MAX_NAME),
            assumed: z.boolean('write true or false').optional(),
            points: z
              .array(
                z.strictObject(
                  {
                    x: z.union(
                      [number, words('the name', MAX_NAME)],
                      `write a number, or a name of ${MAX_NAME} characters`,
                    ),
                    y: number,
                    low: number.optional(),
                    high: number.optional(),
                    n: z
                      .int('write how many values it is of')
                      .min(1, 'at least 1')
                      .max(LARGEST, 'too many')
                      .optional(),
                  },
                  'write `x`, `y`, `low`, `high` and `n`',
                ),
                'write a list of points',
              )
              .min(1, 'there is no point')
              .max(MAX_POINTS, `at most ${MAX_POINTS} points`),
          },
          'write `name` and `points`',
        ),
        'write a list of series',
      )
      .min(1, 'there is no series')
      .max(MAX_SERIES, `at most ${MAX_SERIES} series`),
  },
  'write `x`, `y`, `spread`, `where`, `source` and `series`',
)

type Written = z.output<typeof shape>
type Report = (path: readonly PropertyKey[], message: string) => void

/** null beside problems. @param source of the file. */
export function readChart(
  file: string,
  source: string,
): { readonly chart: ChartData | null; readonly problems: readonly Problem[] } {
  const at = { line: 1, column: 1, endLine: 1, endColumn: 1 }
  if (source.length > MAX_DATA_LENGTH) {
    const message = `The file has more than ${MAX_DATA_LENGTH / 1024} KB: a chart shows ${MAX_SERIES} series of ${MAX_POINTS} points at most.`
    return { chart: null, problems: [{ file, rule: 'chart', message, ...at }] }
  }
  const json = readJson(file, source, 'chart')
  if (!json.ok) return { chart: null, problems: [json.error] }
  const problems: Problem[] = []
  const report: Report = (path, message) => {
    const field = path.map(String).join('.').slice(0, 120)
    const place = json.value.placeOf(path)
    if (problems.length < MAX_PROBLEMS)
      problems.push({
        file,
        rule: 'chart',
        message: `${field === '' ? '' : `\`${field}\`: `}${message}.`,
        ...place,
      })
  }
  const read = shape.safeParse(json.value.value)
  if (!read.success) {
    for (const issue of read.error.issues) {
      if (issue.code === 'unrecognized_keys')
        report([...issue.path, issue.keys[0] ?? ''], 'is not a field that can stand here; delete it')
      else report(issue.path, issue.message)
    }
    return { chart: null, problems }
  }
  checkSeries(read.data, report)
  return { chart: problems.length === 0 ? chartOf(read.data) : null, problems }
}

function checkSeries({ x, y, spread, series }: Written, report: Report): void {
  const names = new Set<string>()
  for (const [i, { name, assumed, points }] of series.entries()) {
    const path = ['series', i]
    if (names.has(name)) report([...path, 'name'], 'the name is there already: choose another')
    names.add(name)
    const known = new Set<number | string>()
    for (const [j, point] of points.entries()) {
      const here = [...path, 'points', j]
      const isNumber = typeof point.x === 'number'
      if (isNumber !== (x !== undefined))
        report(
          [...here, 'x'],
          x ? 'write a number: there is an axis for it' : 'write a name, or say what the axis `x` is',
        )
      if (known.has(point.x)) report([...here, 'x'], 'there is a point already: keep one')
      known.add(point.x)
      if (x?.scale === 'log' && isNumber && Number(point.x) <= 0)
        report([...here, 'x'], 'a logarithm has no place for it')
      const all = [
        point.y,
        ...(point.low === undefined ? [] : [point.low]),
        ...(point.high === undefined ? [] : [point.high]),
      ]
      if (y.scale === 'log' && all.some((value) => value <= 0))
        report(here, 'a logarithm has no place for it')
      const { low, high, n } = point
      if (assumed === true) {
        if (low !== undefined || high !== undefined || n !== undefined)
          report(here, 'what is assumed has no `low`, `high` and `n`')
      } else if (low === undefined || high === undefined || n === undefined) {
        report(here, 'what was measured needs `low`, `high` and `n`; else write `"assumed": true`')
      } else if (low > point.y || high < point.y) report(here, 'write `low`, `y` and `high` by size')
    }
  }
  if (spread === undefined && series.some(({ assumed }) => assumed !== true))
    report([], 'write `spread`: what `low` and `high` are, such as "range of five run medians"')
}

function chartOf({ of, x, y, spread, where, source, series }: Written): ChartData {
  const axisOf = ({ label, unit, scale }: Written['y']) => ({
    label,
    unit: unit ?? null,
    scale: scale ?? 'linear',
  })
  return {
    x: x ? axisOf(x) : null,
    of: of ?? x?.label ?? 'What',
    y: axisOf(y),
    spread: spread ?? null,
    where,
    source,
    series: series.map(({ name, assumed, points }) => ({
      name,
      how: assumed === true ? 'assumed' : 'measured',
      points: (x ? [...points].sort((a, b) => Number(a.x) - Number(b.x)) : points).map(
        ({ x: at, y: value, low, high, n }) => ({
          x: at,
          y: value,
          spread: low === undefined || high === undefined || n === undefined ? null : { low, high, n },
        }),
      ),
    })),
  }
}
