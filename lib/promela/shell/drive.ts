/** Runs a search in slices, so that its process can do something else in between: report, be told to stop. */

import type { Verdict } from '#lib/promela/machine/verdict.ts'
import type { Progress, Search } from '#lib/promela/search/search.ts'

/** Steps between two looks at the clock: well under 100 ms, also on a slow machine. */
const SLICE = 8_000

export type Drive = {
  readonly now: () => number
  /** Resolves when other work was done. */
  readonly pause: () => Promise<void>
  readonly maxMs?: number | undefined
  readonly reportEveryMs: number
  readonly onProgress?: (progress: Progress, elapsedMs: number) => void
  readonly cancelled?: () => boolean
}

export async function driveSearch(search: Search, drive: Drive): Promise<Verdict> {
  const began = drive.now()
  let reported = began
  while (!search.step(SLICE).done) {
    const now = drive.now()
    if (drive.maxMs !== undefined && now - began > drive.maxMs) return search.stop('time')
    if (now - reported < drive.reportEveryMs) continue
    reported = now
    drive.onProgress?.(search.step(0), now - began)
    await drive.pause()
    if (drive.cancelled?.()) return search.stop('cancelled')
  }
  return search.verdict() ?? search.stop('time')
}
