import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { ObjectionLedger } from '#components/proposal/objection-ledger.tsx'
import page from '#components/ui/page.module.css'
import { ledgerOf } from '#lib/review/objection/ledger.server.ts'
import { ledgerSentence } from '#lib/review/objection/ledger.ts'
import { site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params
  return { title: `Objections to ${await titleOf(await requestViewer(), slug)}` }
}

/** Every objection with its condition, its answer and how it stands. */
export default async function ObjectionsRoute({ params }: Props) {
  const { slug } = await params
  const ledger = await ledgerOf(await requestViewer(), slug)
  if (!ledger) return <NotThere />
  return (
    <div className={page.page}>
      <p>
        <a href={site.proposal(slug)}>{ledger.title}</a>
      </p>
      <h1>Objections</h1>
      <p>
        {ledgerSentence(ledger)} Only whoever raised one closes it. Also as{' '}
        <a href={site.objectionsAsText(slug)}>text</a> and <a href={site.objectionsAsJson(slug)}>JSON</a>.
      </p>
      <ObjectionLedger ledger={ledger} />
    </div>
  )
}
