import type { ReactNode } from 'react'
import type { Broken } from '#components/ui/broken.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'

/**
 * What a page knows and a write-up does not: verdicts, questions, the simulation, the threads. Passed as functions
 * and components, so that nothing here imports a route or asks the database.
 */
export type DocumentContext = {
  readonly broken: Broken
  /** The verdict of the claim with this id; null: none was recorded. */
  readonly claim: (id: string) => ClaimShown | null
  /** The question that an answer names; null: the questionnaire is not at hand. */
  readonly question: (id: string) => QuestionShown | null
  readonly simulation: (props: SimulationProps) => ReactNode
  /** The author's ASCII form of the figure with this id; null: none. */
  readonly ascii: (figureId: string) => string | null
  /** Threads about a block, and the way to open one; put behind the block's element. */
  readonly afterBlock?: (blockKey: string) => ReactNode
  /** The same for the rows of one table or the lines of one listing, behind the whole. */
  readonly afterGroup?: (kind: 'row' | 'line', blockKeys: readonly string[]) => ReactNode
}

export type ClaimShown = {
  readonly report: CheckReport
  /** The variant that was checked, the default one spelt out. */
  readonly variant: string
  /** Its defines as the compiler gets them: `-DN=2`; empty: none. */
  readonly parameters: string
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
