'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { MOST_REASON } from '#lib/review/gate/weak-limits.ts'
import styles from './gate.module.css'
import type { WeakAction, WeakFormState } from './weak-form-state.ts'

function Answer({ state, id }: { state: WeakFormState; id: string }) {
  if (!state) return null
  return state.error ? (
    <p id={id} role="alert" className={styles.error}>
      {state.error}
    </p>
  ) : (
    <p role="status">{state.done}</p>
  )
}

/** For a reviewer: this does not answer the question, and why. */
export function MarkWeakForm(props: {
  slug: string
  revision: number
  question: string
  action: WeakAction
}) {
  const { slug, revision, question, action } = props
  const { state, lost, form } = useKeptForm(action, null)
  const [field, error] = [`why-${question}`, `error-${question}`]
  return (
    <details className={styles.weak} open={state?.error ? true : undefined}>
      <summary>Does not answer …</summary>
      <form {...form} className={styles.form}>
        <input type="hidden" name="slug" value={slug} />
        <input type="hidden" name="revision" value={revision} />
        <input type="hidden" name="question" value={question} />
        <label htmlFor={field}>What it does not say, in one sentence</label>
        <input
          id={field}
          name="reason"
          maxLength={MOST_REASON}
          defaultValue={state?.typed ?? ''}
          aria-invalid={state?.error ? true : undefined}
          aria-describedby={state?.error ? error : undefined}
        />
        <Answer state={state} id={error} />
        <Lost words={lost} />
        <p>
          <SubmitButton quiet>Mark {question} as weak</SubmitButton>
        </p>
      </form>
    </details>
  )
}

/** For whoever said so. */
export function WithdrawWeakForm(props: {
  slug: string
  weak: string
  question: string
  action: WeakAction
}) {
  const { state, lost, form } = useKeptForm(props.action, null)
  return (
    <form {...form}>
      <input type="hidden" name="slug" value={props.slug} />
      <input type="hidden" name="weak" value={props.weak} />
      <SubmitButton quiet>Take back what I said of {props.question}</SubmitButton>
      <Answer state={state} id={`error-${props.weak}`} />
      <Lost words={lost} />
    </form>
  )
}
