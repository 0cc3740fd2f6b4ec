'use client'
import { useActionState } from 'react'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import styles from './account-form.module.css'
import type { AccountField, AccountFormState } from './account-form-state.ts'

const FIELDS = {
  name: {
    label: 'Name',
    type: 'text',
    autoComplete: 'name',
    help: 'Your comments carry it, here and by mail.',
  },
  email: { label: 'E-mail address', type: 'email', autoComplete: 'email', help: '' },
  password: { label: 'Password', type: 'password', autoComplete: 'current-password', help: '' },
} as const

type FieldName = keyof typeof FIELDS

export function AccountForm(props: {
  action: (state: AccountFormState, form: FormData) => Promise<AccountFormState>
  fields: readonly FieldName[]
  submit: string
  newPassword?: boolean
  hidden?: Readonly<Record<string, string>>
}) {
  const [state, action] = useActionState(props.action, { typed: {}, errors: {} })
  return (
    // The server judges, with words of ours beside each field; the browser's bubbles vanish and cannot be styled.
    <form action={action} noValidate className={styles.form}>
      {Object.entries(props.hidden ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {state.errors.form && (
        <p role="alert" className={styles.error}>
          {state.errors.form}
        </p>
      )}
      {props.fields.map((name) => (
        <Field key={name} name={name} state={state} newPassword={props.newPassword ?? false} />
      ))}
      <SubmitButton>{props.submit}</SubmitButton>
    </form>
  )
}

function Field({
  name,
  state,
  newPassword,
}: {
  name: FieldName
  state: AccountFormState
  newPassword: boolean
}) {
  const field = FIELDS[name]
  const error = state.errors[name as AccountField]
  const help = name === 'password' && newPassword ? 'At least 10 characters.' : field.help
  const typed = name === 'password' ? '' : (state.typed[name] ?? '')
  return (
    <div className={styles.field}>
      <label htmlFor={`field-${name}`}>{field.label}</label>
      {help && <p id={`help-${name}`}>{help}</p>}
      <input
        id={`field-${name}`}
        name={name}
        type={field.type}
        autoComplete={name === 'password' && newPassword ? 'new-password' : field.autoComplete}
        defaultValue={typed}
        key={typed}
        aria-invalid={error !== undefined}
        aria-describedby={
          [help && `help-${name}`, error && `error-${name}`].filter(Boolean).join(' ') || undefined
        }
      />
      {error && (
        <p id={`error-${name}`} role="alert" className={styles.error}>
          {error}
        </p>
      )}
    </div>
  )
}
