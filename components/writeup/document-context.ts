import type { ReactNode } from 'react'
import type { Broken } from '#components/ui/broken.ts'
import type { Html } from '#components/ui/html.ts'
import type { StillHtml } from '#components/ui/still-html.tsx'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import type { ChartData } from '#lib/writeup/blocks/chart-data.ts'
import type { RecordedRun } from '#lib/writeup/blocks/recorded-run.ts'
import type { ReferenceKind } from '#lib/writeup/page/references.ts'

/**
 * What a page knows and a write-up does not: verdicts, questions, the simulation, the threads. Passed as functions
 * and components, so that nothing here imports a route or asks the database.
 */
export type DocumentContext = {
  readonly broken: Broken
  /** Keeps what never changes out of React's data; none: React draws it all. */
  readonly still?: Still
  /**
   * Whoever reads, the text is the same while these are: what it is drawn from, and a name for all else that shows in it
   * besides what is asked for each reader (`asking.tsx`). None: nothing is kept for the next reader.
   */
  readonly same?: { readonly of: object; readonly as: string }
  /** The verdict of the claim with this id; null: none was recorded. */
  readonly claim: (id: string) => ClaimShown | null
  /** The question that an answer names; null: the questionnaire is not at hand. */
  readonly question: (id: string) => QuestionShown | null
  readonly simulation: (props: SimulationProps) => ReactNode
  /** The author's ASCII form of the figure with this id; null: none. */
  readonly ascii: (figureId: string) => string | null
  /** What the chart with this id is drawn from; null: the bundle does not have it (any more). */
  readonly chart?: (id: string) => ChartData | null
  /** The recorded run of a scenario; null: the bundle does not have it (any more). */
  readonly run?: (scenario: string) => RecordedRun | null
  /** What a term says; null: the bundle does not explain it (any more). */
  readonly term?: (name: string) => string | null
  /** Where a section, figure, table or trace is that the text names by its number; null: there is none. */
  readonly reference?: (kind: ReferenceKind, number: string) => string | null
  /** What stands at the first line of a block: the way to comment on it, heads of threads; put before its element. */
  readonly beforeBlock?: (blockKey: string) => ReactNode
  /** Threads about a block; put behind the block's element. */
  readonly afterBlock?: (blockKey: string) => ReactNode
  /** The same for the rows of one table or the lines of one listing, before and behind the whole. */
  readonly beforeGroup?: (kind: 'row' | 'line', blockKeys: readonly string[]) => ReactNode
  readonly afterGroup?: (kind: 'row' | 'line', blockKeys: readonly string[]) => ReactNode
}

/** Keeps HTML for the page, and says how `StillHtml` finds it. */
export type Still = (name: string, html: Html) => Parameters<typeof StillHtml>[0]

export type ClaimShown = {
  readonly report: CheckReport
  /** `4.2`: of its counterexample, on page and in mail; null where it has none. */
  readonly trace: string | null
  /** Its counterexample as it goes by mail (`traceTables`); empty: it has none. */
  readonly table: readonly string[]
  /** The variant that was checked, the default one spelt out. */
  readonly variant: string
  /** Its defines as the compiler gets them: `-DN=2`; empty: none. */
  readonly parameters: string
  /** Lines for a shell that repeat it with Spin; empty: its model is not at hand. */
  readonly commands: readonly string[]
  /** The text or the model changed since the check. */
  readonly isStale: boolean
  /** Where the model runs, with the counterexample when there is one; null: nowhere on this page. */
  readonly href: string | null
}

export type QuestionShown = { readonly help: string; readonly href: string | null }

/** What `<Simulation>` gets: its attributes as the author wrote them, and the key of its block. */
export type SimulationProps = {
  readonly id: string
  readonly model: string
  /** Undefined: the model's default variant. */
  readonly variant?: string | undefined
  /** The id of the claim whose trace it opens on. */
  readonly trace?: string | undefined
  readonly caption?: string | undefined
  readonly blockKey: string
}
