import 'server-only'

/**
 * What the process was started with, read in one place. `scripts/start.mjs` sets all of it; a deployment that
 * starts Next by itself has to.
 */
function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: start with \`npm start\`, or see docs/operating.md`)
  return value
}

export const env = {
  /** Connection string of the Postgres that holds everything. */
  get databaseUrl() {
    return required('DATABASE_URL')
  },
  /** Signs session cookies; made once by the start script and kept in the data folder. */
  get secret() {
    return required('COHERENT_SECRET')
  },
  /** The address readers use, without a slash at the end: in links of exports, and for the origin check of forms. */
  get publicUrl() {
    const url = process.env.COHERENT_URL ?? `http://localhost:${process.env.PORT ?? '3000'}`
    return url.replace(/\/+$/, '')
  },
}
