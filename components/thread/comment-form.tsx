'use client'
import { useActionState, useEffect, useId, useRef, useState } from 'react'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import styles from './comment-form.module.css'
import type { CommentAction, CommentFormState } from './comment-form-state.ts'
import { CommentPreview } from './comment-preview.tsx'

/**
 * One form for a new thread, a reply and an edit. It is a plain form: without JavaScript it posts, previews and
 * reports errors the same way, by pages from the server. With it, nothing reloads and the text never leaves.
 */
export function CommentForm(props: {
  action: CommentAction
  label: string
  submit: string
  clientKey: string
  /** Ids that say what is written: `blockKey`, `commentId` … */
  hidden: Readonly<Record<string, string>>
  initial?: string
  cancelHref: string
  onCancel?: () => void
  onDone?: (sent: { thread: number; comment: number }) => void
  /** Each change of the text, so that who opened the form can keep it. */
  onType?: (text: string) => void
  autoFocus?: boolean
}) {
  const [state, action] = useActionState<CommentFormState, FormData>(props.action, {
    typed: props.initial ?? '',
    clientKey: props.clientKey,
    error: null,
    preview: null,
    theirs: null,
    done: null,
  })
  const [scripted, setScripted] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const { onDone, autoFocus } = props

  useEffect(() => setScripted(true), [])
  useEffect(() => {
    if (autoFocus) field.current?.focus()
  }, [autoFocus])
  useEffect(() => {
    if (state.done) onDone?.(state.done)
    else if (state.error) field.current?.focus()
  }, [state, onDone])

  return (
    <form action={action} className={styles.form}>
      {Object.entries(props.hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <input type="hidden" name="clientKey" value={state.clientKey} />
      {state.theirs && <input type="hidden" name="lockVersion" value={state.theirs.lockVersion} />}
      {scripted && onDone && <input type="hidden" name="scripted" value="1" />}
      <label htmlFor={`${id}-text`}>{props.label}</label>
      {state.error && (
        <p role="alert" id={`${id}-error`} className={styles.error}>
          {state.error}
        </p>
      )}
      <textarea
        ref={field}
        id={`${id}-text`}
        name="body"
        rows={5}
        defaultValue={state.typed}
        // React resets a form after its action; the key gives it back what was typed.
        key={`${state.clientKey} ${state.typed}`}
        aria-invalid={state.error !== null}
        aria-describedby={state.error ? `${id}-error` : `${id}-help`}
        onChange={(event) => props.onType?.(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault()
            event.currentTarget.form?.requestSubmit()
          } else if (event.key === 'Escape' && event.currentTarget.value.trim() === '') {
            props.onCancel?.()
          }
        }}
      />
      <p id={`${id}-help`} className={styles.help}>
        Plain text, as in a mail: it stays as you type it. Quotes (&gt;), patches, columns and `code` are
        recognised.{scripted && ' Ctrl-Enter sends.'}
      </p>
      <div className={styles.buttons}>
        <SubmitButton name="intent" value="send">
          {props.submit}
        </SubmitButton>
        <SubmitButton name="intent" value="preview" quiet>
          Preview
        </SubmitButton>
        <a
          href={props.cancelHref}
          onClick={(event) => {
            if (!props.onCancel) return
            event.preventDefault()
            props.onCancel()
          }}
        >
          Cancel
        </a>
      </div>
      {state.theirs && (
        <section aria-label="The present text" className={styles.preview}>
          <h4>The present text</h4>
          <pre>{state.theirs.body}</pre>
        </section>
      )}
      {state.preview && <CommentPreview preview={state.preview} />}
    </form>
  )
}
