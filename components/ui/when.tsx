const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A moment, always in UTC: server and browser write the same words, whatever zone either is in. */
export function whenWords(at: string): string {
  const date = new Date(at)
  // What a database calls infinity, or a year of six digits, is said as it stands.
  if (Number.isNaN(date.getTime())) return at
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return `${day}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`
}

const UNITS = [
  ['year', 365.25 * 24 * 60],
  ['month', 30.4375 * 24 * 60],
  ['day', 24 * 60],
  ['hour', 60],
  ['minute', 1],
] as const

/**
 * How long ago that was, or how long it still is, as people say it: `3 days ago`, `in 2 hours`, `just now` within a minute.
 * Empty where there is no such moment.
 *
 * @param now milliseconds since 1970; the server's, so that a page without scripts says it too
 */
export function ageWords(at: string, now: number): string {
  const minutes = (now - new Date(at).getTime()) / 60_000
  if (!Number.isFinite(minutes)) return ''
  const [unit, long] = UNITS.find(([, length]) => Math.abs(minutes) >= length) ?? [null, 1]
  if (unit === null) return 'just now'
  const count = Math.floor(Math.abs(minutes) / long)
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return minutes > 0 ? `${words} ago` : `in ${words}`
}

/** The clock of whoever stood in that zone: `23:30 (+0530 there)`; empty for UTC, which is shown anyway. */
export function zoneWords(at: string, zone: number): string {
  const there = new Date(new Date(at).getTime() + zone * 60_000)
  if (zone === 0 || Number.isNaN(there.getTime())) return ''
  const two = (n: number) => String(n).padStart(2, '0')
  const minutes = Math.abs(zone)
  const offset = `${zone < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
  return `${two(there.getUTCHours())}:${two(there.getUTCMinutes())} where it was sent (${offset})`
}

/** The moment, and beside it how long ago. For pages that a server makes: a browser would count from another clock. */
export function When({ at, now = Date.now() }: { at: string; now?: number }) {
  const age = ageWords(at, now)
  return (
    <>
      <time dateTime={at}>{whenWords(at)}</time>
      {age !== '' && ` (${age})`}
    </>
  )
}
