'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import styles from './people.module.css'
import type { PeopleAction } from './people-form-state.ts'
import { Answer } from './role-forms.tsx'

/** Makes and revokes what a reader of feeds shows in place of a session. */
export function FeedForm(props: { isThere: boolean; action: PeopleAction }) {
  const { state, lost, form } = useKeptForm(props.action, null)
  return (
    <form {...form} className={styles.form}>
      <Answer state={state} />
      <Lost words={lost} />
      <div className={styles.buttons}>
        <SubmitButton quiet name="intent" value="make">
          {props.isThere ? 'Make another, and end this one' : 'Make one'}
        </SubmitButton>
        {props.isThere && (
          <SubmitButton quiet name="intent" value="revoke">
            Revoke it
          </SubmitButton>
        )}
      </div>
    </form>
  )
}
