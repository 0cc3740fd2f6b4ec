/**
 * Moments as they come out of the database, which knows some that a `Date` does not (`infinity`, the year 294276): those
 * are said in words, rather than end the page on which one of them stands.
 */
const isMoment = (date: Date) => !Number.isNaN(date.getTime())

/** RFC 3339, UTC. */
export const momentOf = (date: Date): string => (isMoment(date) ? date.toISOString() : 'at no known time')

/** Whole seconds since 1970; 0 for what is no moment. */
export const epochSecondsOf = (date: Date): number => (isMoment(date) ? Math.floor(date.getTime() / 1000) : 0)
