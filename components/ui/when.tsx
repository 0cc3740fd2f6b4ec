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

export function When({ at }: { at: string }) {
  return <time dateTime={at}>{whenWords(at)}</time>
}
