import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { UnreadableRevisionPage } from '#components/reading/unreadable-revision.tsx'
import { ModelPage } from '#components/simulation/model-page.tsx'
import page from '#components/ui/page.module.css'
import { revisionNumbered, site } from '#lib/review/proposal/address.ts'
import {
  loadRevision,
  orUnreadable,
  titleOf,
  UnreadableRevision,
} from '#lib/review/revision/revisions.server.ts'
import { simulationOf } from '#lib/review/revision/simulation-of-revision.ts'
import { filterOfFields, type PROCESS_FIELD, type VARIABLE_FIELD } from '#lib/simulation/story-filter.ts'

type FilterAsked = { [PROCESS_FIELD]?: string | string[]; [VARIABLE_FIELD]?: string | string[] }

type Props = {
  params: Promise<{ slug: string; model: string }>
  searchParams: Promise<{ revision?: string; variant?: string; claim?: string } & FilterAsked>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, model } = await params
  return { title: `${model} of ${await titleOf(await requestViewer(), slug)}` }
}

/** One model, full width; of the newest revision unless the address names another. */
export default async function ModelRoute({ params, searchParams }: Props) {
  const [{ slug, model: name }, asked] = await Promise.all([params, searchParams])
  const number = asked.revision === undefined ? null : revisionNumbered(asked.revision)
  if (asked.revision !== undefined && number === null) return <NotThere />
  const viewer = await requestViewer()
  const revision = await loadRevision(viewer, slug, number).catch(orUnreadable)
  if (revision instanceof UnreadableRevision)
    return <UnreadableRevisionPage slug={slug} places={revision.places} />
  if (!revision) return <NotThere />
  const model = revision.bundle.models.find((one) => one.name === name)
  const about = revision.claims.filter((one) => one.model === name)
  const variant = asked.variant ?? about.find(({ id }) => id === asked.claim)?.variant
  // The claim that the reader comes from; else the variant's counterexample, where it has one.
  const claim =
    about.find((one) => one.id === asked.claim && one.variant === variant) ??
    about.find((one) => one.variant === variant && one.report.kind === 'violated')
  const data = simulationOf(revision, {
    id: name,
    model: name,
    variant,
    claimId: claim?.id ?? null,
  })
  if (!model || !data) return <NotThere />
  return (
    <div className={page.widest}>
      <p>
        <a href={site.revision(slug, revision.number)}>
          {revision.title}, v{revision.number}
        </a>
        {' · '}
        <a href={site.file(slug, revision.number, model.file)}>{model.file} as a file</a>
      </p>
      <ModelPage
        {...data}
        filter={filterOfFields(asked)}
        here={site.modelItself(slug, name)}
        title={model.title}
        variantHref={(variant) => site.model(slug, name, { revision: revision.number, variant })}
      />
    </div>
  )
}
