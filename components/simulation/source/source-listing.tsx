/**
 * The text of a model with its line numbers, and, while it runs, where every process stands.
 *
 * One component draws both the still listing of the server and the live one of the explorer, so that the second
 * takes the place of the first without moving a pixel: the room for the markers is there from the start.
 * It has no state and no effects, hence works on either side.
 */
import type { ComponentType, Ref } from 'react'
import { ProcessChip } from '#components/simulation/run/process-chip.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { sourceFile } from '#lib/promela/source.ts'
import { lineId } from '#lib/simulation/simulation-data.ts'
import type { SourceMarker } from '#lib/simulation/source-markers.ts'
import { linePieces, type MarkedSpan } from '#lib/simulation/span-pieces.ts'
import styles from './source-listing.module.css'

type SourceListingProps = {
  simulationId: string
  files: readonly (readonly [path: string, text: string])[]
  markers?: readonly SourceMarker[]
  marks?: readonly MarkedSpan[]
  /** `file:line` of every statement of the running variant; other lines are drawn softer. */
  statementLines?: ReadonlySet<string> | undefined
  /** What draws lines: `SourceStretch`, or what remembers what it drew. */
  stretch?: ComponentType<SourceStretchProps>
  ref?: Ref<HTMLElement>
}

/** What fits beside a line number; further processes are counted. */
const CHIPS_BESIDE_LINE = 2

/** Lines that are drawn together. A step touches a few lines, and only what stands with them is drawn anew. */
const STRETCH = 40

const NO_MARKERS: readonly SourceMarker[] = []
const NO_MARKS: readonly MarkedSpan[] = []

export function SourceListing(props: SourceListingProps) {
  const { simulationId, files, markers = NO_MARKERS, marks = NO_MARKS, statementLines, ref } = props
  const { stretch: Stretch = SourceStretch } = props
  const main = files[0]?.[0] ?? 'model'
  return (
    <ScrollBox as="section" ref={ref} className={styles.listing} label={`Source of ${main}`}>
      {files.map(([path, text], fileIndex) => (
        <div key={path} className={styles.file}>
          <p className={styles.path}>{path}</p>
          {stretchesOf(sourceFile(path, text).lines).map((lines, at) => {
            const [from, to] = [at * STRETCH + 1, at * STRETCH + lines.length]
            const here = markers.filter(({ file, line }) => file === path && line >= from && line <= to)
            const lit = marks.filter(
              ({ span }) => span.file === path && span.line <= to && span.endLine >= from,
            )
            return (
              <Stretch
                key={from}
                simulationId={simulationId}
                fileIndex={fileIndex}
                path={path}
                from={from}
                lines={lines}
                markers={here.length === 0 ? NO_MARKERS : here}
                marks={lit.length === 0 ? NO_MARKS : lit}
                statementLines={statementLines}
              />
            )
          })}
        </div>
      ))}
    </ScrollBox>
  )
}

function stretchesOf(lines: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(lines.length / STRETCH)
  return Array.from({ length: count }, (_, at) => lines.slice(at * STRETCH, (at + 1) * STRETCH))
}

export type SourceStretchProps = {
  simulationId: string
  fileIndex: number
  path: string
  /** The number of its first line, from 1. */
  from: number
  lines: readonly string[]
  /** Those in it; the same value while there are none. */
  markers: readonly SourceMarker[]
  marks: readonly MarkedSpan[]
  statementLines: ReadonlySet<string> | undefined
}

export function SourceStretch(props: SourceStretchProps) {
  const { simulationId, fileIndex, path, from, lines, markers, marks, statementLines } = props
  return lines.map((text, at) => {
    const number = from + at
    return (
      <SourceLine
        key={number}
        id={lineId(simulationId, fileIndex, number)}
        path={path}
        number={number}
        text={text}
        markers={markers.filter(({ line }) => line === number)}
        marks={marks}
        quiet={statementLines !== undefined && !statementLines.has(`${path}:${number}`)}
      />
    )
  })
}

/** Nothing is drawn anew for these: equal lines, and nothing in them before or after. */
export function isSameStretch(a: SourceStretchProps, b: SourceStretchProps): boolean {
  return (
    a.markers === b.markers &&
    a.marks === b.marks &&
    a.statementLines === b.statementLines &&
    a.path === b.path &&
    a.simulationId === b.simulationId &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, at) => line === b.lines[at])
  )
}

type SourceLineProps = {
  id: string
  path: string
  number: number
  text: string
  markers: readonly SourceMarker[]
  marks: readonly MarkedSpan[]
  quiet: boolean
}

function SourceLine({ id, path, number, text, markers, marks, quiet }: SourceLineProps) {
  const stands = markers.some((marker) => !marker.called)
  return (
    <div id={id} className={styles.line} data-stands={stands || undefined} data-quiet={quiet || undefined}>
      <span className={styles.gutter}>
        <span className={styles.markers}>
          {markers.slice(0, CHIPS_BESIDE_LINE).map((marker) => (
            <ProcessChip key={marker.pid} pid={marker.pid} called={marker.called} />
          ))}
          {markers.length > CHIPS_BESIDE_LINE && (
            <span className={styles.more} title={markers.map((marker) => marker.process).join(', ')}>
              +{markers.length - CHIPS_BESIDE_LINE}
            </span>
          )}
        </span>
        <span className={styles.number} data-number={number} />
      </span>
      <code className={styles.code}>
        {linePieces(text, path, number, marks).map((piece, at) =>
          piece.tone ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces are positions
            <mark key={at} data-tone={piece.tone}>
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
        {'\n'}
      </code>
    </div>
  )
}
