import type { ReactNode } from 'react'
import { markNotThere } from '#lib/log.server.ts'
import NotFound from './not-found.tsx'

/**
 * In place of a page that nobody made, or that this viewer may not know of: a 404 with words (scripts/failure-answers.ts).
 * Next's own `notFound()` leaves the words to the browser's scripts: without them the page is empty.
 *
 * @param children words of the page's own, instead of those of the site
 */
export function NotThere({ children = <NotFound /> }: { readonly children?: ReactNode }) {
  markNotThere()
  return children
}
