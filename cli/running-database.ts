import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where the database of the running app is: what the start script left in the data folder. Undefined when the app was
 * never started here.
 */
export function runningDatabase(dataFolder: string): string | undefined {
  try {
    return readFileSync(join(dataFolder, 'database.url'), 'utf8').trim()
  } catch {
    return undefined // no such file, or another user's
  }
}

/** Words for an error of the database connection; null for any other error, which is a bug's. */
export function databaseFailure(error: unknown): string | null {
  const text = error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : String(error)
  if (/DATABASE_URL is not set/.test(text))
    return 'there is no database: start the app with `npm start`, or set DATABASE_URL.'
  if (/ECONNREFUSED|DatabaseNotReachable|P1001|Can't reach database server/.test(text))
    return 'the database does not answer: start the app with `npm start`, or set DATABASE_URL.'
  if (/password authentication failed|AuthenticationFailed|P1000/.test(text))
    return 'the database refuses the password: restart the app, or correct DATABASE_URL.'
  return null
}
