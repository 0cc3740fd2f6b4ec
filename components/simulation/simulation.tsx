/**
 * A model at its place in the text. The server draws all that can be read: caption, recorded verdicts, source,
 * and the commands that repeat the results without this page. `Loader` puts the running model in their place.
 */

import type { ReactNode } from 'react'
import { ClaimHead } from '#components/simulation/check/claim-head.tsx'
import { RecordedSummary } from '#components/simulation/check/recorded-summary.tsx'
import { StoryStill } from '#components/simulation/run/story-still.tsx'
import { SourceListing } from '#components/simulation/source/source-listing.tsx'
import { recordedError, repeatLines, repeatPromise } from '#lib/simulation/repeat-with-spin.ts'
import { propertyOf, publishedSetting, SAFETY } from '#lib/simulation/setting.ts'
import { type SimulationData, type SimulationLayout, variantNamed } from '#lib/simulation/simulation-data.ts'
import { Loader } from './loader.tsx'
import styles from './simulation.module.css'

export type SimulationProps = SimulationData & {
  /** Of the block in the revision; absent on the model's own page, which is no part of the text. */
  blockKey?: string
  caption: string
  /** The model's own page, with this variant. */
  href?: string
  layout?: SimulationLayout
  /** The page that it is on, without its query; absent: no form leads there. */
  here?: string
  /** Of the listing, which stands until the model runs: drawn by React, or kept out of its data. */
  drawn?: (source: ReactNode) => ReactNode
}

export function Simulation({
  blockKey,
  caption,
  href,
  layout = 'inline',
  here,
  drawn = (source) => source,
  ...data
}: SimulationProps) {
  const recorded = data.recorded.filter((item) => item.variant === data.variant)
  const defines = variantNamed(data, data.variant)?.defines ?? {}
  const first = recorded.find(({ property }) => property === SAFETY) ?? recorded[0] ?? null
  const error = recordedError(first)
  const property = propertyOf(publishedSetting(data.variant, first?.property))
  const claim = data.claims?.find(({ id }) => id === data.claim)
  const commands = repeatLines(data, defines, error, property)
  const block = blockKey === undefined ? {} : { id: `b-${blockKey}`, 'data-block': blockKey }
  return (
    <figure
      {...block}
      {...(layout === 'full' && { id: 'simulation' })}
      className={styles.simulation}
      data-simulation={data.id}
    >
      {/* On a page of its own the heading says it. */}
      {layout === 'inline' && (
        <figcaption className={styles.caption}>
          <span className={styles.title}>{caption}</span>
          <span className={styles.names}>model {data.model}</span>
          {href && <a href={href}>Open on a page of its own</a>}
        </figcaption>
      )}
      <Loader
        data={data}
        layout={layout}
        caption={caption}
        first={
          <div className={styles.first}>
            <ClaimHead
              data={data}
              variant={data.variant}
              property={claim?.property ?? first?.property ?? SAFETY}
            />
          </div>
        }
        source={drawn(
          <div className={styles.source}>
            <SourceListing simulationId={data.id} files={data.files} />
          </div>,
        )}
      >
        {/* Of one model on a page the server can tell the story; of each in a text, for each reader, it would cost too much. */}
        {layout === 'full' && (
          <div className={styles.told}>
            <StoryStill data={data} page={here} />
          </div>
        )}
        <div className={`${styles.side} ${styles.still}`}>
          <RecordedSummary
            variant={data.variant}
            recorded={recorded}
            revision={data.revision}
            defines={defines}
          />
        </div>
        <div className={styles.time}>
          <div className={styles.repeat}>
            <noscript>
              <p>Without JavaScript the model does not run here. All that is recorded about it is above.</p>
            </noscript>
            <p>To repeat it with Spin, in the folder of the revision’s bundle:</p>
            <pre>{commands.join('\n')}</pre>
            <p>{repeatPromise(error, property)}</p>
          </div>
        </div>
      </Loader>
    </figure>
  )
}
