/**
 * How much a request may bring, by its path, before anything of it is parsed. What has no row here is a form: the longest
 * comment has 65,536 characters, three bytes each at most, and twice its line ends.
 */

const KB = 1024
const MB = 1024 * KB

/** Bytes of a form. */
export const FORM_LIMIT = 256 * KB
/** Bytes of a mail with its headers, by HTTP as by LMTP. */
export const MAIL_LIMIT = MB + 64 * KB
/** Bytes of the form that brings a mailbox; how large the mailbox may be is said where it is read. */
export const IMPORT_FORM_LIMIT = 12 * MB

/** Bytes of the form by which a mail program ends a mail for its reader: one field. */
export const ONE_CLICK_LIMIT = 4 * KB

/**
 * A form that may be sent from elsewhere, without any page of ours: the page of a web mailer, or its server, ends a mail by one
 * POST to the link in it (RFC 8058, 3.2). It asks for no session, so that nobody's is used by it.
 *
 * @param path of the address, without its query.
 */
export const isFromAnywhere = (path: string): boolean => /^\/unsubscribe\/[^/]+$/.test(path)

/** Bytes of the form that saves a file of a working copy: one of 1 MB, and what stands around it. */
export const COPY_FORM_LIMIT = MB + 64 * KB
/** Bytes of the files that a program pushes: 8 MB in base64, and what stands around them. */
export const PUSH_LIMIT = 12 * MB
/** What the command line of an author sends: files, or words. */
const BY_COMMAND = /^\/api\/rfc\/[^/]+\/([a-z]+)$/

const COPY = /^\/rfc\/[^/]+\/edit\/save$/

export type BodyLimit = {
  readonly bytes: number
  /** What a request must show before so much is taken: its cookie or token is checked by whoever answers it. */
  readonly needs: 'nothing' | 'session' | 'token'
  /** Whether it may come in chunks, without saying its length: only where the one who reads it counts. */
  readonly isCounted: boolean
}

/** @param path of the address, without its query. */
export function bodyLimit(path: string): BodyLimit {
  if (path === '/api/mail') return { bytes: MAIL_LIMIT, needs: 'token', isCounted: true }
  const command = BY_COMMAND.exec(path)?.[1]
  if (command !== undefined)
    return { bytes: command === 'copy' ? PUSH_LIMIT : FORM_LIMIT, needs: 'token', isCounted: true }
  if (path === '/import') return { bytes: IMPORT_FORM_LIMIT, needs: 'session', isCounted: false }
  if (isFromAnywhere(path)) return { bytes: ONE_CLICK_LIMIT, needs: 'nothing', isCounted: true }
  if (COPY.test(path)) return { bytes: COPY_FORM_LIMIT, needs: 'session', isCounted: false }
  return { bytes: FORM_LIMIT, needs: 'nothing', isCounted: false }
}
