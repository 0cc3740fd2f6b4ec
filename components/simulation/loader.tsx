'use client'
/**
 * All of a simulation that a reading page pays for: a button, and the wish of a permalink. Everything else
 * (checker, explorer, their styles) is one chunk that arrives when one of the two asks for it.
 *
 * In a text it opens over the whole window, because a text column has no room for source, processes, state and lanes
 * beside each other; closed, it keeps its run. On the model's own page it takes the place of the still part.
 */
import { type ComponentType, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import type { SimulationData, SimulationLayout } from '#lib/simulation/simulation-data.ts'
import type { ExplorerProps } from './explorer.tsx'
import styles from './simulation.module.css'

type LoaderProps = {
  data: SimulationData
  layout: SimulationLayout
  caption: string
  /** Drawn by the server, like `source` and `children`: what is claimed of it. */
  first: ReactNode
  source: ReactNode
  children: ReactNode
}

export function Loader({ data, layout, caption, first, source, children }: LoaderProps) {
  const [Explorer, setExplorer] = useState<ComponentType<ExplorerProps> | null>(null)
  const [phase, setPhase] = useState<'still' | 'loading' | 'failed'>('still')
  const asked = useRef(false)
  const dialog = useRef<HTMLDialogElement>(null)

  const load = useCallback((byReader: boolean) => {
    asked.current = byReader
    setPhase('loading')
    import('./explorer.tsx').then(
      (chunk) => {
        setExplorer(() => chunk.Explorer)
        setPhase('still')
        show(dialog.current)
      },
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

  // It is there for the first time.
  useEffect(() => {
    if (Explorer) show(dialog.current)
  }, [Explorer])

  const bar = (
    <div className={styles.ask}>
      <button type="button" className={styles.run} onClick={() => load(true)}>
        Run this model
      </button>
      <span className={styles.hint} role="status">
        {phase === 'loading' && 'Loading the checker.'}
        {phase === 'failed' && 'The checker could not be loaded. Check the connection and try again.'}
      </span>
    </div>
  )
  const still = (
    <div className={styles.body} data-still data-layout={layout}>
      {source}
      {children}
    </div>
  )
  const shown = { data, layout, caption }

  if (layout === 'full')
    return Explorer ? (
      <Explorer {...shown} takesFocus={asked.current} />
    ) : (
      <>
        {first}
        {bar}
        {still}
      </>
    )
  return (
    <>
      {first}
      {bar}
      <details className={styles.fold}>
        <summary>Source, recorded verdict, and how to repeat it</summary>
        {still}
      </details>
      {Explorer && (
        <dialog ref={dialog} className={styles.wide} aria-label={`Model ${data.model}: ${caption}`}>
          <Explorer {...shown} takesFocus onClose={() => dialog.current?.close()} />
        </dialog>
      )}
    </>
  )
}

/** The focus goes to the simulation, whose keys work from there; closed, it goes back to where it was. */
function show(box: HTMLDialogElement | null): void {
  if (!box || box.open) return
  box.showModal()
  box.querySelector<HTMLElement>('section')?.focus({ preventScroll: true })
}
