import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { InvitationList, PeopleList } from '#components/person/people-list.tsx'
import { GiveRoleForm } from '#components/person/role-forms.tsx'
import { VisibilityForm } from '#components/person/visibility-form.tsx'
import page from '#components/ui/page.module.css'
import { canMail } from '#lib/review/account/mail-invitation.server.ts'
import { peopleOf } from '#lib/review/person/people.server.ts'
import { VISIBILITY_WORDS } from '#lib/review/person/visibility.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { giveAction, revokeAction, takeAction, visibilityAction } from './actions.ts'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `People of ${(await params).slug}` }
}

export default async function PeopleRoute({ params }: Props) {
  const { slug } = await params
  if (!isSlug(slug)) return <NotThere />
  const viewer = await requestViewer()
  const people = await peopleOf(viewer, slug)
  if (!people) return <NotThere />
  return (
    <div className={page.page}>
      <p>
        <a href={site.proposal(slug)}>{people.title}</a>
      </p>
      <h1>People</h1>
      <section aria-labelledby="visibility">
        <h2 id="visibility">Who may know of it</h2>
        <p>
          <strong>{people.visibility}</strong>: {VISIBILITY_WORDS[people.visibility]}
        </p>
        {people.setsVisibility && (
          <VisibilityForm slug={slug} visibility={people.visibility} action={visibilityAction} />
        )}
      </section>
      <h2>Roles</h2>
      <p>
        Everybody with an account comments. A role adds to that: maintainers give reader, reviewer and author,
        and administrators give maintainer.
      </p>
      <PeopleList slug={slug} people={people.people} take={takeAction} />
      {people.gives.length > 0 && (
        <>
          <section aria-labelledby="give">
            <h2 id="give">Give a role</h2>
            <p>
              By the address that somebody confirmed or mails from. Whoever has none here accepts an
              invitation, with an account that they have or make.
            </p>
            <GiveRoleForm
              slug={slug}
              gives={people.gives}
              clientKey={randomUUID()}
              canMail={canMail()}
              action={giveAction}
            />
          </section>
          <section aria-labelledby="open">
            <h2 id="open">Open invitations</h2>
            <InvitationList slug={slug} invitations={people.invitations} revoke={revokeAction} />
          </section>
        </>
      )}
    </div>
  )
}
