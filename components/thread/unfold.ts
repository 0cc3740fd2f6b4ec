/**
 * Opening what is folded: a thread by its head in the margin, and whatever the page's address points at. Links do most of
 * it by themselves; a browser unfolds what is around the target of an address, not the target.
 */
import { anchor } from '#lib/review/proposal/address.ts'

/** A thread, and everything around it. False: it was open. */
export function unfold(element: Element): boolean {
  let isNew = false
  const own = element.matches('section') ? element.querySelector(':scope > details') : null
  for (let at: Element | null = own ?? element; at; at = at.parentElement) {
    if (!(at instanceof HTMLDetailsElement) || at.open) continue
    at.open = true
    isNew = true
  }
  return isNew
}

/** By its number. */
export const threadElement = (number: string | number) =>
  document.getElementById(anchor.thread(Number(number)))

/** A second press folds it again. */
export function pressHead(head: HTMLElement): void {
  const thread = threadElement(head.dataset.head ?? '')
  const details = thread?.querySelector<HTMLDetailsElement>(':scope > details')
  if (!thread) {
    location.assign(head.getAttribute('href') ?? '')
    return
  }
  if (details?.open) {
    details.open = false
    return
  }
  // Of what the page had no room for there is a line, which fetches it.
  const line = thread.querySelector<HTMLElement>('a[data-piece]')
  unfold(thread)
  if (!details && line) line.click()
  thread.scrollIntoView({ block: 'nearest' })
  details?.querySelector('summary')?.focus({ preventScroll: true })
}

/** Shows what the address points at; a thread, or a comment of one that the page shows as a line. */
export function showTarget(): void {
  let id: string
  try {
    id = decodeURIComponent(location.hash.slice(1))
  } catch {
    return // an address that somebody made up
  }
  if (id === '') return
  const thread = /^t([1-9]\d{0,8})(?:-c\d+)?$/.exec(id)?.[1]
  const target = document.getElementById(id) ?? (thread === undefined ? null : threadElement(thread))
  if (!target) return
  const line = target.matches('li') ? target.querySelector<HTMLElement>('a[data-piece]') : null
  const isNew = unfold(target)
  if (line) line.click()
  if (isNew) target.scrollIntoView()
}

/** Heads say which thread is open; who folds one is at its head again. */
export function onFold(event: Event): void {
  const details = event.target
  if (!(details instanceof HTMLDetailsElement)) return
  const number = details.parentElement?.matches('section[id^="t"]') ? details.parentElement.id.slice(1) : ''
  const head = document.querySelector<HTMLElement>(`[data-head="${CSS.escape(number)}"]`)
  if (!head) return
  if (details.open) head.dataset.open = ''
  else delete head.dataset.open
  const isLost = details.contains(document.activeElement) || document.activeElement === document.body
  if (!details.open && isLost && head.checkVisibility()) head.focus({ preventScroll: true })
}
