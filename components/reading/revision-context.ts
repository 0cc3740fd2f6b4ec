import { Simulation } from '#components/simulation/simulation.tsx'
import type { DocumentContext, Still } from '#components/writeup/document-context.ts'
import { runId } from '#components/writeup/evidence.tsx'
import { stillPart } from '#components/writeup/still-writeup.tsx'
import type { CheckedClaim } from '#lib/review/claim/check-report.ts'
import { traceTables } from '#lib/review/claim/trace-in-words.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { LoadedRevision } from '#lib/review/revision/revisions.server.ts'
import { modelOf, simulationOf } from '#lib/review/revision/simulation-of-revision.ts'
import { recordedError, repeatLines } from '#lib/simulation/repeat-with-spin.ts'
import { propertyOf, publishedSetting } from '#lib/simulation/setting.ts'
import { variantNamed } from '#lib/simulation/simulation-data.ts'
import { namedPlaces } from '#lib/writeup/blocks/named-places.ts'
import { numberingOf } from '#lib/writeup/blocks/numbering.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import { evidenceIn } from '#lib/writeup/parse/run-names.ts'

/** What a published revision knows and its write-ups do not: verdicts, questions, models, drawings. */
export function revisionContext(
  revision: LoadedRevision,
  /** The one write-up that the page has; null: it has all. */
  alone: DocumentId | null = null,
  /** Keeps what stands until a model runs out of React's data; none: React draws it. */
  still: Still | null = null,
): Pick<
  DocumentContext,
  'claim' | 'question' | 'ascii' | 'term' | 'run' | 'chart' | 'simulation' | 'reference' | 'same'
> {
  const { slug, number, bundle } = revision
  const modelAt = (model: string, of: { variant: string; claim?: string }) =>
    site.model(slug, model, { revision: number, ...of })
  const isViolated = (id: string) =>
    revision.claims.some((one) => one.id === id && one.report.kind === 'violated')
  const traces = new Map(
    bundle.documents.flatMap((document) => [...numberingOf(document, isViolated).traces]),
  )
  const runs = new Map(bundle.runs.map((run) => [run.name, run]))
  // What a page shows in place is not shown at its end a second time.
  const shown = evidenceIn(
    bundle.documents.filter(({ writeup }) => alone === null || writeup === alone).map(({ tree }) => tree),
  )
  const terms = new Map(bundle.terms.map(({ name, says }) => [name, says]))
  const places = namedPlaces(bundle.documents, isViolated)
  // Its addresses, and which claims have a trace, since traces are numbered.
  const as = [slug, number, alone, ...bundle.claims.filter(({ id }) => isViolated(id)).map(({ id }) => id)]
  // As often as there are claims of it, its files would be read.
  const models = new Map<string, ReturnType<typeof modelOf>>()
  const filesOf = (name: string) => {
    const model = models.has(name) ? models.get(name) : modelOf(bundle, name)
    models.set(name, model ?? null)
    return model ?? null
  }
  const commandsOf = ({ model: name, variant, property, report }: CheckedClaim): readonly string[] => {
    const model = filesOf(name)
    if (!model) return []
    const summary = report.kind === 'violated' ? report.error : ''
    const error = recordedError({ verdict: report.kind, property, summary })
    const defines = variantNamed(model, variant)?.defines ?? {}
    return repeatLines(model, defines, error, propertyOf(publishedSetting(variant, property)))
  }
  // A page without a claim asks for none.
  let told: ReturnType<typeof traceTables> | null = null
  const tables = () => {
    told ??= traceTables(bundle, revision.claims)
    return told
  }
  return {
    same: { of: bundle, as: as.join(' ') },
    reference: (kind, name) => {
      if (kind === 'run') {
        const id = shown.get(name)
        if (!runs.has(name)) return null
        return id === undefined ? `#${runId(name)}` : site.blockAnchor(id)
      }
      const place = places.get(`${kind} ${name}`)
      if (!place) return null
      const { writeup, blockKey } = place
      const at = blockKey === null ? `#${writeup}` : site.blockAnchor(blockKey)
      return alone === null || alone === writeup ? at : `${site.part(slug, number, writeup)}${at}`
    },
    claim: (id) => {
      const claim = revision.claims.find((one) => one.id === id)
      const declared = bundle.claims.find((one) => one.id === id)
      if (!claim || !declared) return null
      const defines = declared.defines.map(({ name, value }) =>
        value === null ? `-D${name}` : `-D${name}=${value}`,
      )
      return {
        report: claim.report,
        trace: traces.get(id) ?? null,
        table: tables().get(id) ?? [],
        variant: claim.variant,
        parameters: defines.join(' '),
        commands: commandsOf(claim),
        isStale: false, // a published revision never changes
        href: modelAt(claim.model, { variant: claim.variant, claim: id }),
      }
    },
    question: (id) => {
      const question = bundle.questionnaire.questions.find((one) => one.id === id)
      return question ? { help: question.help, href: null } : null
    },
    chart: (chartId) => bundle.charts.find(({ id }) => id === chartId)?.chart ?? null,
    run: (name) => runs.get(name) ?? null,
    term: (name) => terms.get(name) ?? null,
    ascii: (figureId) => bundle.figures.find(({ id }) => id === figureId)?.ascii ?? null,
    simulation: ({ id, model, variant, trace, caption }) => {
      const data = simulationOf(revision, { id, model, variant, claimId: trace ?? null })
      if (!data) return null
      // Called and not rendered: what breaks in it is caught where it stands (components/writeup/or-line.tsx).
      return Simulation({
        ...data,
        caption: caption ?? data.model,
        drawn: (source) =>
          still === null ? source : stillPart(`source of ${data.id}`, source, still, bundle),
        href: modelAt(data.model, { variant: data.variant }),
      })
    },
  }
}
