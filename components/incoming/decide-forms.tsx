'use client'
import { useActionState } from 'react'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { PlacePart } from '#lib/review/incoming/queue.ts'
import styles from './mail-in.module.css'

/** Words of what went wrong; null for nothing. Done leads to another page. */
export type DecideState = string | null
type Action = (state: DecideState, form: FormData) => Promise<DecideState>

function Failure({ state }: { state: DecideState }) {
  return state === null ? null : (
    <p role="alert" className={styles.error}>
      {state}
    </p>
  )
}

export function ReleaseForm({ id, action }: { id: string; action: Action }) {
  const [state, send] = useActionState(action, null)
  return (
    <form action={send} className={styles.form}>
      <input type="hidden" name="id" value={id} />
      <Failure state={state} />
      <SubmitButton>Let it in</SubmitButton>
    </form>
  )
}

/** `parts`: of one revision. A block that is not chosen leaves the choice to what the mail quotes. */
export function PlaceForm({
  id,
  parts,
  action,
}: {
  id: string
  parts: readonly PlacePart[]
  action: Action
}) {
  const [state, send] = useActionState(action, null)
  const [first] = parts
  if (!first) return null
  return (
    <form action={send} className={styles.form}>
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="slug" value={first.slug} />
      <input type="hidden" name="revision" value={first.revision} />
      <label htmlFor="place">Where it belongs</label>
      <select id="place" name="place" required>
        {parts.map(({ part, title, blocks }) => (
          <optgroup key={part} label={title}>
            <option value={`${part} `}>{title}, as a whole</option>
            {blocks.map(({ key, words }) => (
              <option key={key} value={`${part} ${key}`}>
                {words}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <Failure state={state} />
      <SubmitButton quiet>Place it there</SubmitButton>
    </form>
  )
}

/** Of a mail that stands in threads: says what goes with it. */
export function DropImportedForm({ id, comments, action }: { id: string; comments: number; action: Action }) {
  const [state, send] = useActionState(action, null)
  return (
    <form action={send} className={styles.form}>
      <input type="hidden" name="id" value={id} />
      <label htmlFor="reason">
        Why it is dropped. Its {comments === 1 ? 'comment becomes' : `${comments} comments become`} empty for
        everybody; answers stay, and the mail is kept as it came.
      </label>
      <input id="reason" name="reason" required minLength={3} maxLength={1000} />
      <Failure state={state} />
      <SubmitButton quiet>Drop the mail and what it brought</SubmitButton>
    </form>
  )
}

export function DropForm({ id, action }: { id: string; action: Action }) {
  const [state, send] = useActionState(action, null)
  return (
    <form action={send} className={styles.form}>
      <input type="hidden" name="id" value={id} />
      <label htmlFor="reason">Why it is dropped (it is kept, and not shown)</label>
      <input id="reason" name="reason" required minLength={3} maxLength={1000} />
      <Failure state={state} />
      <SubmitButton quiet>Drop it</SubmitButton>
    </form>
  )
}
