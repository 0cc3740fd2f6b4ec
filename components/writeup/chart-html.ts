import { type Html, html } from '#components/ui/html.ts'
import { plainNumber } from '#lib/figures.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import {
  type ChartAxis,
  type ChartData,
  type ChartSeries,
  positionsOf,
  seriesLabel,
  withUnit,
} from '#lib/writeup/blocks/chart-data.ts'

/**
 * A chart as SVG, made on the server: lines with whiskers over a number, or dots with whiskers beside names.
 *
 * Names stand at what they name, so there is no legend; series differ by sign, dash and place besides their colour, which
 * is a token of the page (`chart.module.css`). It is as wide as a telephone, so that its type can be read on one, and no
 * wider elsewhere. Whatever the numbers are, each coordinate lies within the drawing.
 */
export function chartSvg(chart: ChartData, label: string): Html {
  return chart.x === null ? dots(chart, label) : lines(chart, chart.x, label)
}

const WIDTH = 400
/** Of a letter of the labels, 12.5 px high, in the widest of the faces that readers have. */
const LETTER = 7
const ROW = 15

const at = (value: number) => String(Math.round(value * 10) / 10)

type Scale = { readonly place: (value: number) => number; readonly ticks: readonly number[] }

/** @param from where the lowest value is drawn, `to` the highest. */
function scaleOf(values: readonly number[], { scale }: ChartAxis, from: number, to: number): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const ticks = scale === 'log' ? decades(least, most) : steps(Math.min(0, least), Math.max(0, most))
  const of = scale === 'log' ? Math.log10 : (value: number) => value
  const [low, high] = [of(Math.min(least, ticks[0] ?? least)), of(Math.max(most, ticks.at(-1) ?? most))]
  const length = high - low || 1
  return { ticks, place: (value) => from + ((of(value) - low) / length) * (to - from) }
}

/** 1, 10, 100 …: at most eight of them, and at least one below and above. */
function decades(least: number, most: number): number[] {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))]
  const step = Math.max(1, Math.ceil((to - from) / 7))
  // Of a power by multiplication the last digit is not sure: `0.001` is.
  return Array.from({ length: Math.floor((Math.max(to, from + 1) - from) / step) + 1 }, (_, i) =>
    Number(`1e${from + i * step}`),
  )
}

/** Round numbers, some five of them, around all values. */
function steps(least: number, most: number): number[] {
  const rough = (most - least || Math.abs(most) || 1) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  const from = Math.floor(least / step)
  const to = Math.ceil(most / step)
  return Array.from({ length: Math.min(12, to - from + 1) }, (_, i) =>
    Number(((from + i) * step).toPrecision(12)),
  )
}

function svg(height: number, label: string, content: readonly Html[]): Html {
  return html`<svg viewBox="0 0 ${WIDTH} ${at(height)}" width="${WIDTH}" height="${at(height)}" role="img" aria-label="${label}">${content}</svg>`
}

/** A sign for each series; what is assumed has none. */
function sign(series: number, x: number, y: number): Html {
  switch (series % 4) {
    case 0:
      return html`<circle cx="${at(x)}" cy="${at(y)}" r="3.4"/>`
    case 1:
      return html`<rect x="${at(x - 3.1)}" y="${at(y - 3.1)}" width="6.2" height="6.2"/>`
    case 2:
      return html`<path d="M${at(x)} ${at(y - 4.4)}l4.4 4.4-4.4 4.4-4.4-4.4z"/>`
    default:
      return html`<path d="M${at(x)} ${at(y - 4)}l4 7h-8z"/>`
  }
}

function lines(chart: ChartData, axis: ChartAxis, label: string): Html {
  const { series, y } = chart
  const names = series.map(({ name, how }) => (how === 'assumed' ? [name, 'assumed'] : [name]))
  const right = Math.min(184, Math.max(...names.flat().map(displayWidth)) * LETTER + 14)
  const [top, bottom] = [26, 212]
  const up = scaleOf(valuesOf(series), y, bottom, top + 4)
  const widest = Math.max(...up.ticks.map((tick) => plainNumber(tick).length)) * LETTER
  const box = { left: Math.min(110, widest + 8), right: WIDTH - right, top, bottom }
  const across = scaleOf(positionsOf(chart).map(Number), axis, box.left + 10, box.right - 10)
  const grid = up.ticks.map((tick) => {
    const line = at(up.place(tick))
    return html`<path class="grid" d="M${box.left} ${line}H${at(box.right)}"/><text x="${box.left - 6}" y="${line}" dy=".35em" text-anchor="end">${plainNumber(tick)}</text>`
  })
  const below = across.ticks
    .filter((tick) => across.place(tick) >= box.left && across.place(tick) <= box.right)
    .map(
      (tick) =>
        html`<text x="${at(across.place(tick))}" y="${box.bottom + 16}" text-anchor="middle">${plainNumber(tick)}</text>`,
    )
  const drawn = series.map(({ how, points }, i) => {
    // Beside each other, where several were measured at one place.
    const aside = (i - (series.length - 1) / 2) * 4
    const placed = points.map((point) => ({
      ...point,
      left: across.place(Number(point.x)) + aside,
      top: up.place(point.y),
    }))
    const path = placed.map(({ left, top }, j) => `${j === 0 ? 'M' : 'L'}${at(left)} ${at(top)}`).join('')
    const whiskers = placed.map(({ left, spread }) => {
      if (!spread) return html``
      const [low, high] = [at(up.place(spread.low)), at(up.place(spread.high))]
      return html`<path class="whisker" d="M${at(left - 3)} ${low}h6M${at(left - 3)} ${high}h6M${at(left)} ${low}V${high}"/>`
    })
    const signs = how === 'assumed' ? [] : placed.map(({ left, top }) => sign(i, left, top))
    return html`<g data-series="${i}" data-how="${how}"><path class="line" d="${path}"/>${whiskers}${signs}</g>`
  })
  const ends = series.map(({ points }) => up.place(points.at(-1)?.y ?? 0))
  const labels = apart(
    ends,
    names.map(({ length }) => length * ROW),
    box.top,
    box.bottom,
  ).flatMap((place, i) =>
    (names[i] ?? []).map(
      (words, line) =>
        html`<text class="name" data-series="${i}" x="${at(box.right + 4)}" y="${at(place + line * 13)}" dy=".35em">${words}</text>`,
    ),
  )
  const acrossWords = withUnit(axis.label, axis.unit)
  const titles = html`<text x="0" y="11">${withUnit(y.label, y.unit)}</text><text x="${at(within((box.left + box.right) / 2, acrossWords))}" y="${box.bottom + 34}" text-anchor="middle">${acrossWords}</text>`
  return svg(box.bottom + 40, label, [...grid, ...below, ...drawn, ...labels, titles])
}

function dots(chart: ChartData, label: string): Html {
  const { series, y } = chart
  const names = positionsOf(chart)
  const rows = names.flatMap((name) =>
    series.flatMap(({ points, ...of }, i) => {
      const point = points.find(({ x }) => x === name)
      const words = series.length === 1 ? String(name) : `${name}: ${seriesLabel({ ...of })}`
      return point ? [{ i, words, point, how: of.how }] : []
    }),
  )
  // Longer names stand above their dots.
  const longest = Math.max(...rows.map(({ words }) => displayWidth(words))) * LETTER
  const isBeside = longest <= 170
  const height = isBeside ? 24 : 38
  const box = { left: isBeside ? longest + 12 : 12, right: WIDTH - 54, top: 8 }
  const bottom = box.top + rows.length * height
  const across = scaleOf(valuesOf(series), y, box.left, box.right)
  const grid = across.ticks.map((tick) => {
    const place = at(across.place(tick))
    return html`<path class="grid" d="M${place} ${box.top}V${bottom}"/><text x="${place}" y="${bottom + 15}" text-anchor="middle">${plainNumber(tick)}</text>`
  })
  const drawn = rows.map(({ i, words, how, point: { y: value, spread } }, row) => {
    const middle = box.top + (row + 1) * height - 12
    const name = isBeside
      ? html`<text class="name" x="${at(box.left - 8)}" y="${middle}" dy=".35em" text-anchor="end">${words}</text>`
      : html`<text class="name" x="0" y="${middle - 14}" dy=".35em">${words}</text>`
    const place = across.place(value)
    const [low, high] = [at(across.place(spread?.low ?? value)), at(across.place(spread?.high ?? value))]
    const whisker = spread
      ? html`<path class="whisker" d="M${low} ${middle - 3}v6M${high} ${middle - 3}v6M${low} ${middle}H${high}"/>`
      : html``
    const mark =
      how === 'assumed'
        ? html`<path class="line" d="M${at(place)} ${middle - 6}v12"/>`
        : sign(i, place, middle)
    const number = html`<text x="${WIDTH}" y="${middle}" dy=".35em" text-anchor="end">${plainNumber(value)}</text>`
    return html`${name}<g data-series="${i}" data-how="${how}">${whisker}${mark}</g>${number}`
  })
  const words = withUnit(y.label, y.unit)
  const title = html`<text x="${at(within((box.left + box.right) / 2, words))}" y="${bottom + 33}" text-anchor="middle">${words}</text>`
  return svg(bottom + 40, label, [...grid, ...drawn, title])
}

const valuesOf = (series: readonly ChartSeries[]): number[] =>
  series.flatMap(({ points }) =>
    points.flatMap(({ y, spread }) => (spread ? [y, spread.low, spread.high] : [y])),
  )

/**
 * Places of labels as near to what they name as they can be without touching.
 * @param heights of each label; its place is the middle of its first line.
 */
function apart(wanted: readonly number[], heights: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  const placed = [...wanted]
  let least = top
  for (const i of order) {
    placed[i] = Math.max(placed[i] ?? 0, least)
    least = (placed[i] ?? 0) + (heights[i] ?? ROW)
  }
  let most = bottom + ROW
  for (const i of [...order].reverse()) {
    placed[i] = Math.min(placed[i] ?? 0, most - (heights[i] ?? ROW))
    most = placed[i] ?? 0
  }
  return placed
}

/** The middle of some words that are to stand around `middle` and within the drawing. */
function within(middle: number, words: string): number {
  const half = Math.min(WIDTH, displayWidth(words) * LETTER) / 2
  return Math.max(half, Math.min(WIDTH - half, middle))
}
