import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { KeptForm } from '#components/ui/kept-form.tsx'
import page from '#components/ui/page.module.css'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { When } from '#components/ui/when.tsx'
import { mailSettings } from '#lib/env.server.ts'
import { digestChoice, QUIET_DAYS } from '#lib/review/outbox/digest-setting.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { digestAction } from './actions.ts'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Mail about ${(await params).slug}` }
}

/** Whether the reader wants the new comments by mail. */
export default async function DigestPage({ params }: Props) {
  const { slug } = await params
  const viewer = await requestViewer()
  const here = site.digest(slug)
  if (!viewer) {
    return (
      <div className={page.page}>
        <h1>Comments by mail</h1>
        <p>
          <a href={site.signIn(here)}>Sign in</a> to have new comments mailed to you.
        </p>
      </div>
    )
  }
  const choice = await digestChoice(viewer, slug)
  if (!choice) return <NotThere />
  const { address, isWanted, quietUntil } = choice
  const isQuiet = quietUntil !== null && quietUntil > new Date().toISOString()
  return (
    <div className={page.page}>
      <p>
        <a href={site.proposal(slug)}>{slug}</a>
      </p>
      <h1>Comments by mail</h1>
      {mailSettings() === null && (
        <p>This installation sends no mail now; what you choose holds once it does.</p>
      )}
      <p role="status">
        {!isWanted && 'You get no mail about this proposal.'}
        {isWanted &&
          !isQuiet &&
          `New comments of others come to ${address ?? 'nobody, as no address is confirmed'}, one mail a day.`}
        {isWanted && isQuiet && (
          <>
            Quiet until <When at={quietUntil} />; what is said meanwhile comes afterwards in one mail.
          </>
        )}
      </p>
      {address === null ? (
        <p>
          Mail goes only to an address that you confirmed as yours, and there is none yet:{' '}
          <a href={site.account()}>confirm one</a>.
        </p>
      ) : (
        <>
          {(!isWanted || isQuiet) && <Choice slug={slug} wish="daily" words="One mail a day" />}
          {isWanted && !isQuiet && <Choice slug={slug} wish="quiet" words={`Quiet for ${QUIET_DAYS} days`} />}
        </>
      )}
      {isWanted && <Choice slug={slug} wish="never" words="No more mail" />}
    </div>
  )
}

function Choice({ slug, wish, words }: { slug: string; wish: string; words: string }) {
  return (
    <KeptForm action={digestAction}>
      <input type="hidden" name="slug" value={slug} />
      <input type="hidden" name="wish" value={wish} />
      <p>
        <SubmitButton quiet>{words}</SubmitButton>
      </p>
    </KeptForm>
  )
}
