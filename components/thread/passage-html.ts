import { type Html, html } from '#components/ui/html.ts'
import { figure as plural } from '#lib/figures.ts'
import { anchor } from '#lib/review/proposal/address.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import { threadLabel } from './comment-form-html.ts'
import styles from './passage.module.css'
import { threadLines } from './thread-html.ts'

/** A passage's first words tell one link from the next. */
function firstWords(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40).replace(/\s\S*$/, '')} …` : text
}

/** Where the marks of a passage lead. */
export type PassageLinks = {
  /** The form for a comment on it. */
  readonly comment: string
  /** Its permalink. */
  readonly self: string
}

/**
 * The marks at the first line of a passage: the way to comment on it, and its address. The first works by itself: it loads
 * the page with the form in it; the island `Compose` opens the form in place instead, and leaves the link its address.
 */
export function passageMarks(blockKey: string, { comment, self }: PassageLinks, text: string): Html {
  return html`<a class="${styles.mark}" href="${comment}" data-compose="thread" data-block="${blockKey}" aria-label="Comment on “${firstWords(text)}”">+</a><a class="${styles.mark}" href="${self}" aria-label="Link to this passage">¶</a>`
}

/**
 * The head of a document, for what is said of all of it: stands where a block would, with what belongs around one. Its heads
 * float in the margin, its threads and its form follow.
 */
export function wholePlace(
  writeup: string,
  { comment, self }: PassageLinks,
  { heads, behind }: { readonly heads: Html | null; readonly behind: Html },
): Html {
  const key = wholeOf(writeup)
  const what = writeup === 'cover' ? 'proposal' : 'write-up'
  return html`<div class="${styles.beside}">${heads}</div><p class="${styles.whole}" id="${anchor.block(key)}">On the whole of this ${what}: <a href="${comment}" data-compose="thread" data-block="${key}" data-label="${threadLabel(key)}">comment</a> <a href="${self}" aria-label="Link to what is said of the whole ${what}">¶</a></p>${
    behind.text === '' ? null : html`<div class="${styles.passage}">${behind}</div>`
  }`
}

const pickerId = (firstKey: string) => `pick-${firstKey}`

/** The marks at the first line of a table or a listing: the way to choose one of its rows or lines, and its address. */
export function groupMarks(kind: 'row' | 'line', firstKey: string, self: string): Html {
  const what = kind === 'row' ? 'table' : 'listing'
  return html`<a class="${styles.mark}" href="#${pickerId(firstKey)}" aria-label="Comment on a ${kind} of this ${what}">+</a><a class="${styles.mark}" href="${self}" aria-label="Link to this ${what}">¶</a>`
}

/**
 * Choosing one row of a table or one line of code: a folded list below it, so that a listing of forty lines has one
 * stop for the keyboard and not forty. A browser that goes to what is in it unfolds it.
 */
export function linePicker(
  kind: 'row' | 'line',
  lines: readonly { readonly key: string; readonly text: string }[],
  linksOf: (key: string) => PassageLinks,
): Html {
  return html`<details class="${styles.picker}"><summary>Comment on ${kind === 'row' ? 'a row' : 'a line'}</summary><ol id="${pickerId(lines[0]?.key ?? '')}">${lines.map(
    ({ key, text }) =>
      html`<li><a href="${linksOf(key).comment}" data-compose="thread" data-block="${key}">${text.trim()}</a> <a href="${linksOf(key).self}" aria-label="Link to “${firstWords(text.trim())}”">¶</a></li>`,
  )}</ol></details>`
}

/** Choosing a node or an edge of a diagram: each is words of its source. */
export function partPicker(
  blockKey: string,
  parts: readonly {
    readonly words: string
    readonly start: number
    readonly end: number
    readonly href: string
  }[],
): Html | null {
  return parts.length === 0
    ? null
    : html`<details class="${styles.picker}"><summary>Comment on a node or an edge</summary><ol>${parts.map(
        ({ words, start, end, href }) =>
          html`<li><a href="${href}" data-compose="thread" data-block="${blockKey}" data-start="${start}" data-end="${end}">${words}</a></li>`,
      )}</ol></details>`
}

/** Heads beside one passage; the others are counted. */
export const HEADS_AT_A_PLACE = 3

/** In the margin: the heads of the threads about a passage, level with its first line. */
export function passageHeads(heads: readonly Html[], more: Html | null): Html | null {
  return heads.length === 0 && !more
    ? null
    : html`<div class="${styles.heads}" role="group" aria-label="Threads about this passage">${heads}${more}</div>`
}

/**
 * Threads behind a passage, beyond those that have a head of their own: folded to their number.
 *
 * @param id by which the margin opens it
 * @param isAlone no other of this passage has a line: then it is not "more"
 */
export function foldedThreads(
  id: string,
  count: number,
  threads: readonly Html[],
  lines: readonly Html[],
  counted: Html | null,
  isAlone: boolean,
): Html {
  return html`<details class="${styles.rest}" id="${id}"><summary>${plural(count, isAlone ? 'thread' : 'more thread')}</summary>${threads}${
    (lines.length > 0 || counted) && threadLines(lines, counted)
  }</details>`
}

/** The same in the margin. It leads to the place where they are folded. */
export const moreHeads = (id: string, count: number, isAlone: boolean): Html =>
  html`<a class="${styles.more}" href="#${id}" data-rest="${id}">${isAlone ? plural(count, 'thread') : `${count} more`}</a>`
