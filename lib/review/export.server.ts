import 'server-only'
import { env } from '../env.server.ts'
import { ok, type Result } from '../result.ts'
import type { Bundle } from '../writeup/bundle.ts'
import { checkBundle, type UncheckableClaim } from './check-bundle.server.ts'
import type { CheckReport } from './claim.ts'
import type { Viewer } from './permission.ts'
import { loadRevision } from './revisions.server.ts'
import { type CheckForMail, coverMessageId, type RenderedSeries, renderSeries } from './series.ts'

/** A revision as the messages of a list; null when there is no such revision for this viewer. */
export async function exportRevision(
  viewer: Viewer,
  slug: string,
  number: number | null,
): Promise<{ readonly number: number; readonly series: RenderedSeries } | null> {
  const revision = await loadRevision(viewer, slug, number)
  if (!revision) return null
  const previous = revision.number > 1 ? await loadRevision(viewer, slug, revision.number - 1) : null
  const series = renderSeries({
    slug,
    bundle: revision.bundle,
    checks: new Map(revision.claims.map(({ id, report }) => [id, checkForMail(report)])),
    siteUrl: env.publicUrl,
    previousCover: previous ? coverMessageId({ slug, bundle: previous.bundle }) : null,
  })
  return { number: revision.number, series }
}

/** A bundle that is nowhere published, checked here and now: needs no database. */
export async function exportBundle(
  slug: string,
  bundle: Bundle,
  siteUrl: string,
): Promise<Result<RenderedSeries, UncheckableClaim>> {
  const checks = await checkBundle(bundle)
  if (!checks.ok) return checks
  return ok(
    renderSeries({
      slug,
      bundle,
      checks: new Map(checks.value.map(({ claim, report }) => [claim.id, checkForMail(report)])),
      siteUrl,
      // The revision before is not in this folder, and an id that may be wrong is worse than none.
      previousCover: null,
    }),
  )
}

function checkForMail(report: CheckReport): CheckForMail {
  if (report.kind !== 'violated') return { verdict: report, trace: [], traceSteps: 0 }
  return { verdict: report, trace: report.table, traceSteps: report.trace.length }
}
