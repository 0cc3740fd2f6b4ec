'use client'
import type { ReactNode } from 'react'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import styles from './account-form.module.css'
import type { AccountFormState } from './account-form-state.ts'

const FIELDS = {
  name: {
    label: 'Name',
    type: 'text',
    autoComplete: 'name',
    help: 'Your comments carry it, here and by mail.',
  },
  email: { label: 'E-mail address', type: 'email', autoComplete: 'email', help: '' },
  current: { label: 'Password now', type: 'password', autoComplete: 'current-password', help: '' },
  password: { label: 'Password', type: 'password', autoComplete: 'current-password', help: '' },
} as const

type FieldName = keyof typeof FIELDS

type Shown = {
  readonly label: string
  readonly type: string
  readonly autoComplete: string
  readonly help: string
}

/** A password that is chosen, as against one that is known. */
const CHOSEN = {
  ...{ label: 'Password', type: 'password', autoComplete: 'new-password' },
  help: 'At least 10 characters, and nothing that others use: four words, say.',
} as const

export function AccountForm(props: {
  action: (state: AccountFormState, form: FormData) => Promise<AccountFormState>
  fields: readonly FieldName[]
  submit: string
  newPassword?: boolean
  /** Another label than "Password". */
  passwordLabel?: string
  typed?: AccountFormState['typed']
  hidden?: Readonly<Record<string, string>>
  children?: ReactNode
}) {
  const { state, lost, form } = useKeptForm<AccountFormState>(props.action, {
    typed: props.typed ?? {},
    errors: {},
  })
  return (
    // The server judges, with words of ours beside each field; the browser's bubbles vanish and cannot be styled.
    <form {...form} noValidate className={styles.form}>
      {Object.entries(props.hidden ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {state.errors.form && (
        <p role="alert" className={styles.error}>
          {state.errors.form}
        </p>
      )}
      {state.done && <p role="status">{state.done}</p>}
      {props.fields.map((name) => {
        const known: Shown = name === 'password' && props.newPassword ? CHOSEN : FIELDS[name]
        const field =
          name === 'password' && props.passwordLabel ? { ...known, label: props.passwordLabel } : known
        return <Field key={name} name={name} field={field} state={state} />
      })}
      {props.children}
      <Lost words={lost} />
      <SubmitButton>{props.submit}</SubmitButton>
    </form>
  )
}

function Field({ name, field, state }: { name: FieldName; field: Shown; state: AccountFormState }) {
  const error = state.errors[name]
  const typed = name === 'name' || name === 'email' ? (state.typed[name] ?? '') : ''
  return (
    <div className={styles.field}>
      <label htmlFor={`field-${name}`}>{field.label}</label>
      {field.help && <p id={`help-${name}`}>{field.help}</p>}
      <input
        id={`field-${name}`}
        name={name}
        type={field.type}
        autoComplete={field.autoComplete}
        defaultValue={typed}
        key={typed}
        aria-invalid={error !== undefined}
        aria-describedby={
          [field.help && `help-${name}`, error && `error-${name}`].filter(Boolean).join(' ') || undefined
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
