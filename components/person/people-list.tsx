import { When } from '#components/ui/when.tsx'
import type { OpenInvitation, PersonWithRoles } from '#lib/review/person/people.server.ts'
import styles from './people.module.css'
import type { PeopleAction } from './people-form-state.ts'
import { PersonButton } from './role-forms.tsx'

/** Who has which role, with what the viewer may take from whom. */
export function PeopleList(props: { slug: string; people: readonly PersonWithRoles[]; take: PeopleAction }) {
  const { slug, people, take } = props
  if (people.length === 0) return <p>Nobody has a role in this proposal yet.</p>
  return (
    <ul className={styles.list}>
      {people.map(({ id, name, roles, takes, addresses, isViewer, isBlocked }) => (
        <li key={id}>
          <p>
            <span className={styles.name}>{name}</span>
            {isViewer && ' (you)'}: {roles.join(', ')}
            {isBlocked && ', blocked'}
          </p>
          {addresses.length > 0 && <p className={styles.meta}>{addresses.join(', ')}</p>}
          {takes.map((role) => (
            <PersonButton
              key={role}
              action={take}
              hidden={{ slug, person: id, role }}
              label={`${isViewer ? 'Lay down' : 'Take'} ${role}, ${name}`}
            >
              {isViewer ? `Lay down ${role}` : `Take ${role}`}
            </PersonButton>
          ))}
        </li>
      ))}
    </ul>
  )
}

export function InvitationList(props: {
  slug: string
  invitations: readonly OpenInvitation[]
  revoke: PeopleAction
}) {
  const { slug, invitations, revoke } = props
  if (invitations.length === 0) return <p>No invitation is open.</p>
  return (
    <ul className={styles.list}>
      {invitations.map(({ id, role, address, by, expiresAt }) => (
        <li key={id}>
          <p>
            <span className={styles.name}>{role}</span>
            {address ? `, mailed to ${address}` : ', by a link'}
            {by ? `, from ${by}` : ', from the operator'}, until <When at={expiresAt} />
          </p>
          <PersonButton
            action={revoke}
            hidden={{ slug, invitation: id }}
            label={`Revoke the invitation as ${role}`}
          >
            Revoke it
          </PersonButton>
        </li>
      ))}
    </ul>
  )
}
