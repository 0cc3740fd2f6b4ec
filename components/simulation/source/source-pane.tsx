'use client'
import { memo, type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react'
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { Mutant } from '#lib/promela/mutate/mutants.ts'
import type { Span } from '#lib/promela/source.ts'
import { currentMoment, currentView, type Run } from '#lib/simulation/run.ts'
import { lineId, type SimulationData } from '#lib/simulation/simulation-data.ts'
import { sourceMarkers, statementLines } from '#lib/simulation/source-markers.ts'
import type { MarkedSpan } from '#lib/simulation/span-pieces.ts'
import { ownSpan } from '#lib/simulation/step-words.ts'
import { isSameStretch, SourceListing, SourceStretch } from './source-listing.tsx'

/** Lines that stay in sight around the one that is shown. */
const CONTEXT_LINES = 4

/** Thousands of lines, of which a step changes a few: what it does not touch is not drawn anew. */
const KeptStretch = memo(SourceStretch, isSameStretch)

export type SourcePaneHandle = { readonly reveal: (span: Span) => void }

type SourcePaneProps = {
  data: SimulationData
  program: Program | null
  run: Run | null
  diagnostics: readonly Diagnostic[]
  /** What the reader broke. */
  mutant: Mutant | null
  look: Span | null
  /** Whether it can be seen; while it cannot, it stays as it was. */
  isShown: boolean
  ref?: Ref<SourcePaneHandle>
}

/** The live listing: markers, lit statements, and a scroll position that follows the run. */
export const SourcePane = memo(LivePane, (before, now) => !before.isShown && !now.isShown)

function LivePane({ data, program, run, diagnostics, mutant, look, isShown, ref }: SourcePaneProps) {
  const listing = useRef<HTMLElement>(null)
  const lines = useMemo(() => (program ? statementLines(program) : undefined), [program])
  const moment = run && currentMoment(run)
  const view = run && currentView(run)

  const reveal = useMemo(
    () => (span: Span) => {
      const fileIndex = data.files.findIndex(([path]) => path === span.file)
      if (listing.current && fileIndex >= 0) {
        scrollLineIntoView(listing.current, lineId(data.id, fileIndex, span.line))
      }
    },
    [data],
  )
  useImperativeHandle(ref, () => ({ reveal }), [reveal])

  // What comes into sight is the place in the body of the process: the call, when the statement was executed in
  // an inline. The bodies tell the algorithm in order; jumping to each inline and back would lose the reader.
  // At the start it is the place of the first process; at a violation, the very statement that was violated.
  const first = moment ? moment.step : view?.processes[0]
  const failed = moment?.errors[0]?.span
  const shownSpan = useMemo(
    () => failed ?? (first ? ownSpan(first.span, first.origin) : null),
    [failed, first],
  )
  useEffect(() => {
    if (shownSpan && isShown) reveal(shownSpan)
  }, [shownSpan, isShown, reveal])

  // What was broken comes into sight when it is, and after that the run does.
  useEffect(() => {
    if (mutant && isShown) reveal(mutant.span)
  }, [mutant, isShown, reveal])

  const marks = useMemo(() => {
    const list: MarkedSpan[] = []
    if (mutant) {
      const stays = mutant.kind === 'atomic' || mutant.kind === 'order'
      list.push({ span: mutant.span, tone: stays ? 'loosened' : 'dropped' })
    }
    if (moment) {
      for (const { kind, call } of moment.step.origin)
        if (kind === 'inline') list.push({ span: call, tone: 'call' })
      list.push({ span: moment.step.span, tone: 'step' })
      if (moment.step.partner) list.push({ span: moment.step.partner.span, tone: 'step' })
      for (const error of moment.errors) list.push({ span: error.span, tone: 'fault' })
    }
    for (const { span } of diagnostics) list.push({ span, tone: 'fault' })
    if (look) list.push({ span: look, tone: 'look' })
    return list
  }, [moment, diagnostics, mutant, look])

  return (
    <SourceListing
      ref={listing}
      simulationId={data.id}
      files={data.files}
      markers={view ? sourceMarkers(view) : []}
      marks={marks}
      stretch={KeptStretch}
      {...(lines && { statementLines: lines })}
    />
  )
}

/** Scrolls the listing's own box and nothing else: the page stays where the reader put it. */
function scrollLineIntoView(box: HTMLElement, id: string) {
  const line = box.querySelector<HTMLElement>(`#${CSS.escape(id)}`)
  if (!line) return
  const context = CONTEXT_LINES * line.offsetHeight
  const above = line.offsetTop - context < box.scrollTop
  const below = line.offsetTop + line.offsetHeight + context > box.scrollTop + box.clientHeight
  // A third from the top: more of what comes next than of what was before.
  if (above || below) box.scrollTop = line.offsetTop - box.clientHeight / 3
}
