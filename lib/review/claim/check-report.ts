import { z } from 'zod'

/**
 * What the checker answered for a claim, as it is stored with the revision and shown beside the sentence. Numbers
 * are those of the whole search: states and matched as Spin's unreduced graph counts them, depth in moves.
 */
const counts = {
  states: z.number(),
  matched: z.number(),
  transitions: z.number(),
  depth: z.number(),
  /** Wall clock of the check at publish. */
  ms: z.number(),
  checkerVersion: z.string(),
}

export const CheckReport = z.discriminatedUnion('kind', [
  z.object({
    ...counts,
    kind: z.literal('holds'),
    /** Statements that no run reaches: a reason to look at the model again. */
    unreached: z.array(z.object({ proctype: z.string(), text: z.string(), line: z.number() })),
  }),
  z.object({
    ...counts,
    kind: z.literal('violated'),
    error: z.string(),
    /** In the model's file. */
    line: z.number(),
    /** The shortest counterexample: indices of steps from the initial state. */
    trace: z.array(z.number()).readonly(),
    /** Of a run without end: how many steps of the trace come before the part that repeats for ever. */
    cycleStart: z.number().optional(),
    /** The same as CPU0/CPU1 columns, made once: what a revision exports does not change with the program. */
    table: z.array(z.string()).readonly(),
  }),
  z.object({ ...counts, kind: z.literal('unfinished'), message: z.string() }),
])
export type CheckReport = z.infer<typeof CheckReport>

/**
 * A report as it was stored; `undefined`: there is none. What cannot be read says nothing about the claim, which is
 * then as good as unchecked: a reader is told, and the rest of the page stands.
 */
export function readCheckReport(stored: unknown): CheckReport {
  const report = CheckReport.safeParse(stored)
  if (report.success) return report.data
  const message =
    stored === undefined
      ? 'No verdict was recorded for this claim'
      : 'The record of this check cannot be read; publish the claim in another revision to check it anew'
  const none = {
    states: 0,
    matched: 0,
    transitions: 0,
    depth: 0,
    ms: 0,
    checkerVersion: 'an unknown checker',
  }
  return { ...none, kind: 'unfinished', message }
}

/** A claim with its verdict. */
export type CheckedClaim = {
  readonly id: string
  readonly model: string
  readonly variant: string
  readonly property: string
  readonly expect: 'holds' | 'violated'
  readonly required: boolean
  readonly sentence: string
  readonly blockKey: string
  readonly report: CheckReport
}
