import 'server-only'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import { parseProperty } from '#lib/promela/search/property.ts'
import { err, invariant, ok, type Result } from '#lib/result.ts'
import type { Bundle, BundleClaim } from '#lib/writeup/bundle/bundle.ts'
import { type CheckedModel, checkModel, modelHash, PUBLISH_LIMITS } from './check-claim.server.ts'
import type { CheckReport } from './check-report.ts'

export type Check = {
  readonly claim: BundleClaim
  readonly modelSha256: Uint8Array<ArrayBuffer>
  readonly report: CheckReport
}

export type UncheckableClaim = { readonly claim: string; readonly diagnostics: readonly Diagnostic[] }

/** What all claims of a bundle may cost together; those that come too late are `unfinished`, and say so. */
const BUNDLE_MS = 180_000

/** The verdicts of all claims of a bundle. Each model and variant is searched once, however many claims name it. */
export async function checkBundle(bundle: Bundle): Promise<Result<Check[], UncheckableClaim>> {
  const files = new Map(
    bundle.files
      .filter(({ path }) => path.startsWith('models/'))
      .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
  )
  const reports = new Map<string, CheckReport>()
  const deadline = performance.now() + BUNDLE_MS
  const checks: Check[] = []
  for (const claim of bundle.claims) {
    const main = bundle.models.find(({ name }) => name === claim.model)?.file ?? ''
    const model: CheckedModel = { files, main, defines: claim.defines }
    const modelSha256 = modelHash(model)
    const key = `${Buffer.from(modelSha256).toString('hex')} ${claim.property}`
    let report = reports.get(key)
    if (!report) {
      const property = parseProperty(claim.property)
      invariant(property, 'a write-up with another property is refused')
      const checked = await checkModel(model, property, {
        ...PUBLISH_LIMITS,
        maxMs: Math.max(0, Math.min(PUBLISH_LIMITS.maxMs, deadline - performance.now())),
      })
      if (!checked.ok) return err({ claim: claim.id, diagnostics: checked.error })
      report = checked.value
      reports.set(key, report)
    }
    checks.push({ claim, modelSha256, report })
  }
  return ok(checks)
}
