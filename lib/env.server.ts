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
  /** Of one person, through the forms. */
  get commentsPerMinute() {
    const value = process.env.COHERENT_COMMENTS_PER_MINUTE ?? '30'
    if (!/^[1-9]\d{0,6}$/.test(value))
      throw new Error(`COHERENT_COMMENTS_PER_MINUTE=${value} is not a number`)
    return Number(value)
  },
  /** The address readers use, without a slash at the end: in links of exports, and for the origin check of forms. */
  get publicUrl() {
    const url = process.env.COHERENT_URL ?? `http://localhost:${process.env.PORT ?? '3000'}`
    return url.replace(/\/+$/, '')
  },
  /** Mail that comes in. */
  mail: {
    /** The name that our mail server puts first into Authentication-Results; null: none is believed. */
    get authservId() {
      return process.env.COHERENT_AUTHSERV_ID?.trim() || null
    },
    /** `dns`, or a file of DKIM keys: signatures are checked here, where the mail server did not. */
    get dkim() {
      return process.env.COHERENT_DKIM?.trim() || null
    },
    /** `list-id=domain, …`: lists whose mail is accepted although it broke the sender's signature. */
    get lists() {
      return (process.env.COHERENT_LISTS ?? '').split(/[\s,]+/).flatMap((one) => {
        const [listId, domain] = one.split('=')
        return listId && domain ? [{ listId, domain }] : []
      })
    },
    /** Port of the LMTP listener; null: there is none. */
    get lmtpPort() {
      const port = Number(process.env.COHERENT_LMTP_PORT)
      return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null
    },
    get lmtpHost() {
      return process.env.COHERENT_LMTP_HOST ?? '127.0.0.1'
    },
  },
}
