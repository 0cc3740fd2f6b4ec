'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { site } from '#lib/review/proposal/address.ts'
import type { ManyDecided } from '#lib/review/queue/queue.ts'
import styles from './mail-in.module.css'

export type DecideManyState = {
  readonly error: string | null
  readonly decided: ManyDecided | null
  readonly typed: string
} | null

/**
 * Around the list of mails, each with a box; one press decides about those that are chosen. Also where none are left: it says
 * what the last press has done, which would be gone with it.
 *
 * @param props.children the list; null: there are none
 */
export function DecideManyForm(props: {
  action: (state: DecideManyState, form: FormData) => Promise<DecideManyState>
  most: number
  children: React.ReactElement | null
}) {
  const { state, lost, form } = useKeptForm(props.action, null)
  const decided = state?.decided
  const told = (
    <>
      {state?.error && (
        <p role="alert" className={styles.error}>
          {state.error}
        </p>
      )}
      {decided && (
        <div role="status">
          <p>
            {decided.done.length} decided{decided.failed.length > 0 && `, ${decided.failed.length} not`}
            {decided.left > 0 && `; ${decided.left} were more than ${props.most} and stay`}.
          </p>
          {decided.failed.length > 0 && (
            <ul>
              {decided.failed.map(({ id, why }) => (
                <li key={id}>
                  <a href={site.queued(id)}>This mail</a>: {why}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </>
  )
  if (props.children === null) return told
  return (
    <form {...form} className={styles.many}>
      {told}
      {props.children}
      <fieldset className={styles.decide}>
        <legend>With those that are chosen, {props.most} at most</legend>
        <Lost words={lost} />
        <label htmlFor="why">Why, if they are dropped</label>
        <input id="why" name="reason" maxLength={1000} defaultValue={state?.typed ?? ''} />
        <SubmitButton name="wish" value="release">
          Let them in
        </SubmitButton>
        <SubmitButton quiet name="wish" value="drop">
          Drop them
        </SubmitButton>
      </fieldset>
    </form>
  )
}
