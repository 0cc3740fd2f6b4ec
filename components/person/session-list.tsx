import { KeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { When } from '#components/ui/when.tsx'
import styles from './session-list.module.css'

export type ShownSession = {
  readonly id: string
  readonly device: string | null
  readonly since: string
  readonly seen: string
  readonly network: string | null
  readonly isThis: boolean
}

/** The sessions of one account, each with a button that ends it. */
export function SessionList({
  sessions,
  end,
}: {
  sessions: readonly ShownSession[]
  end: (form: FormData) => Promise<void>
}) {
  return (
    <ul className={styles.list}>
      {sessions.map(({ id, device, since, seen, network, isThis }) => (
        <li key={id}>
          <p>
            <strong>{device ?? 'A browser that does not say which'}</strong>
            {isThis && ', this one'}
          </p>
          <p>
            Since <When at={since} />, last seen <When at={seen} />
            {network && (
              <>
                , from <code>{network}</code>
              </>
            )}
          </p>
          {!isThis && (
            <KeptForm action={end}>
              <input type="hidden" name="session" value={id} />
              <SubmitButton quiet>Sign out there</SubmitButton>
            </KeptForm>
          )}
        </li>
      ))}
    </ul>
  )
}
