'use client'
import { unstable_rethrow } from 'next/navigation'
import { type FormEvent, type ReactNode, startTransition, useActionState, useEffect, useRef } from 'react'
import type { Keeping } from './keep-words.ts'
import styles from './kept-form.module.css'
import { lostWords } from './lost-words.ts'

/**
 * A form of a server action that keeps its page. By itself React takes an action that never answered for a fault of the
 * program, and an error page for the form with all that was typed. Here it is a line in the form.
 *
 * `action` itself stays on the form, so it works before the scripts are there and without them. With them the form is
 * sent by hand, since React empties the fields of what it sends, whatever came of it; here an answer empties them. What is
 * typed outlives the page, too (`keep-words.ts`, which is loaded where there is something to type).
 */
export function useKeptForm<State>(
  action: (state: Awaited<State>, form: FormData) => State | Promise<State>,
  initial: Awaited<State>,
) {
  type Kept = { readonly answer: Awaited<State> | null; readonly lost: string | null }
  const [plain, send] = useActionState(action, initial)
  const own = useRef<HTMLFormElement>(null)
  const keeping = useRef<Keeping | null>(null)
  useEffect(() => {
    let isHere = true
    // A button alone needs none of it.
    if (own.current?.querySelector('textarea, input:not([type="hidden"])'))
      void import('./keep-words.ts').then(({ isWorthKeeping, keepWords }) => {
        const form = own.current
        if (isHere && form && isWorthKeeping(form)) keeping.current = keepWords(form)
      })
    return () => {
      isHere = false
      keeping.current?.stop()
    }
  }, [])
  const [kept, sendKept] = useActionState(
    async (before: Kept, form: FormData): Promise<Kept> => {
      try {
        return { answer: await action(before.answer ?? plain, form), lost: null }
      } catch (error) {
        if (isOfNext(error)) {
          keeping.current?.led(error)
          throw error
        }
        return { answer: before.answer, lost: lostWords(error, navigator.onLine) }
      }
    },
    { answer: null, lost: null },
  )
  const sent = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (kept.answer !== null && kept.lost === null) sent.current?.reset()
  }, [kept])
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent // React's submit event is of one
    const form = new FormData(event.currentTarget, submitter)
    sent.current = event.currentTarget
    startTransition(() => sendKept(form))
  }
  return { state: kept.answer ?? plain, lost: kept.lost, form: { action: send, onSubmit, ref: own } }
}

/** What Next throws to lead elsewhere, which no form catches. */
function isOfNext(error: unknown): boolean {
  try {
    unstable_rethrow(error)
    return false
  } catch {
    return true
  }
}

/** Where a form says that no answer came. */
export function Lost({ words }: { words: string | null }) {
  return words === null ? null : (
    <p role="alert" className={styles.lost}>
      {words}
    </p>
  )
}

/** A form whose action only leads on. */
export function KeptForm({
  action,
  className,
  children,
}: {
  action: (form: FormData) => Promise<void>
  className?: string | undefined
  children: ReactNode
}) {
  const { lost, form } = useKeptForm<null>(async (_, sent) => {
    await action(sent)
    return null
  }, null)
  // The action itself, and not what wraps it: a browser without scripts can send nothing else.
  return (
    <form action={action} onSubmit={form.onSubmit} ref={form.ref} className={className}>
      {children}
      <Lost words={lost} />
    </form>
  )
}
