'use client'
import styles from '#components/person/account-form.module.css'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { NewField, NewFormState } from './new-form-state.ts'

const FIELDS: readonly { name: NewField; label: string; help: string }[] = [
  { name: 'title', label: 'Title', help: 'What is proposed, in 70 characters at most.' },
  { name: 'area', label: 'Area', help: 'The subsystem, first word of every subject: io_uring' },
  {
    name: 'authors',
    label: 'Authors',
    help: 'Name <address>, a comma between two. The first sends the mails. What you write here is published with the proposal.',
  },
  { name: 'to', label: 'Lists', help: 'Where it will be sent, a comma between two. It may be named later.' },
]

/** At most five things are asked; the rest is derived, and can be changed in the cover. */
export function NewForm(props: {
  action: (state: NewFormState, form: FormData) => Promise<NewFormState>
  clientKey: string
  questionnaires: readonly string[]
  typed: NewFormState['typed']
}) {
  const { state, lost, form } = useKeptForm<NewFormState>(props.action, { typed: props.typed, errors: {} })
  return (
    <form {...form} noValidate className={styles.form}>
      <input type="hidden" name="clientKey" value={props.clientKey} />
      {state.errors.form && (
        <p role="alert" className={styles.error}>
          {state.errors.form}
        </p>
      )}
      {FIELDS.map(({ name, label, help }) => {
        const error = state.errors[name]
        return (
          <div key={name} className={styles.field}>
            <label htmlFor={name}>{label}</label>
            <input
              id={name}
              name={name}
              defaultValue={state.typed[name]}
              aria-invalid={error ? true : undefined}
              aria-describedby={`${name}-help${error ? ` ${name}-error` : ''}`}
            />
            <p id={`${name}-help`}>{help}</p>
            {error && (
              <p id={`${name}-error`} role="alert" className={styles.error}>
                {error}
              </p>
            )}
          </div>
        )
      })}
      <div className={styles.field}>
        <label htmlFor="questionnaire">Questionnaire</label>
        <select id="questionnaire" name="questionnaire" defaultValue={state.typed.questionnaire}>
          {props.questionnaires.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </div>
      <Lost words={lost} />
      <SubmitButton>Begin</SubmitButton>
    </form>
  )
}
