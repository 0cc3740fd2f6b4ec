/**
 * The whole address of a state. `/rfc/<slug>` is the newest revision, whichever that is when the link is
 * followed; a state belongs to the revision that it was found in, so its link names it.
 */
export function permalinkAddress(href: string, slug: string, revision: number, fragment: string): string {
  const address = new URL(href)
  if (address.pathname.replace(/\/$/, '') === `/rfc/${slug}`) {
    address.pathname = `/rfc/${slug}/v${revision}`
  }
  address.hash = fragment
  return address.href
}
