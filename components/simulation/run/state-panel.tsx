'use client'
/** All values of the state in a box of their own, in which what the last step changed is brought into sight. */
import { useLayoutEffect, useRef } from 'react'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import type { StateView } from '#lib/promela/machine/view.ts'
import type { Naming } from '#lib/promela/trace/naming.ts'
import type { Change } from '#lib/simulation/changes.ts'
import { ValueTable } from './value-table.tsx'

type StatePanelProps = {
  className: string | undefined
  view: StateView
  /** Of the step that led here; empty at the start. */
  changes: readonly Change[]
  naming: Naming
}

export function StatePanel({ className, view, changes, naming }: StatePanelProps) {
  const box = useRef<HTMLElement>(null)

  // In the box and nothing else: the page stays where the reader put it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs when the state is another one, and reads the DOM
  useLayoutEffect(() => {
    const frame = box.current
    const row = frame?.querySelector<HTMLElement>('[data-changed]')
    if (!frame || !row) return
    const { top, bottom } = row.getBoundingClientRect()
    const outer = frame.getBoundingClientRect()
    if (top < outer.top) frame.scrollTop -= outer.top - top
    else if (bottom > outer.bottom) frame.scrollTop += bottom - outer.bottom
  }, [view])

  return (
    <ScrollBox as="section" ref={box} className={className} label="State">
      <ValueTable view={view} changes={changes} naming={naming} />
    </ScrollBox>
  )
}
