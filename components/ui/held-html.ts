/**
 * HTML that is on its way into a page, by the request that it belongs to.
 *
 * A page is sent twice: as HTML, and again as the data that React needs to take it over. For ten thousand comments
 * that React never changes, the second time is waste. So they are handed over beside React: the page puts them here,
 * `StillHtml` takes them while it renders on the server, and in the browser it leaves alone what stands there.
 * Server components and client components are two copies of every module in one process, so the store is the
 * process's own.
 */
type Store = Map<string, ReadonlyMap<string, string>>
const kept = globalThis as typeof globalThis & { coherentHeldHtml?: Store }

function store(): Store {
  kept.coherentHeldHtml ??= new Map()
  return kept.coherentHeldHtml
}

/** @param request a name that no other request has */
export function holdHtml(request: string, pieces: ReadonlyMap<string, string>): void {
  store().set(request, pieces)
}

/** When the response has ended, and not at the first read: a rendering may be tried twice. */
export function dropHtml(request: string): void {
  store().delete(request)
}

/** Empty: nothing is held, as always in the browser. */
export const heldHtml = (request: string, piece: string): string => store().get(request)?.get(piece) ?? ''
