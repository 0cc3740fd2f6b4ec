import 'server-only'
import { err, type Result } from '#lib/result.ts'
import { modelHash } from '#lib/review/claim/check-claim.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { decodePermalink } from '#lib/simulation/permalink.ts'
import { type IsLate, type StepModel, seeStep } from '#lib/simulation/step-seen.ts'
import type { StepRefusal, StepSeen } from '#lib/simulation/step-shown.ts'
import { loadRevision } from './revisions.server.ts'
import { stepModelOf } from './simulation-of-revision.ts'

/** A way of some thousand steps takes tenths of a second; an outsider chooses the model and the way. */
const LONGEST_MS = 5000

/** True from then on; asked between two steps. */
export function lateAfter(ms: number): IsLate {
  const until = performance.now() + ms
  return () => performance.now() > until
}

/** Of a model with these defines, as checks of claims have it. In hexadecimal digits. */
export const hashOf =
  ({ files, main }: Pick<StepModel, 'files' | 'main'>) =>
  (defines: Readonly<Record<string, string>>): string => {
    const given = Object.entries(defines).map(([name, value]) => ({ name, value }))
    return Buffer.from(modelHash({ files: new Map(files), main, defines: given })).toString('hex')
  }

/**
 * The step of a published revision's simulation that a link names, gone to by this program: what a form says of it is not
 * believed. Heavy: a job of the helper process.
 *
 * @param link the fragment of an address, with or without its `#`
 */
export async function stepOf(
  viewer: Viewer,
  at: { readonly slug: string; readonly revision: number; readonly simulation: string },
  link: string,
): Promise<Result<StepSeen, StepRefusal | { readonly kind: 'no-such-revision' }>> {
  const revision = await loadRevision(viewer, at.slug, at.revision)
  if (!revision) return err({ kind: 'no-such-revision' })
  const model = stepModelOf(revision.bundle, at.simulation)
  if (!model) return err({ kind: 'no-simulation' })
  const read = decodePermalink(at.simulation, link.startsWith('#') ? link : `#${link}`)
  if (!read?.ok) return err({ kind: 'damaged' })
  return seeStep(model, read.value, hashOf(model), lateAfter(LONGEST_MS))
}
