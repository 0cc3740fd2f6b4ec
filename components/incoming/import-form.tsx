'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { ImportFormState } from './import-form-state.ts'
import styles from './mail-in.module.css'
import { OutcomeTable } from './outcome-table.tsx'

/** Upload and its result: a plain form, whose answer is the same page. */
export function ImportForm({
  action,
  limit,
}: {
  action: (state: ImportFormState, form: FormData) => Promise<ImportFormState>
  limit: string
}) {
  const { state, lost, form } = useKeptForm(action, null)
  return (
    <>
      <form {...form} className={styles.form}>
        <label htmlFor="mailbox">A mailbox (.mbox) or a mail (.eml), at most {limit}</label>
        <input
          id="mailbox"
          name="mailbox"
          type="file"
          accept=".mbox,.eml,.txt,message/rfc822,application/mbox"
          required
          aria-describedby={state?.error ? 'mailbox-error' : undefined}
        />
        {state?.error && (
          <p id="mailbox-error" role="alert" className={styles.error}>
            {state.error}
          </p>
        )}
        <Lost words={lost} />
        <SubmitButton>Import</SubmitButton>
      </form>
      {state && state.error === null && <OutcomeTable outcomes={state.outcomes} fileName={state.fileName} />}
    </>
  )
}
