'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import styles from './account-form.module.css'

export type AddressFormState = {
  readonly typed: string
  readonly error: string | null
  readonly done: string | null
} | null
type Action = (state: AddressFormState, form: FormData) => Promise<AddressFormState>

/** Asks for the mail that confirms an address. */
export function AskForm({ action, initial }: { action: Action; initial: string }) {
  const { state, lost, form } = useKeptForm(action, null)
  return (
    <form {...form} className={styles.form}>
      <div className={styles.field}>
        <label htmlFor="address">Address to confirm</label>
        <input
          id="address"
          name="address"
          type="email"
          required
          autoComplete="email"
          defaultValue={state?.typed || initial}
          aria-invalid={state?.error ? true : undefined}
          aria-describedby={state?.error ? 'address-error' : undefined}
        />
        {state?.error && (
          <p id="address-error" role="alert" className={styles.error}>
            {state.error}
          </p>
        )}
        {state?.done && <p role="status">{state.done}</p>}
      </div>
      <Lost words={lost} />
      <SubmitButton>Send the link</SubmitButton>
    </form>
  )
}

/** One button with what goes with it, and what went wrong. */
export function AddressButton({
  action,
  hidden,
  children,
}: {
  action: Action
  hidden: Readonly<Record<string, string>>
  children: string
}) {
  const { state, lost, form } = useKeptForm(action, null)
  return (
    <form {...form} className={styles.form}>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {state?.error && (
        <p role="alert" className={styles.error}>
          {state.error}
        </p>
      )}
      <Lost words={lost} />
      <SubmitButton quiet>{children}</SubmitButton>
    </form>
  )
}
