import { includeClosure } from '#lib/promela/compile.ts'
import { invariant } from '#lib/result.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import type { ClaimAbout, RecordedVerdict, SimulationData } from '#lib/simulation/simulation-data.ts'
import type { StepModel } from '#lib/simulation/step-seen.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import type { LoadedRevision } from './revisions.server.ts'

/** A revision, or what may become one. */
type WithModels = Pick<LoadedRevision, 'slug' | 'number' | 'claims'> & { readonly bundle: Bundle }

/**
 * What a simulation of a published revision needs, as plain data: the model's files, its variants, the verdicts that
 * were recorded for them, and the schedule to open with.
 *
 * @param wanted the variant to show first; undefined or unknown: the model's default
 * @param claimId the claim on whose counterexample it opens; null: the initial state
 */
export function simulationOf(
  revision: WithModels,
  place: { id: string; model: string; variant: string | undefined; claimId: string | null },
): SimulationData | null {
  const { bundle, claims } = revision
  const model = modelOf(bundle, place.model)
  if (!model) return null
  const variant = model.variants.find(({ name }) => name === place.variant) ?? model.variants[0]
  invariant(variant, 'a model declares at least one variant')
  const opening = claims.find(({ id }) => id === place.claimId)?.report
  return {
    id: place.id,
    slug: revision.slug,
    revision: revision.number,
    variant: variant.name,
    ...model,
    recorded: recordedFor(revision, model.model),
    claims: claimsFor(revision, model.model, place.claimId),
    ...(place.claimId === null ? {} : { claim: place.claimId }),
    ...(opening?.kind === 'violated' ? { initialTrace: opening.trace } : {}),
  }
}

/** The page of a text carries these as often as it has simulations. */
const MOST_CLAIMS = 20
const MOST_SENTENCE = 500

function claimsFor({ claims }: WithModels, model: string, first: string | null): ClaimAbout[] {
  return claims
    .filter((claim) => claim.model === model)
    .sort((a, b) => Number(b.id === first) - Number(a.id === first))
    .slice(0, MOST_CLAIMS)
    .map(({ id, variant, property, expect, sentence }) => {
      const cut = sentence.length > MOST_SENTENCE ? `${sentence.slice(0, MOST_SENTENCE - 2)} …` : sentence
      return { id, variant, property, expect, sentence: cut }
    })
}

/** A model with its variants and files; null: the bundle has none of that name. */
export function modelOf(bundle: Bundle, name: string): Omit<StepModel, 'id'> | null {
  const model = bundle.models.find((one) => one.name === name)
  if (!model) return null
  const texts = new Map(
    bundle.files
      .filter(({ path }) => path.startsWith('models/'))
      .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
  )
  return {
    model: model.name,
    variants: model.variants.map((variant) => ({
      name: variant.name,
      defines: Object.fromEntries(variant.defines.map((define) => [define.name, define.value ?? ''])),
    })),
    files: includeClosure(texts, model.file).map((path) => [path, texts.get(path) ?? ''] as const),
    main: model.file,
    ...(model.vocabulary ? { vocabulary: model.vocabulary } : {}),
  }
}

/** What runs in the simulation with this id; null: there is none. */
export function stepModelOf(bundle: Bundle, id: string): StepModel | null {
  const simulation = bundle.simulations.find((one) => one.id === id)
  const model = simulation && modelOf(bundle, simulation.model)
  return model ? { id, ...model } : null
}

/** One verdict for each variant and property, however many claims are about it. */
function recordedFor(revision: WithModels, model: string): RecordedVerdict[] {
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
      ...(report.kind === 'violated' && report.cycleStart !== undefined
        ? { cycleStart: report.cycleStart }
        : {}),
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
