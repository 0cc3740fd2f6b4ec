import 'server-only'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { db } from '#lib/db.server.ts'
import { openBundle } from '#lib/review/revision/open-bundle.server.ts'
import { hashOf, lateAfter } from '#lib/review/revision/see-step.server.ts'
import { stepModelOf } from '#lib/review/revision/simulation-of-revision.ts'
import { writeFates } from '#lib/review/thread/carry-threads.server.ts'
import { readStep, scheduleOf } from '#lib/review/thread/step-row.ts'
import { fateOf } from '#lib/simulation/step-seen.ts'
import type { StepFate } from '#lib/simulation/step-shown.ts'

/** Of one look; what is left is for the next. */
const AT_ONCE = 500
const LONGEST_MS = 20_000
const LONGEST_OF_ONE_MS = 3000

/**
 * Whether the models of later revisions still go the ways of the steps that threads are about, where nobody has looked yet: after
 * a revision was published, a thread opened on an older one, and now and then. Derived from what never changes, so it is no
 * event; run again it changes nothing.
 *
 * @returns how many were looked at
 */
export async function lookAtSteps(): Promise<number> {
  const rows = await db().$queryRaw<
    { thread: string; revision: string; key: string | null; step: unknown }[]
  >`
    SELECT p.thread_id::text AS thread, p.revision_id::text AS revision, p.block_key AS key, a.step
    FROM anchor a JOIN anchor_port p ON p.thread_id = a.thread_id
    WHERE a.about = 'step' AND p.step IS NULL ORDER BY p.revision_id, p.thread_id LIMIT ${AT_ONCE}`
  const isOver = lateAfter(LONGEST_MS)
  const fates: { thread: string; revision: string; step: StepFate }[] = []
  const bundles = new Map<string, Awaited<ReturnType<typeof openBundle>>>()
  for (const { thread, revision, key, step } of rows) {
    if (isOver()) break
    const seen = readStep(step)
    if (!seen) continue
    const bundle = bundles.get(revision) ?? (await openBundle({ revisionId: revision }))
    bundles.set(revision, bundle)
    if (!bundle.ok) continue
    const model = key === null ? null : stepModelOf(bundle.value, key)
    const isLate = lateAfter(LONGEST_OF_ONE_MS)
    const hash = model ? hashOf(model) : () => ''
    const fate = fateOf(seen, model, hash, scheduleOf(seen), () => isLate() || isOver())
    if (fate !== null) fates.push({ thread, revision, step: fate })
    await nextTurn()
  }
  if (fates.length > 0) await db().$transaction((tx) => writeFates(tx, fates))
  return fates.length
}
