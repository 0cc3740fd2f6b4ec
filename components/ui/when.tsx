const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A moment, always in UTC: server and browser write the same words, whatever zone either is in. */
export function When({ at }: { at: string }) {
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return (
    <time dateTime={at}>
      {day}, {two(date.getUTCHours())}:{two(date.getUTCMinutes())} UTC
    </time>
  )
}
