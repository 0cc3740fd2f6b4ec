/** Puts what the server answered into the page: a comment where it belongs, a thread where its line stood. */
import { anchor } from '#lib/review/proposal/address.ts'
import type { ChangedAnswer, StoredAnswer } from './comment-form-state.ts'
import { elementFrom } from './element-from.ts'
import { type Layout, piece } from './open-form.ts'
import { placeBehind, putHead } from './passage-place.ts'
import styles from './thread.module.css'
import { unfold } from './unfold.ts'

const articleOf = (answer: { readonly thread: number; readonly comment: number }, layout: Layout) =>
  document.getElementById(anchor.comment(answer.thread, answer.comment, layout))

/**
 * @param form in which it was written; it may be gone from the page meanwhile
 * @returns whether the comment is on the page now
 */
export function putComment(form: HTMLFormElement, answer: StoredAnswer, layout: Layout): boolean {
  // A second try of what had arrived: after a reload the comment is here already.
  const isHere = articleOf(answer, layout) !== null
  const made = isHere ? null : elementFrom(answer.html)
  const [parent] = answer.ancestors
  if (made && parent === undefined) putThread(form, made)
  else if (made && parent !== undefined) {
    const item = document.getElementById(anchor.comment(answer.thread, parent, layout))?.closest('li')
    listFor(item, answer.isBeside)?.append(made)
  }
  if (layout === 'inline') putHead(answer.head, answer.blockKey, answer.comment === 1)
  if (answer.openThreads !== null) countThreads(answer.openThreads, answer.thread)
  return articleOf(answer, layout) !== null
}

/** At its form; where that was closed during the send, behind its passage. */
function putThread(form: HTMLFormElement, thread: HTMLElement): void {
  if (form.isConnected) {
    form.before(thread)
    return
  }
  placeBehind(form.querySelector<HTMLInputElement>('input[name="blockKey"]')?.value ?? '')?.append(thread)
}

export function listFor(item: HTMLElement | null | undefined, isBeside: boolean): Element | null {
  if (!item) return null
  if (isBeside) return item.parentElement
  const list = [...item.children].find((child) => child instanceof HTMLOListElement)
  if (list) return list
  const made = document.createElement('ol')
  made.className = styles.replies ?? ''
  item.append(made)
  return made
}

/** Focuses a comment; false: it is not on this page. */
export function goTo(answer: StoredAnswer, layout: Layout): boolean {
  const article = articleOf(answer, layout)
  if (!article) return false
  article.focus({ preventScroll: true })
  article.scrollIntoView({ block: 'nearest' })
  return true
}

/** Other words, or a tombstone: the comment alone, whose answers stay. False: there is nothing to put, or no place. */
export function replaceComment(
  answer: Pick<StoredAnswer, 'thread' | 'comment' | 'html' | 'head'>,
  layout: Layout,
): boolean {
  const old = articleOf(answer, layout)
  // It comes alone or in its thread.
  const made = elementFrom(answer.html)
  const next = made?.matches('article') ? made : made?.querySelector('article')
  if (!old || !(next instanceof HTMLElement)) return false
  // A form that is open in it stays with what was typed.
  const form = old.querySelector('form[data-comment-form]')
  old.replaceWith(next)
  if (form) next.append(form)
  if (layout === 'inline') putHead(answer.head, '', answer.comment === 1)
  return true
}

/** A thread in another state, with the comments that the page has of it; the focus goes to what can be done next. */
export function replaceThread(answer: ChangedAnswer, layout: Layout): boolean {
  const old = document.getElementById(anchor.thread(answer.thread))
  const next = elementFrom(answer.html)
  const list = old?.querySelector(`.${styles.comments}`)
  const place = next?.querySelector(`.${styles.comments}`)
  if (!old || !next || !list || !place) return false
  place.replaceWith(list)
  // To change a thread is not to have read it.
  const { unread } = old.dataset
  if (unread !== undefined) next.dataset.unread = unread
  old.replaceWith(next)
  if (layout === 'inline') putHead(answer.head, '', answer.comment === 1)
  if (answer.openThreads !== null) countThreads(answer.openThreads, answer.thread)
  const title = document.getElementById('thread-title')
  if (layout === 'page' && title && answer.title !== '') title.textContent = answer.title
  const target =
    next.querySelector<HTMLElement>(':scope > details:not([open]) > summary') ??
    [...next.querySelectorAll<HTMLElement>('form[data-press="state"] button')].at(-1) ??
    next.querySelector<HTMLElement>('article')
  target?.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
  return true
}

export function countThreads(open: number, newest: number): void {
  const summary = document.querySelector<HTMLElement>('[data-open-threads]')
  if (!summary) return
  const words = `${open} open ${open === 1 ? 'thread' : 'threads'}`
  countOfWriteup(newest, open - Number(summary.dataset.openThreads))
  summary.dataset.openThreads = String(open)
  if (summary instanceof HTMLAnchorElement) summary.textContent = words
  else {
    const link = document.createElement('a')
    link.href = `#${anchor.thread(newest)}`
    link.dataset.openThreads = String(open)
    link.textContent = words
    summary.replaceWith(link)
  }
}

/** The outline says how many of each write-up are open. */
function countOfWriteup(thread: number, more: number): void {
  const writeup = document.getElementById(anchor.thread(thread))?.closest<HTMLElement>('[data-writeup]')
  for (const count of document.querySelectorAll<HTMLElement>(
    `[data-open-of="${writeup?.dataset.writeup}"]`,
  )) {
    const open = Math.max(0, Number(count.dataset.open) + more)
    count.dataset.open = String(open)
    count.textContent = open === 0 ? '' : `${open} open`
  }
}

/** Puts the whole of a thread where a line or a part of it stands. */
export async function openThreadInPlace(link: HTMLAnchorElement, pieceAddress: string): Promise<void> {
  const number = Number(link.dataset.piece)
  const thread = await piece(pieceAddress, link)
  const here = document.getElementById(anchor.thread(number))
  if (!thread || !here) return
  const list = here.tagName === 'LI' ? here.parentElement : null
  if (list) {
    here.remove()
    list.before(thread)
    if (list.childElementCount === 0) list.remove()
  } else {
    here.replaceWith(thread)
  }
  unfold(thread)
  thread.querySelector<HTMLElement>('article')?.focus({ preventScroll: true })
  thread.scrollIntoView({ block: 'nearest' })
}

/** Puts the lines of a passage's threads where their number stands. */
export async function openLinesInPlace(link: HTMLAnchorElement): Promise<void> {
  const list = await piece(link.dataset.lines ?? '', link)
  const item = link.closest('li')
  if (!list || !item) return
  const lines = [...list.querySelectorAll<HTMLElement>(':scope > li')]
  const fresh = lines.filter(({ id }) => id !== '' && document.getElementById(id) === null)
  const more = lines.find(({ id }) => id === '')
  // More than are sent at once: the page that has them all is the way on.
  if (fresh.length === 0) return location.assign(link.href)
  item.before(...fresh)
  if (more) item.replaceWith(more)
  else item.remove()
  fresh[0]?.querySelector<HTMLElement>('a')?.focus({ preventScroll: true })
}
