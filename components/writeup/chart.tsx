import type { ReactNode } from 'react'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { type ChartData, chartFacts, chartTable } from '#lib/writeup/blocks/chart-data.ts'
import { blockId, blockText } from './block.tsx'
import styles from './chart.module.css'
import { chartSvg } from './chart-html.ts'
import figure from './figure.module.css'

/** Measurements with their spread, drawn and as a table. The number counts with the figures of the write-up, as in its mail. */
export function Chart({
  name,
  caption,
  blockKey,
  chart,
  before,
}: {
  /** `Figure 1.2`. */
  name: string
  caption: string
  blockKey: string
  /** null: the bundle does not have its data (any more). */
  chart: ChartData | null
  /** What stands at the first line of the caption, which is the block's text. */
  before: ReactNode
}) {
  return (
    <figure className={figure.figure} id={blockId(blockKey)}>
      {chart && <Drawn chart={chart} label={`${name} as a table`} caption={caption} />}
      {before}
      <figcaption>
        <span className={figure.number}>{name}.</span> <span {...blockText(blockKey)}>{caption}</span>
        {chart && <span className={styles.facts}> {chartFacts(chart)}</span>}
      </figcaption>
    </figure>
  )
}

function Drawn({ chart, label, caption }: { chart: ChartData; label: string; caption: string }) {
  const { header, rows } = chartTable(chart)
  const svg = chartSvg(chart, `Chart: ${caption}. Its numbers are in the table below.`)
  return (
    <>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: made by `html`, which escapes what it is given */}
      <div className={styles.plot} dangerouslySetInnerHTML={{ __html: svg.text }} />
      <ScrollBox as="div" edges className={styles.scroll} label={label}>
        <table>
          <thead>
            <tr>
              {header.map((cell) => (
                <th key={cell} scope="col">
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([first = '', ...cells]) => (
              <tr key={first}>
                <th scope="row">{first}</th>
                {cells.map((cell, at) => (
                  <td key={header[at + 1]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  )
}
