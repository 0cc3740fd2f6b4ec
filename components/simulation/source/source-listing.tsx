/**
 * The text of a model with its line numbers, and, while it runs, where every process stands.
 *
 * One component draws both the still listing of the server and the live one of the explorer, so that the second
 * takes the place of the first without moving a pixel: the room for the markers is there from the start.
 * It has no state and no effects, hence works on either side.
 */
import type { Ref } from 'react'
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
  statementLines?: ReadonlySet<string>
  ref?: Ref<HTMLElement>
}

/** What fits beside a line number; further processes are counted. */
const CHIPS_BESIDE_LINE = 2

export function SourceListing(props: SourceListingProps) {
  const { simulationId, files, markers = [], marks = [], statementLines, ref } = props
  const main = files[0]?.[0] ?? 'model'
  return (
    <ScrollBox as="section" ref={ref} className={styles.listing} label={`Source of ${main}`}>
      {files.map(([path, text], fileIndex) => (
        <div key={path} className={styles.file}>
          <p className={styles.path}>{path}</p>
          {sourceFile(path, text).lines.map((line, at) => (
            <SourceLine
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity than its number
              key={at}
              id={lineId(simulationId, fileIndex, at + 1)}
              path={path}
              number={at + 1}
              text={line}
              markers={markers.filter((marker) => marker.file === path && marker.line === at + 1)}
              marks={marks}
              quiet={statementLines !== undefined && !statementLines.has(`${path}:${at + 1}`)}
            />
          ))}
        </div>
      ))}
    </ScrollBox>
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
