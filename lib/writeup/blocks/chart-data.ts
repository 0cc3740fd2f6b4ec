/** Measurements as a bundle brings them (`data/*.json`), and the table that page and mail make of them. */
import { plainNumber } from '#lib/figures.ts'

export type ChartAxis = {
  readonly label: string
  /** `us`; null: a plain count. */
  readonly unit: string | null
  readonly scale: 'linear' | 'log'
}

export type ChartPoint = {
  /** A number, or the name of what was measured. */
  readonly x: number | string
  readonly y: number
  /** Both ends of the spread and how many values it is of; null of what is assumed. */
  readonly spread: { readonly low: number; readonly high: number; readonly n: number } | null
}

export type ChartSeries = {
  readonly name: string
  /** What was not measured is drawn as a line without spread, and called so. */
  readonly how: 'measured' | 'assumed'
  readonly points: readonly ChartPoint[]
}

export type ChartData = {
  /** null: the points are names, in the order of the first series. */
  readonly x: ChartAxis | null
  /** What stands above the names or numbers of x. */
  readonly of: string
  readonly y: ChartAxis
  /** What low and high are: `range of five run medians`. */
  readonly spread: string | null
  readonly where: string
  readonly source: string
  readonly series: readonly ChartSeries[]
}

export const withUnit = (label: string, unit: string | null): string =>
  unit === null ? label : `${label}, ${unit}`

export const seriesLabel = ({ name, how }: Pick<ChartSeries, 'name' | 'how'>): string =>
  how === 'assumed' ? `${name} (assumed)` : name

/** The x of all series: numbers by size, names in the order in which they come. */
export function positionsOf({ x, series }: Pick<ChartData, 'x' | 'series'>): (number | string)[] {
  const all = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))]
  return x === null ? all : all.sort((a, b) => Number(a) - Number(b))
}

/** A row for each x, a column for each series; a cell is `166 (159–214)`. */
export function chartTable(chart: ChartData): { header: string[]; rows: string[][] } {
  const n = sameCount(chart)
  const byX = chart.series.map(({ points }) => new Map(points.map((point) => [point.x, point])))
  const cell = (point: ChartPoint | undefined): string => {
    if (!point) return ''
    if (!point.spread) return plainNumber(point.y)
    const { low, high } = point.spread
    const count = n === null ? `; n ${plainNumber(point.spread.n)}` : ''
    // Between signs a dash would be one more.
    const to = low < 0 ? ' to ' : '–'
    return `${plainNumber(point.y)} (${plainNumber(low)}${to}${plainNumber(high)}${count})`
  }
  return {
    header: [chart.of, ...chart.series.map(seriesLabel)],
    rows: positionsOf(chart).map((x) => [
      typeof x === 'number' ? plainNumber(x) : x,
      ...byX.map((points) => cell(points.get(x))),
    ]),
  }
}

/** What the numbers are: quantity and unit, spread, count, source and machine. Sentences. */
export function chartFacts(chart: ChartData): string {
  const n = sameCount(chart)
  const spread =
    chart.spread === null
      ? ''
      : ` In brackets: ${chart.spread}${n === null ? '' : `, n = ${plainNumber(n)}`}.`
  const isAssumed = chart.series.some(({ how }) => how === 'assumed')
  const assumed = isAssumed ? ' What is called assumed was not measured.' : ''
  return `${withUnit(chart.y.label, chart.y.unit)}.${spread}${assumed} Source: ${chart.source}; ${chart.where}.`
}

/** Of how many values each spread is; null: they differ, or there is none. */
function sameCount({ series }: Pick<ChartData, 'series'>): number | null {
  const counts = new Set(series.flatMap(({ points }) => points.flatMap(({ spread }) => spread?.n ?? [])))
  const [only] = counts
  return counts.size === 1 ? (only ?? null) : null
}
