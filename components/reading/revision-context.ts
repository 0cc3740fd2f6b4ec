import { Simulation } from '#components/simulation/simulation.tsx'
import type { DocumentContext } from '#components/writeup/document-context.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { LoadedRevision } from '#lib/review/revision/revisions.server.ts'
import { simulationOf } from '#lib/review/revision/simulation-of-revision.ts'

/** What a published revision knows and its write-ups do not: verdicts, questions, models, drawings. */
export function revisionContext(
  revision: LoadedRevision,
): Pick<DocumentContext, 'claim' | 'question' | 'ascii' | 'simulation'> {
  const { slug, number, bundle } = revision
  const modelAt = (model: string, variant: string) => site.model(slug, model, { revision: number, variant })
  return {
    claim: (id) => {
      const claim = revision.claims.find((one) => one.id === id)
      const declared = bundle.claims.find((one) => one.id === id)
      if (!claim || !declared) return null
      const defines = declared.defines.map(({ name, value }) =>
        value === null ? `-D${name}` : `-D${name}=${value}`,
      )
      return {
        report: claim.report,
        variant: claim.variant,
        parameters: defines.join(' '),
        isStale: false, // a published revision never changes
        href: modelAt(claim.model, claim.variant),
      }
    },
    question: (id) => {
      const question = bundle.questionnaire.questions.find((one) => one.id === id)
      return question ? { help: question.help, href: null } : null
    },
    ascii: (figureId) => bundle.figures.find(({ id }) => id === figureId)?.ascii ?? null,
    simulation: ({ id, model, variant, trace, caption }) => {
      const data = simulationOf(revision, { id, model, variant, claimId: trace ?? null })
      if (!data) return null
      // Called and not rendered: what breaks in it is caught where it stands (components/writeup/or-line.tsx).
      return Simulation({
        ...data,
        caption: caption ?? data.model,
        href: modelAt(data.model, data.variant),
      })
    },
  }
}
