import { isSlug } from '#lib/review/proposal/address.ts'

/** Which of the mails that wait are shown. Null: whichever. */
export type QueueFilter = {
  /** A flag. */
  readonly reason: string | null
  /** A part of the address. */
  readonly sender: string | null
  /** A list that vouches for it. */
  readonly list: string | null
  readonly rfc: string | null
  /** The last mail of the page before. */
  readonly after: string | null
}

export const NO_FILTER: QueueFilter = { reason: null, sender: null, list: null, rfc: null, after: null }
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What a request asks for, of which what makes no sense is left out. */
export function queueFilter(
  asked: Readonly<Record<string, string | readonly string[] | undefined>>,
): QueueFilter {
  const one = (name: string, most: number): string | null => {
    const value = asked[name]
    const text = typeof value === 'string' ? value.trim() : ''
    return text === '' || text.length > most || text.includes('\0') ? null : text
  }
  const [reason, rfc, after] = [one('reason', 60), one('rfc', 80), one('after', 36)]
  return {
    reason: reason !== null && /^[a-z0-9-]+$/.test(reason) ? reason : null,
    sender: one('sender', 320)?.toLowerCase() ?? null,
    list: one('list', 200),
    rfc: rfc !== null && isSlug(rfc) ? rfc : null,
    after: after !== null && UUID.test(after) ? after : null,
  }
}
