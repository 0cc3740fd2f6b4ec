import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { digestAction } from '#app/rfc/[slug]/export/digest/actions.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { AccountForm } from '#components/person/account-form.tsx'
import { AddressButton, AskForm } from '#components/person/address-form.tsx'
import { awayForm } from '#components/person/away-form.ts'
import { FeedForm } from '#components/person/feed-form.tsx'
import { KeptForm } from '#components/ui/kept-form.tsx'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { commandTokenUntil } from '#lib/review/account/command-token.server.ts'
import { feedTokenSince } from '#lib/review/account/feed-token.server.ts'
import { ownAddresses } from '#lib/review/incoming/confirm-address.server.ts'
import { ownDigests } from '#lib/review/outbox/digest-setting.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { awayUntil } from '#lib/review/turn/read-turns.server.ts'
import { askAction, commandTokenAction, feedAction, renameAction, takeAction } from './actions.ts'

export const metadata: Metadata = { title: 'My account' }

export default async function MePage() {
  const viewer = await requestViewer()
  if (!viewer) {
    return (
      <div className={page.page}>
        <h1>My account</h1>
        <p>
          <a href={site.signIn(site.account())}>Sign in</a> to see your addresses.
        </p>
      </div>
    )
  }
  const [addresses, feedSince, commandUntil, digests, still] = await Promise.all([
    ownAddresses(viewer),
    feedTokenSince(viewer),
    commandTokenUntil(viewer, new Date()),
    ownDigests(viewer),
    stillPieces(),
  ])
  return (
    <div className={page.page}>
      <h1>{viewer.name}</h1>
      {viewer.administrator && (
        <p>
          You administer this site: <a href={site.accounts()}>accounts</a>,{' '}
          <a href={site.auditLog()}>audit log</a>, <a href={site.queue()}>mail that waits</a>.
        </p>
      )}
      <ul>
        <li>
          <a href={site.person(viewer.personId)}>What others see of you</a>
        </li>
        <li>
          <a href={site.ownPassword()}>Change the password</a>
        </li>
        <li>
          <a href={site.ownSessions()}>Where you are signed in</a>
        </li>
        <li>
          <a href={site.deleteAccount()}>Delete the account</a>
        </li>
      </ul>
      <h2 id="away">Away</h2>
      <p>
        While you are away what a maintainer has to do goes to the next one. What only you can do waits for
        you.
      </p>
      <StillHtml {...still('away', awayForm(await awayUntil(viewer, new Date())))} />
      <h2>Name</h2>
      <AccountForm
        action={renameAction}
        fields={['name']}
        submit="Change the name"
        typed={{ name: viewer.name }}
      />
      <h2>Addresses</h2>
      <p>
        Confirm the address that you write to lists from: comments that came by mail from it become yours, its{' '}
        <code>Reviewed-by:</code> counts, and your comments leave under it. An address that is not confirmed
        is shown to nobody.
      </p>
      <ul>
        {addresses.map(({ address, isConfirmed, unproved }) => (
          <li key={address}>
            <code>{address}</code>, {isConfirmed ? 'confirmed' : 'not confirmed: you sign in with it'}
            {unproved > 0 && (
              <>
                <p>
                  {unproved} {unproved === 1 ? 'comment says' : 'comments say'} to come from it, without
                  proof. Take them only if you wrote them all.
                </p>
                <AddressButton action={takeAction} hidden={{ address }}>
                  They are mine
                </AddressButton>
              </>
            )}
          </li>
        ))}
      </ul>
      <AskForm
        action={askAction}
        initial={addresses.find(({ isConfirmed }) => !isConfirmed)?.address ?? ''}
      />
      <h2 id="mail">Mail</h2>
      {digests.length === 0 ? (
        <p>
          You get no mail about any proposal. New comments, and what waits for you, are mailed once a day to
          who asks for it: <em>Comments by mail</em>, on a proposal’s page of its export.
        </p>
      ) : (
        <ul>
          {digests.map(({ slug, title }) => (
            <li key={slug}>
              <a href={site.digest(slug)}>{title}</a>, once a day
              <KeptForm action={digestAction}>
                <input type="hidden" name="slug" value={slug} />
                <input type="hidden" name="wish" value="never" />
                <input type="hidden" name="back" value="account" />
                <SubmitButton quiet>No more mail about {slug}</SubmitButton>
              </KeptForm>
            </li>
          ))}
        </ul>
      )}
      <h2 id="feeds">Feeds</h2>
      <p>
        Each proposal and each search has a feed. A reader of feeds is not signed in: for proposals that are
        not public it shows a token, <code>?token=…</code> behind the feed’s address. Whoever has it reads in
        feeds what you have a role in. What waits for you has one, too, for who holds the token:{' '}
        <a href={site.ownTurnsAsFeed()}>
          <code>{site.ownTurnsAsFeed()}</code>
        </a>
        .
      </p>
      <p>{feedSince ? 'There is a token of yours, and it works.' : 'There is no token of yours.'}</p>
      <FeedForm isThere={feedSince !== null} action={feedAction} />
      <section aria-labelledby="command-line">
        <h2 id="command-line">Command line</h2>
        <p>
          <code>coherent pull</code>, <code>push</code>, <code>threads</code>, <code>reply</code> and{' '}
          <code>answer</code> do in your name what you may do here, but nothing of your account and nothing of
          an administrator. They read a token from the variable <code>COHERENT_TOKEN</code>.
        </p>
        <p>
          {commandUntil
            ? `There is a token of yours, and it works until ${commandUntil.toISOString().slice(0, 10)}.`
            : 'There is no token of yours.'}
        </p>
        <FeedForm isThere={commandUntil !== null} action={commandTokenAction} />
      </section>
    </div>
  )
}
