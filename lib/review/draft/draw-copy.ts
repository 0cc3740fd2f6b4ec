import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import type { ChartData } from '#lib/writeup/blocks/chart-data.ts'
import type { RecordedRun } from '#lib/writeup/blocks/recorded-run.ts'
import type { ProblemSeen } from './copy-look.ts'

/** A document of a working copy, ready to be drawn by what draws published ones. */
export type DrawnCopy = {
  readonly title: string
  readonly code: string
  /** Of this document. */
  readonly problems: readonly ProblemSeen[]
  readonly questions: readonly (readonly [id: string, help: string])[]
  readonly ascii: readonly (readonly [figure: string, ascii: string])[]
  readonly charts: readonly (readonly [id: string, chart: ChartData])[]
  /** Those that it names. */
  readonly runs: readonly RecordedRun[]
  /** Those that it uses. */
  readonly terms: readonly { readonly name: string; readonly says: string }[]
  readonly simulations: readonly SimulationData[]
}
