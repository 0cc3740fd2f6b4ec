/** What is said where no page of the product can be made: the database is away, or the program failed. */
export type Failure = {
  readonly status: 500 | 503
  readonly title: string
  readonly words: string
  readonly headers: Readonly<Record<string, string>>
}

/** Seconds. A killed Postgres is back within a few. */
export const RETRY_AFTER = 10

/** Seconds, where too much is asked at once. */
export const NOT_NOW_RETRY_AFTER = 60

/** Reading changes nothing, so it is asked again by itself; of what was sent nobody knows here whether it was stored. */
const isReading = (method: string) => method === 'GET' || method === 'HEAD'

const OF_WHAT_WAS_SENT =
  'It is not known whether what you sent was stored. Go back: your text is still in the form. Look whether it arrived, or send it again; a comment that is here already is not stored twice.'

/** @param number of the request, as the log has it. */
export function databaseIsAway(method: string, number: string | null): Failure {
  const again = `Nothing is wrong with the address. A page asks again by itself in ${RETRY_AFTER} seconds.`
  return {
    status: 503,
    title: 'The database does not answer at the moment',
    words: `${isReading(method) ? again : OF_WHAT_WAS_SENT}${forTheOperator(number)}`,
    headers: {
      'retry-after': String(RETRY_AFTER),
      ...(isReading(method) ? { refresh: String(RETRY_AFTER) } : {}),
    },
  }
}

export function programFailed(method: string, number: string | null): Failure {
  const again = 'Nothing was changed by asking. Try again in a while.'
  return {
    status: 500,
    title: 'The server could not answer',
    words: `${isReading(method) ? again : OF_WHAT_WAS_SENT}${forTheOperator(number)}`,
    headers: {},
  }
}

const forTheOperator = (number: string | null) =>
  number === null
    ? ''
    : ` If it stays so, tell the operator the number ${number}, which is in the server’s log.`
