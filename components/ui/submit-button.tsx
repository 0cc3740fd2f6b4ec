'use client'
import { useFormStatus } from 'react-dom'
import styles from './button.module.css'

/**
 * A form's button. While the form is on its way it says so and takes no second press, but keeps the focus:
 * a `disabled` button would lose it.
 */
export function SubmitButton(props: {
  children: React.ReactNode
  quiet?: boolean
  name?: string
  value?: string
}) {
  const { pending, data } = useFormStatus()
  const own = pending && (props.name === undefined || data?.get(props.name) === props.value)
  return (
    <button
      type="submit"
      name={props.name}
      value={props.value}
      className={props.quiet ? styles.quiet : styles.button}
      aria-disabled={pending}
      onClick={(event) => {
        if (pending) event.preventDefault()
      }}
    >
      {props.children}
      {own && <span role="status"> …</span>}
    </button>
  )
}
