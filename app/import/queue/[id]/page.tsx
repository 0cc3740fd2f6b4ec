import type { Metadata } from 'next'
import { dropAction, placeAction, releaseAction } from '#app/import/actions.ts'
import { NotNowPage, orNotNow } from '#app/not-now.tsx'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { DropForm, PlaceForm, ReleaseForm } from '#components/incoming/decide-forms.tsx'
import { MailView } from '#components/incoming/mail-view.tsx'
import page from '#components/ui/page.module.css'
import { NotNow } from '#lib/aside/not-now.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'A mail', robots: 'noindex' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ rfc?: string }> }

export default async function QueuedPage({ params, searchParams }: Props) {
  const [{ id }, { rfc }] = await Promise.all([params, searchParams])
  const viewer = await requestViewer()
  const mail = await heavy.findQueued(viewer, id).catch(orNotNow)
  if (mail instanceof NotNow) return <NotNowPage />
  if (!mail) return <NotThere />
  const isOpen = mail.status !== 'imported' && mail.status !== 'dropped'
  const placed = await heavy.placesFor(viewer, rfc ?? mail.slug).catch(orNotNow)
  if (placed instanceof NotNow) return <NotNowPage />
  const { proposals, parts } = placed
  return (
    <div className={page.page}>
      <p>
        <a href={site.queue()}>Mail that waits or is held</a>
      </p>
      <h1>{mail.subject || '(no subject)'}</h1>
      <MailView mail={mail} />
      {!isOpen && <p>This mail was decided about.</p>}
      {isOpen && mail.status === 'quarantined' && mail.slug && (
        <section aria-labelledby="release">
          <h2 id="release">Let it in</h2>
          <p>Its comments go where it says. The sender stays unproved, and no trailer of it counts.</p>
          <ReleaseForm id={mail.id} action={releaseAction} />
        </section>
      )}
      {isOpen && (
        <>
          <section aria-labelledby="place-it">
            <h2 id="place-it">Place it</h2>
            <p>
              What it quotes is looked for there; what quotes nothing goes to the passage that you choose.
            </p>
            {proposals.length > 1 && (
              <p>
                In which proposal:{' '}
                {proposals.map(({ slug }, i) => (
                  <span key={slug}>
                    {i > 0 && ', '}
                    <a href={site.queued(mail.id, slug)}>{slug}</a>
                  </span>
                ))}
              </p>
            )}
            <PlaceForm id={mail.id} parts={parts} action={placeAction} />
          </section>
          <section aria-labelledby="drop">
            <h2 id="drop">Drop it</h2>
            <DropForm id={mail.id} action={dropAction} />
            {mail.from.address && (
              <p>
                <a href={site.dropAll({ sender: mail.from.address })}>Drop all mail from this address</a>
              </p>
            )}
          </section>
        </>
      )}
    </div>
  )
}
