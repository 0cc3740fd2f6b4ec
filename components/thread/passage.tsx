import type { ReactNode } from 'react'
import type { ThreadShown } from '#lib/review/thread/thread.ts'
import styles from './passage.module.css'
import { Thread, type ThreadContext } from './thread.tsx'

/**
 * What stands behind a block: its threads, the way to open another, and the form when the address asks for it. The
 * link works by itself; the island `Compose` opens the form at `data-compose-place` instead.
 */
export function PassageThreads(props: {
  blockKey: string
  threads: readonly ThreadShown[]
  context: ThreadContext
  /** Null: without an account nobody can comment. */
  composeHref: string | null
  form: ReactNode
  /** The passage's text: its first words tell one link from the next. */
  text: string
}) {
  const { blockKey, threads, context, composeHref } = props
  const words = props.text.length > 48 ? `${props.text.slice(0, 48).replace(/\s\S*$/, '')} …` : props.text
  return (
    <div className={styles.passage}>
      {composeHref && (
        <a className={styles.compose} href={composeHref} data-compose="thread" data-block={blockKey}>
          <span aria-hidden="true">+</span>
          <span className="visually-hidden">Comment on “{words}”</span>
        </a>
      )}
      <div data-compose-place={`thread:${blockKey}`}>{props.form}</div>
      {threads.map((thread) => (
        <Thread key={thread.id} thread={thread} context={context} />
      ))}
    </div>
  )
}

/**
 * Choosing one row of a table or one line of code: a folded list below it, so that a listing of forty lines has one
 * stop for the keyboard and not forty. A plain form that loads this page with `?comment=`; the island opens the
 * form in place.
 */
export function LinePicker(props: {
  kind: 'row' | 'line'
  lines: readonly { readonly key: string; readonly text: string }[]
  /** The page with the form for the line with this key. */
  hrefOf: (key: string) => string
}) {
  const name = props.kind === 'row' ? 'a row' : 'a line'
  return (
    <details className={styles.picker}>
      <summary>Comment on {name}</summary>
      <ol>
        {props.lines.map(({ key, text }) => (
          <li key={key}>
            <a href={props.hrefOf(key)} data-compose="thread" data-block={key}>
              {text.trim()}
            </a>
          </li>
        ))}
      </ol>
    </details>
  )
}
