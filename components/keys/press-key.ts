/**
 * What each key does, on whatever page it is pressed: it moves the focus, or presses the link or button that does the same.
 * Where there is nothing to go to, nothing happens.
 */
import { commentOn, selectedQuote } from '#components/thread/selection.ts'
import { threadElement, unfold } from '#components/thread/unfold.ts'
import { showKeys } from './key-sheet.ts'
import type { KeyName } from './page-keys.ts'

const BLOCK = '[data-block]:not(a)'
const THREAD = 'section[id^="t"][data-layout], li[id^="t"]'
/** From the top of the window: what has passed it was read. */
const READING_LINE = 120

const all = (selector: string, within: ParentNode = document) => [
  ...within.querySelectorAll<HTMLElement>(selector),
]
const focused = () => (document.activeElement === document.body ? null : document.activeElement)

function goTo(element: HTMLElement | undefined | null): void {
  if (!element) return
  // What is no stop of the keyboard becomes one for a script alone.
  if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) element.tabIndex = -1
  element.focus({ preventScroll: true })
  const { top, bottom } = element.getBoundingClientRect()
  if (top < READING_LINE / 2 || bottom > window.innerHeight) element.scrollIntoView({ block: 'center' })
}

/** The next or the former one of those in the order of the page, from the one that has the focus or where the reader is. */
function neighbour(
  of: readonly HTMLElement[],
  current: HTMLElement | null,
  step: 1 | -1,
): HTMLElement | undefined {
  const at = current ? of.indexOf(current) : -1
  if (at >= 0) return of[at + step]
  const next = of.findIndex((one) => one.getBoundingClientRect().top > READING_LINE)
  if (step === 1) return next < 0 ? undefined : of[next]
  return next < 0 ? of.at(-1) : of[next - 1]
}

/** The block that has the focus, itself or in what stands around it. */
function currentBlock(): HTMLElement | null {
  const here = focused()
  const own = here?.closest<HTMLElement>(BLOCK)
  if (own) return own
  const key = here?.closest<HTMLElement>('a[data-block]')?.dataset.block
  if (key !== undefined)
    return document.querySelector<HTMLElement>(`[data-block="${CSS.escape(key)}"]:not(a)`)
  return null
}

const shown = (elements: readonly HTMLElement[]) => elements.filter((one) => one.checkVisibility())

/** The thread that has the focus, by itself or by its head; on its own page, that one. */
function currentThread(): HTMLElement | null {
  const here = focused()
  const head = here?.closest<HTMLElement>('[data-head]')?.dataset.head
  if (head !== undefined) return threadElement(head)
  return (
    here?.closest<HTMLElement>(THREAD) ?? document.querySelector<HTMLElement>('section[data-layout="page"]')
  )
}

/** Its head where that is shown, else its line. */
function goToThread(thread: HTMLElement | undefined): void {
  if (!thread) return
  const isOpen = thread.querySelector(':scope > details[open]') !== null
  const head = document.querySelector<HTMLElement>(`[data-head="${CSS.escape(thread.id.slice(1))}"]`)
  const isHeadThere = !isOpen && head?.checkVisibility() === true
  if (!isHeadThere && thread.parentElement) unfold(thread.parentElement)
  goTo(isHeadThere ? head : thread.querySelector<HTMLElement>('summary, a'))
}

function stepThread(step: 1 | -1, threads: readonly HTMLElement[]): void {
  const link = document.querySelector<HTMLElement>(
    step === 1 ? 'a[data-thread="next"]' : 'a[data-thread="before"]',
  )
  if (link) {
    link.click()
    return
  }
  const current = currentThread()
  // A thread behind its passage is where its passage is.
  goToThread(neighbour(threads, current && threads.includes(current) ? current : null, step))
}

/** The write-up that has the focus, or that is read. */
function currentPart(parts: readonly HTMLElement[]): HTMLElement | null {
  const here = focused()?.closest<HTMLElement>('[data-writeup]') ?? null
  return here ?? parts.filter((part) => part.getBoundingClientRect().top <= READING_LINE).at(-1) ?? null
}

/** Where nothing is read yet it is all of it. */
function commentOnWhole(): void {
  const parts = all('[data-writeup]')
  const part = currentPart(parts) ?? parts[0]
  part?.querySelector<HTMLElement>('a[data-compose="thread"][data-block^="whole:"]')?.click()
}

function stepWriteup(step: 1 | -1): void {
  const link = document.querySelector<HTMLElement>(step === 1 ? 'a[rel="next"]' : 'a[rel="prev"]')
  if (link) {
    link.click()
    return
  }
  const parts = all('[data-writeup]')
  const current = currentPart(parts)
  const next = current ? parts[parts.indexOf(current) + step] : parts[0]
  goTo(next?.querySelector<HTMLElement>('h2') ?? next)
  next?.scrollIntoView()
}

function comment(isObjection: boolean): void {
  const selected = selectedQuote()
  const block = selected?.block ?? currentBlock()
  const key = selected?.key ?? block?.dataset.block
  if (key === undefined || !commentOn(key, selected?.quote ?? null) || !isObjection) return
  const form = document.querySelector('form[data-opened]')
  const choice = form?.querySelector<HTMLInputElement | HTMLOptionElement>('[value="objection"]')
  if (choice instanceof HTMLInputElement) choice.click()
  else if (choice instanceof HTMLOptionElement) {
    choice.selected = true
    choice.parentElement?.dispatchEvent(new Event('change', { bubbles: true }))
  }
}

function reply(): void {
  const thread = currentThread()
  if (!thread) return
  unfold(thread)
  const article = focused()?.closest('article')
  const links = all('a[data-compose="reply"]', article && thread.contains(article) ? article : thread)
  const link = links.at(-1)
  if (link) link.click()
  else thread.querySelector<HTMLElement>('a[data-piece]')?.click()
}

function search(): void {
  const field = document.querySelector<HTMLElement>('input[type="search"]')
  if (field?.checkVisibility()) field.focus()
  else location.assign('/search')
}

const WAITING_OBJECTION = ':is([data-state="open"], [data-state="answered"])[data-kind="objection"]'

function act(): void {
  const thread = currentThread()
  if (thread) unfold(thread)
  goTo(thread?.querySelector<HTMLElement>('form[data-press="state"] button'))
}

function stepUnread(): void {
  const link = document.querySelector<HTMLElement>('a[data-thread="unread"]')
  if (link) link.click()
  else stepThread(1, all('section[data-unread], li[data-unread]'))
}

const ACTS: Readonly<Record<KeyName, () => void>> = {
  j: () => goTo(neighbour(shown(all(BLOCK)), currentBlock(), 1)),
  k: () => goTo(neighbour(shown(all(BLOCK)), currentBlock(), -1)),
  ']': () => stepWriteup(1),
  '[': () => stepWriteup(-1),
  n: () => stepThread(1, all(THREAD)),
  p: () => stepThread(-1, all(THREAD)),
  N: stepUnread,
  o: () => stepThread(1, all(`section${WAITING_OBJECTION}, li${WAITING_OBJECTION}`)),
  c: () => comment(false),
  O: () => comment(true),
  W: commentOnWhole,
  r: reply,
  w: act,
  '.': () => currentThread()?.querySelector<HTMLElement>('[data-then-now]')?.click(),
  l: () => document.querySelector<HTMLElement>('[data-announced]')?.click(),
  '/': search,
  '?': showKeys,
}

export const pressKey = (key: KeyName): void => ACTS[key]()
