import type { ReactNode } from 'react'

/** The DOM id of a block: what `#b-…` in an address, a mail or a thread points at. */
export function blockId(key: string): string {
  return `b-${key}`
}

/** Marks the element that holds exactly the text of a block; text offsets are counted in it. */
export function blockText(key: string): { 'data-block': string } {
  return { 'data-block': key }
}

/**
 * Page furniture inside a block's text element: a footnote's mark, a link to itself. Whoever turns a selection into
 * offsets skips it.
 */
export const NO_TEXT = { 'data-no-text': '' } as const

/** Props that compiled Markdown gives every marked element. */
export type BlockElementProps = {
  readonly id?: string
  readonly 'data-block'?: string
  readonly children?: ReactNode
}
