import { site } from '#lib/review/proposal/address.ts'
import {
  filterFields,
  PROCESS_FIELD,
  type StoryFilter,
  VARIABLE_FIELD,
  WHOLE_STORY,
} from '#lib/simulation/story-filter.ts'

/**
 * The whole address of a state. That of the proposal is the newest revision, whichever that is when the link is
 * followed; a state belongs to the revision that it was found in, so its link names it.
 */
export function permalinkAddress(href: string, slug: string, revision: number, fragment: string): string {
  const url = new URL(href)
  if (url.pathname.replace(/\/$/, '') === site.proposal(slug)) url.pathname = site.revision(slug, revision)
  // The fragment says what of the story is shown, and nothing else may contradict it.
  withFilter(url, WHOLE_STORY)
  url.hash = fragment
  return url.href
}

/**
 * On the model's own page the address names the variant, so that reloading, or sending it, gives what is shown. A
 * link to a state of the variant that was left would contradict it.
 */
export function showVariantInAddress(variant: string): void {
  const url = new URL(window.location.href)
  url.searchParams.set('variant', variant)
  url.hash = ''
  window.history.replaceState(null, '', url)
}

/** The same of what the story shows: it is what the form without scripts would have sent. */
export function showFilterInAddress(filter: StoryFilter): void {
  const url = new URL(window.location.href)
  withFilter(url, filter)
  url.hash = ''
  window.history.replaceState(null, '', url)
}

function withFilter({ searchParams }: URL, filter: StoryFilter): void {
  searchParams.delete(PROCESS_FIELD)
  searchParams.delete(VARIABLE_FIELD)
  for (const [name, value] of filterFields(filter)) searchParams.append(name, value)
}
