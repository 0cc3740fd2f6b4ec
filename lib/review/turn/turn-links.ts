/** Where a turn is done: each leads to the page on which its act is. */
import { site } from '#lib/review/proposal/address.ts'
import type { TurnAct } from './turn.ts'

export function turnHref(
  slug: string,
  { act, thread }: { readonly act: TurnAct; readonly thread: number },
): string {
  switch (act) {
    case 'answer':
    case 'confirm':
    case 'respond':
      return site.thread(slug, thread)
    case 'handle-mail':
      return site.queue({ rfc: slug })
    case 'name-author':
    case 'name-maintainer':
      return site.people(slug)
    case 'complete':
      return site.gate(slug, null)
    case 'mend-claim':
    case 'publish':
    case 'review':
      return site.proposal(slug)
    case 'read-again':
    case 'lift-hold':
    case 'ask-for-review':
    case 'call-last':
    case 'watch-last-call':
    case 'decide':
      return site.reviewState(slug)
  }
}

const HOUR_MS = 60 * 60_000

/** How long something has waited, in the largest unit that says it: `3 days`. */
export function ageWords(since: number, now: number): string {
  const hours = Math.max(0, Math.floor((now - since) / HOUR_MS))
  if (hours < 1) return 'less than an hour'
  if (hours < 48) return hours === 1 ? '1 hour' : `${hours} hours`
  return `${Math.floor(hours / 24)} days`
}

const NAMES = 3

/** `Reva, Max and 2 more`; `nobody` where that is so. */
export function namesWords(names: readonly string[]): string {
  if (names.length === 0) return 'nobody'
  const more = names.length - NAMES
  return more > 0 ? `${names.slice(0, NAMES).join(', ')} and ${more} more` : names.join(', ')
}
