/**
 * The line that says what happened since the page was made. It stands at the foot of the window and moves nothing; what it
 * announces comes when its button is pressed, or `l`.
 */
import { html } from '#components/ui/html.ts'
import type { LiveChange } from '#lib/review/feed/live-event.ts'
import { elementFrom } from './element-from.ts'
import styles from './live.module.css'
import { type LivePage, liveWords } from './live-words.ts'
import { watchLive } from './watch-live.ts'
import { watchRead } from './watch-read.ts'

/** A screen reader is told of what goes on now and then, and not with each comment. */
const SAY_MS = 2000

export function followPage(slug: string, after: string, page: LivePage, marks: boolean): () => void {
  let waiting: readonly LiveChange[] = []
  const status = document.createElement('p')
  status.className = 'visually-hidden'
  status.setAttribute('aria-live', 'polite')
  const line = elementFrom(
    html`<div class="${styles.line}" data-live="" hidden><button type="button" data-announced=""><span></span> <span class="${styles.hint}">· l loads ${page.layout === 'list' ? 'the list' : 'them'}</span></button></div>`
      .text,
  )
  const place = document.querySelector('main') ?? document.body
  place.append(status, ...(line ? [line] : []))
  const words = line?.querySelector('span')
  let timer: number | undefined
  const say = (text: string) => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => {
      status.textContent = text
    }, SAY_MS)
  }
  const show = () => {
    const text = liveWords(waiting, page)
    if (line) line.hidden = text === null
    if (words) words.textContent = text ?? ''
    if (text !== null) say(`${text}. The key l loads ${page.layout === 'list' ? 'the list' : 'them'}.`)
  }
  const load = async () => {
    const text = liveWords(waiting, page)
    if (text === null) return
    const before = waiting
    waiting = []
    // Whoever stood on the button would lose their place with it.
    const wasHere = line?.contains(document.activeElement) === true
    show()
    const { loadLive } = await import('./load-live.ts')
    const first = await loadLive(slug, page, before)
    if (first === null) {
      waiting = [...before, ...waiting]
      show()
      say('It could not be loaded. Try again.')
      return
    }
    say(`Loaded: ${text}.`)
    if (wasHere) first.focus({ preventScroll: true })
  }
  line?.querySelector('button')?.addEventListener('click', () => void load())
  const stops = [
    watchLive(slug, after, (more) => {
      waiting = [...waiting, ...more]
      show()
    }),
    ...(marks ? [watchRead(slug, page.layout === 'inline' ? page.revision : null)] : []),
  ]
  return () => {
    for (const stop of stops) stop()
    window.clearTimeout(timer)
    line?.remove()
    status.remove()
  }
}
