'use client'
/**
 * All of a simulation that a reading page pays for: a button, and the wish of a permalink. Everything else
 * (checker, explorer, their styles) is one chunk that arrives when one of the two asks for it.
 */
import { type ComponentType, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import type { SimulationData, SimulationLayout } from '#lib/simulation/simulation-data.ts'
import type { ExplorerProps } from './explorer.tsx'
import styles from './simulation.module.css'

type LoaderProps = {
  data: SimulationData
  layout: SimulationLayout
  /** Drawn by the server, like `children`; both stay until the explorer takes their place. The button is between. */
  source: ReactNode
  children: ReactNode
}

export function Loader({ data, layout, source, children }: LoaderProps) {
  const [Explorer, setExplorer] = useState<ComponentType<ExplorerProps> | null>(null)
  const [phase, setPhase] = useState<'still' | 'loading' | 'failed'>('still')
  const asked = useRef(false)

  const load = useCallback((byReader: boolean) => {
    asked.current = byReader
    setPhase('loading')
    import('./explorer.tsx').then(
      (chunk) => setExplorer(() => chunk.Explorer),
      // The network is gone or the server has a newer build: the page stays as it was, and says so.
      () => setPhase('failed'),
    )
  }, [])

  useEffect(() => {
    const wish = () => {
      if (location.hash.startsWith(`#sim-${data.id}=`)) load(true)
    }
    wish()
    if (layout === 'full') load(false)
    addEventListener('hashchange', wish)
    return () => removeEventListener('hashchange', wish)
  }, [data.id, layout, load])

  if (Explorer) return <Explorer data={data} layout={layout} takesFocus={asked.current} />
  return (
    <div className={styles.body} data-still data-layout={layout}>
      {source}
      <div className={styles.bar}>
        <button type="button" className={styles.run} onClick={() => load(true)}>
          Run this model
        </button>
        <span className={styles.hint} role="status">
          {phase === 'loading' && 'Loading the checker.'}
          {phase === 'failed' && 'The checker could not be loaded. Check the connection and try again.'}
        </span>
      </div>
      {children}
    </div>
  )
}
