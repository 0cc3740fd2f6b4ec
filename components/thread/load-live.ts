/**
 * Puts what was announced into the page, in place: new comments where they belong, other states at their threads. What is
 * being written stays as it is, with its caret; what cannot be put in place is loaded with the page.
 */
import type { LiveChange } from '#lib/review/feed/live-event.ts'
import { anchor, site } from '#lib/review/proposal/address.ts'
import { elementFrom } from './element-from.ts'
import { countThreads, listFor } from './in-place.ts'
import { LIVE_AT_ONCE, type LivePieces } from './live-pieces.ts'
import { changesOf, type LivePage } from './live-words.ts'
import { placeBehind, putHead } from './passage-place.ts'
import styles from './thread.module.css'

/** Where the first of it stands now; null: it did not come. */
export async function loadLive(
  slug: string,
  page: LivePage,
  changes: readonly LiveChange[],
): Promise<HTMLElement | null> {
  const here = changesOf(changes, page)
  const numbers = [...new Set(here.flatMap(({ thread }) => (thread === undefined ? [] : [thread])))]
  const isWhole = here.some(({ thread }) => thread === undefined)
  if (page.layout === 'list' || isWhole || numbers.length > LIVE_AT_ONCE) {
    location.reload()
    return document.body
  }
  const query = new URLSearchParams(numbers.map((number): [string, string] => ['thread', String(number)]))
  query.set('layout', page.layout)
  let pieces: LivePieces
  try {
    const answer = await fetch(`${site.livePieces(slug, page.revision)}?${query}`, {
      headers: { accept: 'application/json' },
    })
    if (!answer.ok) return null
    pieces = (await answer.json()) as LivePieces // by this site's own program
  } catch {
    return null
  }
  for (const piece of pieces.threads) putThread(slug, piece, page.layout === 'page' ? 'page' : 'inline')
  const last = pieces.threads.at(-1)
  if (last && page.layout === 'inline') countThreads(pieces.open, last.number)
  const [first] = pieces.threads
  const place = first && document.getElementById(anchor.thread(first.number))
  return place?.querySelector<HTMLElement>('summary, article, a') ?? document.body
}

function putThread(slug: string, piece: LivePieces['threads'][number], layout: 'inline' | 'page'): void {
  const next = elementFrom(piece.html)
  const old = document.getElementById(anchor.thread(piece.number))
  if (!next) return
  if (old && layout === 'inline') moveThread(old, piece)
  if (!old) {
    const place = layout === 'inline' ? placeBehind(piece.blockKey) : null
    // The page of one write-up has not the passages of another.
    if (!place) return
    place.append(next)
    putHead(piece.head, piece.blockKey, true)
    return
  }
  if (old.matches('li')) {
    const line = elementFrom(piece.line)
    if (line && !old.contains(document.activeElement)) old.replaceWith(line)
  } else mergeThread(slug, old, next, layout)
  if (layout !== 'inline') return
  putHead(piece.head, '', false)
  const head = document.querySelector<HTMLElement>(`[data-head="${piece.number}"]`)
  if (head && next.dataset.unread !== undefined) head.dataset.unread = next.dataset.unread
}

/** To where it was placed by hand meanwhile, with its head; not while somebody is in it. */
function moveThread(old: HTMLElement, { number, blockKey, head }: LivePieces['threads'][number]): void {
  const place = placeBehind(blockKey)
  if (!place || place.contains(old) || old.contains(document.activeElement)) return
  document.querySelector(`[data-head="${number}"]`)?.remove()
  place.append(old)
  putHead(head, blockKey, true)
}

function mergeThread(slug: string, old: HTMLElement, next: HTMLElement, layout: 'inline' | 'page'): void {
  const [here, there] = [old, next].map((thread) => [...thread.querySelectorAll<HTMLElement>('article')])
  const newest = Math.max(0, ...(here ?? []).map(numberOf))
  const numbers = (there ?? []).map(numberOf)
  if (layout === 'page' && Math.min(...numbers) > newest + 1) {
    // A long thread is read in parts, and this is another one.
    const place = { slug, thread: Number(old.id.slice(1)), comment: Math.max(...numbers) }
    location.assign(site.partOfComment(place))
    return
  }
  // What was left out between the first and the last stays left out: it is behind its link.
  for (const article of there ?? []) mergeComment(article, newest)
  for (const name of ['data-state', 'data-unread', 'aria-label']) {
    const value = next.getAttribute(name)
    if (value !== null) old.setAttribute(name, value)
  }
  // Somebody writes in it, or is at one of its buttons: what stands around the comments stays until the page is loaded.
  if (old.querySelector('form[data-comment-form]') || old.contains(document.activeElement)) return
  const [list, place] = [old, next].map((thread) => thread.querySelector(`.${styles.comments}`))
  if (!list || !place) return
  const isOpen = old.querySelector<HTMLDetailsElement>(':scope > details')?.open === true
  const details = next.querySelector<HTMLDetailsElement>(':scope > details')
  if (details) details.open = isOpen
  place.replaceWith(list)
  old.replaceWith(next)
}

const numberOf = (article: Element): number => Number(/c(\d+)$/.exec(article.id)?.[1] ?? 0)

/** A comment that the page has gets its new words; one that it has not, its place. */
function mergeComment(article: HTMLElement, newest: number): void {
  const here = document.getElementById(article.id)
  if (here) {
    const isSame = here.textContent === article.textContent
    if (isSame || here.querySelector('form') || here.contains(document.activeElement)) return
    here.replaceWith(article.cloneNode(true))
    return
  }
  if (numberOf(article) <= newest) return
  const item = article.closest('li')
  const parent = item?.parentElement?.closest('li')?.querySelector(':scope > article')
  const made = document.createElement('li')
  made.className = item?.className ?? ''
  made.append(article.cloneNode(true))
  const thread = article.closest('section')
  const top = thread && document.getElementById(thread.id)?.querySelector(`.${styles.comments}`)
  const list = parent ? listFor(document.getElementById(parent.id)?.closest('li'), false) : top
  list?.append(made)
}
