'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { VISIBILITIES, VISIBILITY_WORDS, type Visibility } from '#lib/review/person/visibility.ts'
import styles from './people.module.css'
import type { PeopleAction } from './people-form-state.ts'
import { Answer } from './role-forms.tsx'

/** For who says who may know of a proposal. */
export function VisibilityForm(props: { slug: string; visibility: Visibility; action: PeopleAction }) {
  const { state, lost, form } = useKeptForm(props.action, null)
  return (
    <form {...form} className={styles.form}>
      <input type="hidden" name="slug" value={props.slug} />
      <fieldset className={styles.choices}>
        <legend>Change it</legend>
        {VISIBILITIES.map((one) => (
          <label key={one}>
            <input type="radio" name="visibility" value={one} defaultChecked={one === props.visibility} />
            <span>
              <strong>{one}</strong>: {VISIBILITY_WORDS[one]}
            </span>
          </label>
        ))}
      </fieldset>
      <p>
        What was read, mailed or fetched before cannot be taken back. An embargo also holds mail that waits to
        leave, and ends that comments follow their threads to the list.
      </p>
      <Answer state={state} />
      <Lost words={lost} />
      <SubmitButton>Set</SubmitButton>
    </form>
  )
}
