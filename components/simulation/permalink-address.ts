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

/**
 * On the model's own page the address names the variant, so that reloading, or sending it, gives what is shown. A
 * link to a state of the variant that was left would contradict it.
 */
export function showVariantInAddress(variant: string): void {
  const address = new URL(window.location.href)
  address.searchParams.set('variant', variant)
  address.hash = ''
  window.history.replaceState(null, '', address)
}
