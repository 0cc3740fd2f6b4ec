'use client'
import { Lost, useKeptForm } from '#components/ui/kept-form.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { type GivenRole, ROLE_WORDS } from '#lib/review/person/roles.ts'
import styles from './people.module.css'
import type { PeopleAction, PeopleFormState } from './people-form-state.ts'

/** What came of it, where the eye is. */
export function Answer({ state, id }: { state: PeopleFormState; id?: string }) {
  if (!state) return null
  if (state.error)
    return (
      <p id={id} role="alert" className={styles.error}>
        {state.error}
      </p>
    )
  return (
    <div role="status">
      <p>{state.done}</p>
      {state.link && (
        <p className={styles.link}>
          <label>
            {/^(?:\?|coherent-)/.test(state.link) ? 'The token, shown once' : 'The link, shown once'}
            <input readOnly value={state.link} onFocus={(event) => event.currentTarget.select()} />
          </label>
        </p>
      )}
    </div>
  )
}

/** Gives a role to who has an address here, or makes an invitation for who may not. */
export function GiveRoleForm(props: {
  slug: string
  gives: readonly GivenRole[]
  /** Made with the page: sent twice it makes one invitation. */
  clientKey: string
  canMail: boolean
  action: PeopleAction
}) {
  const { state, lost, form } = useKeptForm(props.action, null)
  const error = state?.error ? 'give-error' : undefined
  return (
    <form {...form} className={styles.form}>
      <input type="hidden" name="slug" value={props.slug} />
      <input type="hidden" name="clientKey" value={props.clientKey} />
      <div className={styles.field}>
        <label htmlFor="role">Role</label>
        <select id="role" name="role" defaultValue="reviewer">
          {props.gives.map((role) => (
            <option key={role} value={role}>
              {role}: {ROLE_WORDS[role]}
            </option>
          ))}
        </select>
      </div>
      <div className={styles.field}>
        <label htmlFor="address">Address, as they write to lists</label>
        <input
          id="address"
          name="address"
          type="email"
          maxLength={254}
          defaultValue={state?.typed ?? ''}
          aria-invalid={error ? true : undefined}
          aria-describedby={error}
        />
      </div>
      <Answer state={state} id="give-error" />
      <Lost words={lost} />
      <div className={styles.buttons}>
        <SubmitButton name="intent" value="give">
          Give the role
        </SubmitButton>
        {props.canMail && (
          <SubmitButton quiet name="intent" value="mail">
            Mail an invitation
          </SubmitButton>
        )}
        <SubmitButton quiet name="intent" value="link">
          Make an invitation link
        </SubmitButton>
      </div>
    </form>
  )
}

/** One button with what goes with it, and what went wrong. */
export function PersonButton(props: {
  action: PeopleAction
  hidden: Readonly<Record<string, string>>
  /** Read out, where several buttons of a page have the same words. */
  label?: string
  children: string
}) {
  const { state, lost, form } = useKeptForm(props.action, null)
  return (
    <form {...form} className={styles.inline} aria-label={props.label}>
      {Object.entries(props.hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton quiet>{props.children}</SubmitButton>
      <Answer state={state} />
      <Lost words={lost} />
    </form>
  )
}

/** A button with a reason beside it. */
export function BlockForm(props: { action: PeopleAction; personId: string; name: string }) {
  const { state, lost, form } = useKeptForm(props.action, null)
  return (
    <form {...form} className={styles.form}>
      <input type="hidden" name="person" value={props.personId} />
      <div className={styles.field}>
        <label htmlFor="reason">Why {props.name} is blocked; other administrators read it</label>
        <input
          id="reason"
          name="reason"
          required
          minLength={3}
          maxLength={1000}
          defaultValue={state?.typed ?? ''}
        />
      </div>
      <Answer state={state} />
      <Lost words={lost} />
      <SubmitButton>Block {props.name}</SubmitButton>
    </form>
  )
}
