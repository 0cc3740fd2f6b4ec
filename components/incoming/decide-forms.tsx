'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { PlacePart } from '#lib/review/queue/queue.ts'
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
  const { state, lost, form } = useKeptForm(action, null)
  return (
    <form {...form} className={styles.form}>
      <input type="hidden" name="id" value={id} />
      <Failure state={state} />
      <Lost words={lost} />
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
  const { state, lost, form } = useKeptForm(action, null)
  const [first] = parts
  if (!first) return null
  return (
    <form {...form} className={styles.form}>
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
      <Lost words={lost} />
      <SubmitButton quiet>Place it there</SubmitButton>
    </form>
  )
}

/** Of a mail that stands in threads: says what goes with it. */
export function DropImportedForm({ id, comments, action }: { id: string; comments: number; action: Action }) {
  const { state, lost, form } = useKeptForm(action, null)
  return (
    <form {...form} className={styles.form}>
      <input type="hidden" name="id" value={id} />
      <label htmlFor="reason">
        Why it is dropped. Its {comments === 1 ? 'comment becomes' : `${comments} comments become`} empty for
        everybody; answers stay, and the mail is kept as it came.
      </label>
      <input id="reason" name="reason" required minLength={3} maxLength={1000} />
      <Failure state={state} />
      <Lost words={lost} />
      <SubmitButton quiet>Drop the mail and what it brought</SubmitButton>
    </form>
  )
}

export function DropForm({ id, action }: { id: string; action: Action }) {
  const { state, lost, form } = useKeptForm(action, null)
  return (
    <form {...form} className={styles.form}>
      <input type="hidden" name="id" value={id} />
      <label htmlFor="reason">Why it is dropped (it is kept, and not shown)</label>
      <input id="reason" name="reason" required minLength={3} maxLength={1000} />
      <Failure state={state} />
      <Lost words={lost} />
      <SubmitButton quiet>Drop it</SubmitButton>
    </form>
  )
}

export type DropAllState = {
  readonly error: string | null
  readonly done: string | null
  readonly typed: string
} | null

/**
 * `unproved`: how many of the mails nothing proves. Also where nothing is left: it says what the last press has done, which
 * would be gone with it.
 */
export function DropAllForm(props: {
  by: 'sender' | 'bringer'
  of: string
  all: number
  unproved: number
  action: (state: DropAllState, form: FormData) => Promise<DropAllState>
}) {
  const { state, lost, form } = useKeptForm(props.action, null)
  const done = state?.done && <p role="status">{state.done}</p>
  if (props.all === 0)
    return (
      <>
        {done}
        <p>There is nothing to drop.</p>
      </>
    )
  return (
    <form {...form} className={styles.form}>
      <input type="hidden" name="by" value={props.by} />
      <input type="hidden" name="of" value={props.of} />
      {props.unproved > 0 && props.unproved < props.all && (
        <label className={styles.check}>
          <input type="checkbox" name="unproved" value="yes" defaultChecked /> Only the {props.unproved} that
          nothing proves: an address can be forged
        </label>
      )}
      <label htmlFor="reason">Why they are dropped; it stands with each mail</label>
      <input
        id="reason"
        name="reason"
        required
        minLength={3}
        maxLength={1000}
        defaultValue={state?.typed ?? ''}
      />
      <Failure state={state?.error ?? null} />
      {done}
      <Lost words={lost} />
      <SubmitButton>Drop them all</SubmitButton>
    </form>
  )
}
