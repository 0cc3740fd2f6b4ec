import { includeClosure } from '#lib/promela/compile.ts'
import { invariant } from '#lib/result.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import type { RecordedVerdict, SimulationData } from '#lib/simulation/simulation-data.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import type { LoadedRevision } from './revisions.server.ts'

/**
 * What a simulation of a published revision needs, as plain data: the model's files, its variants, the verdicts that
 * were recorded for them, and the schedule to open with.
 *
 * @param wanted the variant to show first; undefined or unknown: the model's default
 * @param claimId the claim on whose counterexample it opens; null: the initial state
 */
export function simulationOf(
  revision: LoadedRevision,
  place: { id: string; model: string; variant: string | undefined; claimId: string | null },
): SimulationData | null {
  const { bundle, claims } = revision
  const model = bundle.models.find(({ name }) => name === place.model)
  if (!model) return null
  const variant = model.variants.find(({ name }) => name === place.variant) ?? model.variants[0]
  invariant(variant, 'a model declares at least one variant')
  const texts = new Map(
    bundle.files
      .filter(({ path }) => path.startsWith('models/'))
      .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
  )
  const opening = claims.find(({ id }) => id === place.claimId)?.report
  return {
    id: place.id,
    slug: revision.slug,
    revision: revision.number,
    model: model.name,
    variant: variant.name,
    variants: model.variants.map(({ name, defines }) => ({
      name,
      defines: Object.fromEntries(defines.map((define) => [define.name, define.value ?? ''])),
    })),
    files: includeClosure(texts, model.file).map((path) => [path, texts.get(path) ?? ''] as const),
    main: model.file,
    recorded: recordedFor(revision, model.name),
    ...(opening?.kind === 'violated' ? { initialTrace: opening.trace } : {}),
  }
}

/** One verdict for each variant and property, however many claims are about it. */
function recordedFor(revision: LoadedRevision, model: string): RecordedVerdict[] {
  const recorded = new Map<string, RecordedVerdict>()
  for (const { model: of, variant, property, expect, report } of revision.claims) {
    if (of !== model) continue
    recorded.set(`${variant} ${property}`, {
      variant,
      property,
      verdict: report.kind,
      summary: summaryOf(report),
      states: report.states,
      depth: report.depth,
      checkerVersion: report.checkerVersion,
      expect,
      ...(report.kind === 'violated' ? { trace: report.trace } : {}),
    })
  }
  return [...recorded.values()]
}

function summaryOf(report: CheckReport): string {
  if (report.kind === 'violated') return report.error
  return report.kind === 'unfinished' ? report.message : ''
}

/** Lines of source that the simulations of a revision draw in its text. */
export function drawnLines({ simulations, models, files }: Bundle): number {
  const linesOf = (name: string): number => {
    const path = models.find((model) => model.name === name)?.file
    const bytes = files.find((file) => file.path === path)?.bytes
    return bytes ? new TextDecoder().decode(bytes).split('\n').length : 0
  }
  return simulations.reduce((total, { model }) => total + linesOf(model), 0)
}
