/**
 * Watches what is in view. A thread was read when its last comment stood open in the window for a while, a write-up when its
 * end did. Both are sent together, some seconds later or when the page goes; what did not arrive is sent with the next.
 */
import { site } from '#lib/review/proposal/address.ts'

const LOOK_MS = 1000
const SEND_MS = 3000
/** As many as one form may name (lib/review/thread/read-input.ts). */
const AT_ONCE = 200

/** @param revision whose write-ups the page has; null: it has none */
export function watchRead(slug: string, revision: number | null): () => void {
  /** In view at the last look. */
  let before = new Set<string>()
  const waiting = new Set<string>()
  const sent = new Set<string>()
  let begun: number | null = null

  const look = () => {
    if (document.hidden) {
      before = new Set()
      return
    }
    const here = inView(revision)
    for (const one of here) {
      if (!before.has(one) || sent.has(one)) continue
      sent.add(one)
      waiting.add(one)
      begun ??= performance.now()
    }
    before = here
    if (begun !== null && performance.now() - begun > SEND_MS) void send()
  }
  const formOf = (some: readonly string[]) => {
    const form = new FormData()
    form.set('quiet', '1')
    for (const one of some) {
      const [name = '', value = ''] = one.split('=')
      form.append(name, value)
    }
    return form
  }
  const taken = () => {
    begun = null
    const some = [...waiting].slice(0, AT_ONCE)
    for (const one of some) waiting.delete(one)
    return some
  }
  const send = async () => {
    const some = taken()
    if (some.length === 0) return
    try {
      const answer = await fetch(site.postRead(slug), { method: 'POST', body: formOf(some) })
      if (answer.ok) markHere(some)
      // Signed out meanwhile, or not there any more: it would be refused again.
      else if (answer.status >= 500 || answer.status === 429) again(some)
    } catch {
      again(some)
    }
  }
  const again = (some: readonly string[]) => {
    for (const one of some) waiting.add(one)
    begun = performance.now()
  }
  const onLeave = () => {
    const some = taken()
    if (some.length > 0) navigator.sendBeacon(site.postRead(slug), formOf(some))
  }
  const timer = window.setInterval(look, LOOK_MS)
  window.addEventListener('pagehide', onLeave)
  return () => {
    window.clearInterval(timer)
    window.removeEventListener('pagehide', onLeave)
    onLeave()
  }
}

const isInView = (element: Element): boolean => {
  const { top, bottom, height } = element.getBoundingClientRect()
  return height > 0 && bottom > 0 && top < window.innerHeight
}

/** `thread=5.12`, `part=cover.3`: as the form names them. */
function inView(revision: number | null): Set<string> {
  const found = new Set<string>()
  for (const thread of document.querySelectorAll<HTMLElement>('section[data-unread]')) {
    const details = thread.querySelector<HTMLDetailsElement>(':scope > details')
    if (details && !details.open) continue
    // The newest is not always the last on the page: answers stand below what they answer.
    const newest = Math.max(0, ...[...thread.querySelectorAll('article')].map(numberOf))
    const article = [...thread.querySelectorAll('article')].find((one) => numberOf(one) === newest)
    if (article && newest > 0 && isInView(article)) found.add(`thread=${thread.id.slice(1)}.${newest}`)
  }
  if (revision === null) return found
  for (const part of document.querySelectorAll<HTMLElement>('[data-writeup]')) {
    const { bottom } = part.getBoundingClientRect()
    if (bottom > 0 && bottom < window.innerHeight + 80) found.add(`part=${part.dataset.writeup}.${revision}`)
  }
  return found
}

const numberOf = (article: Element): number => Number(/c(\d+)$/.exec(article.id)?.[1] ?? 0)

/** Takes the marks away; nothing else moves by it. */
function markHere(some: readonly string[]): void {
  for (const one of some) {
    const number = /^thread=(\d+)\./.exec(one)?.[1]
    const thread = number === undefined ? null : document.getElementById(`t${number}`)
    if (!thread) continue
    const unread = Number(thread.dataset.unread ?? 0)
    const writeup = thread.closest<HTMLElement>('[data-writeup]')?.dataset.writeup
    delete thread.dataset.unread
    delete document.querySelector<HTMLElement>(`[data-head="${number}"]`)?.dataset.unread
    for (const count of document.querySelectorAll<HTMLElement>(
      `[data-unread-of="${CSS.escape(writeup ?? '')}"], [data-unread-all]`,
    )) {
      const left = Math.max(0, Number(count.dataset.count) - unread)
      count.dataset.count = String(left)
      count.textContent = left === 0 ? 'all read' : `${left} unread`
    }
  }
}
