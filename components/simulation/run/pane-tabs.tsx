'use client'
/** Story and source as tabs of one pane: by mouse, by the arrow keys of a list of tabs, and by a key of the simulation. */
import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import styles from './pane-tabs.module.css'

export const PANE_TABS = ['story', 'source'] as const
export type PaneTab = (typeof PANE_TABS)[number]

const NAMES: Readonly<Record<PaneTab, string>> = { story: 'Story', source: 'Source' }

export function otherTab(tab: PaneTab): PaneTab {
  return tab === 'story' ? 'source' : 'story'
}

type PaneTabsProps = {
  simulationId: string
  tab: PaneTab
  onTab: (tab: PaneTab) => void
  /** Beside the tabs: what can be done with the step that is shown. */
  beside: ReactNode
  story: ReactNode
  source: ReactNode
}

export function PaneTabs({ simulationId, tab, onTab, beside, story, source }: PaneTabsProps) {
  const list = useRef<HTMLDivElement>(null)
  const idOf = (of: PaneTab, part: 'tab' | 'panel') => `sim-${simulationId}-${of}-${part}`

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const wanted =
      event.key === 'ArrowLeft' || event.key === 'ArrowRight'
        ? otherTab(tab)
        : event.key === 'Home'
          ? PANE_TABS[0]
          : event.key === 'End'
            ? PANE_TABS[1]
            : null
    if (wanted === null) return
    event.preventDefault()
    onTab(wanted)
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(idOf(wanted, 'tab'))}`)?.focus()
  }

  return (
    <>
      <div className={styles.head}>
        <div ref={list} className={styles.tabs} role="tablist" aria-label="Run" onKeyDown={onKeyDown}>
          {PANE_TABS.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={idOf(name, 'tab')}
              className={styles.tab}
              aria-selected={name === tab}
              aria-controls={idOf(name, 'panel')}
              tabIndex={name === tab ? 0 : -1}
              onClick={() => onTab(name)}
            >
              {NAMES[name]}
            </button>
          ))}
        </div>
        <div className={styles.beside}>{beside}</div>
      </div>
      {PANE_TABS.map((name) => (
        <div
          key={name}
          role="tabpanel"
          id={idOf(name, 'panel')}
          className={styles.panel}
          aria-labelledby={idOf(name, 'tab')}
          hidden={name !== tab}
        >
          {name === 'story' ? story : source}
        </div>
      ))}
    </>
  )
}
