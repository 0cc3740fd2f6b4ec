import 'server-only'
import type { Diagnostic } from '../promela/diagnostic.ts'
import { err, ok, type Result } from '../result.ts'
import type { Bundle, BundleClaim } from '../writeup/bundle.ts'
import { type CheckedModel, checkModel, modelHash } from './check-claim.server.ts'
import type { CheckReport } from './claim.ts'

export type Check = {
  readonly claim: BundleClaim
  readonly modelSha256: Uint8Array<ArrayBuffer>
  readonly report: CheckReport
}

export type UncheckableClaim = { readonly claim: string; readonly diagnostics: readonly Diagnostic[] }

/** The verdicts of all claims of a bundle. Each model and variant is searched once, however many claims name it. */
export async function checkBundle(bundle: Bundle): Promise<Result<Check[], UncheckableClaim>> {
  const files = new Map(
    bundle.files
      .filter(({ path }) => path.startsWith('models/'))
      .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
  )
  const reports = new Map<string, CheckReport>()
  const checks: Check[] = []
  for (const claim of bundle.claims) {
    const main = bundle.models.find(({ name }) => name === claim.model)?.file ?? ''
    const model: CheckedModel = { files, main, defines: claim.defines }
    const modelSha256 = modelHash(model)
    const key = `${Buffer.from(modelSha256).toString('hex')} ${claim.property}`
    let report = reports.get(key)
    if (!report) {
      const checked = await checkModel(model, 'safety')
      if (!checked.ok) return err({ claim: claim.id, diagnostics: checked.error })
      report = checked.value
      reports.set(key, report)
    }
    checks.push({ claim, modelSha256, report })
  }
  return ok(checks)
}
