import type { Metadata } from 'next'
import { permanentRedirect } from 'next/navigation'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import page from '#components/ui/page.module.css'
import { When } from '#components/ui/when.tsx'
import { type Profile, profileOf } from '#lib/review/person/profile.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Person', robots: 'noindex' }

export default async function PersonPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const profile = await profileOf(await requestViewer(), id)
  if (profile === null) return <NotThere />
  if ('moved' in profile) permanentRedirect(site.person(profile.moved))
  return (
    <div className={page.page}>
      <h1>{profile.name}</h1>
      <ul>
        <li>
          {profile.accountSince ? (
            <>
              Account since <When at={profile.accountSince.toISOString()} />
            </>
          ) : (
            withoutAccount(profile)
          )}
        </li>
        <li>
          {profile.domains.length > 0
            ? `Confirmed address at ${profile.domains.join(', ')}`
            : 'No confirmed address: nothing shows that this is who the name says'}
        </li>
        {profile.administrator && <li>Administrator of this installation</li>}
        <li>{profile.comments === 1 ? '1 comment' : `${profile.comments} comments`}</li>
      </ul>
      {profile.roles.length > 0 && (
        <>
          <h2>Roles</h2>
          <ul>
            {profile.roles.map(({ slug, title, roles }) => (
              <li key={slug}>
                <a href={site.proposal(slug)}>{title}</a>: {roles.join(', ')}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function withoutAccount({ isDeleted, isUnproved }: Profile): string {
  if (isDeleted) return 'The account was deleted by its owner'
  return isUnproved
    ? 'No account: known from mail that says to be theirs, without proof'
    : 'No account here: known from mail or from a proposal'
}
