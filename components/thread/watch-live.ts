/**
 * Listens to what happens to a proposal. A page that is not looked at does not: a browser has few lines to one site, and each
 * window would take one. Whenever it is looked at again it asks from where it was.
 */
import type { LiveChange } from '#lib/review/feed/live-event.ts'
import { LIVE_KINDS } from '#lib/review/feed/live-event.ts'
import { site } from '#lib/review/proposal/address.ts'

/** Refused, or not there: not asked again at once. A browser itself asks again after a line that broke. */
const AGAIN_MS = 60_000

export function watchLive(
  slug: string,
  after: string,
  tell: (changes: readonly LiveChange[]) => void,
): () => void {
  let source: EventSource | null = null
  let last = after
  let timer: number | undefined

  const open = () => {
    if (source || document.hidden) return
    const made = new EventSource(site.live(slug, last))
    source = made
    made.addEventListener('changes', (event) => {
      last = event.lastEventId || last
      const changes = changesIn(event.data)
      if (changes.length > 0) tell(changes)
    })
    made.addEventListener('error', () => {
      if (made.readyState !== EventSource.CLOSED || source !== made) return
      source = null
      timer = window.setTimeout(open, AGAIN_MS)
    })
  }
  const close = () => {
    window.clearTimeout(timer)
    source?.close()
    source = null
  }
  const onVisible = () => (document.hidden ? close() : open())
  open()
  document.addEventListener('visibilitychange', onVisible)
  window.addEventListener('pagehide', close)
  window.addEventListener('pageshow', open)
  return () => {
    document.removeEventListener('visibilitychange', onVisible)
    window.removeEventListener('pagehide', close)
    window.removeEventListener('pageshow', open)
    close()
  }
}

/** Of another build's server there may be kinds that this page does not know. */
function changesIn(data: unknown): readonly LiveChange[] {
  const value: unknown = JSON.parse(String(data))
  if (!Array.isArray(value)) return []
  return value.filter(
    (one: LiveChange | null) => one !== null && LIVE_KINDS.some((kind) => kind === one.kind),
  )
}
