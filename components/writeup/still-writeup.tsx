import type { ReactNode } from 'react'
import { Loader } from '#components/simulation/loader.tsx'
import type { Html } from '#components/ui/html.ts'
import styles from '#components/ui/still-html.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { type Drawing, type Folded, filled, fold, keep, stillHtml } from '#components/ui/still-tree.ts'
import { type Asked, Asking, answerTo } from './asking.tsx'
import type { DocumentContext, Still } from './document-context.ts'
import { MermaidDrawing } from './mermaid.tsx'

/** What a write-up has that lives: diagrams that are drawn, models that run, and what is HTML of ours already. */
const ISLANDS = new Set<unknown>([Loader, MermaidDrawing, StillHtml])
// On the server a component of the browser is a reference, which must not be called.
const isIsland = (type: unknown) =>
  ISLANDS.has(type) ||
  (typeof type === 'function' && '$$typeof' in type && type.$$typeof === Symbol.for('react.client.reference'))

const DRAWING: Drawing<Asked> = {
  isIsland,
  // Only `Asking` has these props.
  asked: (type, props) => (type === Asking ? keptFor(props.asked as Asked) : null),
}

/** The sentence of a claim is the same for everybody. */
function keptFor(asked: Asked): Asked {
  if (asked.kind !== 'claim') return asked
  const { children } = asked.props
  return { ...asked, props: { ...asked.props, children: keep(children, DRAWING) } }
}

export type FoldedWriteup = readonly Folded<Asked>[]

/** A drawn write-up, of which React keeps the islands alone; what its reader is shown is asked for later. */
export const foldWriteup = (drawn: ReactNode): FoldedWriteup => fold(drawn, DRAWING)

/** @param name that no other piece of the page has */
export function filledWriteup(
  name: string,
  folded: FoldedWriteup,
  context: DocumentContext,
  still: Still,
): ReactNode {
  let places = 0
  return filled(folded, DRAWING, {
    answer: (asked) => answerTo(asked, context),
    beside: ({ kind }) =>
      kind === 'before' || kind === 'before group'
        ? 'next'
        : kind === 'after' || kind === 'after group'
          ? 'previous'
          : null,
    place: (html, className) => <StillHtml className={className} {...still(`${name} ${places++}`, html)} />,
    noBox: styles.noBox,
  })
}

/** By what a revision is drawn from, and there by name: a listing of a model is thousands of elements, and no reader's own. */
const parts = new WeakMap<object, Map<string, Html | null>>()

/**
 * Something that takes no part in what an island does, until the island takes its place.
 *
 * @param of as long as this is kept, what is drawn under a name stays as it was drawn first
 */
export function stillPart(name: string, drawn: ReactNode, still: Still, of: object): ReactNode {
  const known = parts.get(of) ?? new Map<string, Html | null>()
  const html = known.has(name) ? (known.get(name) ?? null) : stillHtml(drawn, isIsland)
  known.set(name, html)
  parts.set(of, known)
  return html === null ? drawn : <StillHtml className={styles.noBox} {...still(name, html)} />
}
