import 'server-only'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { env } from '#lib/env.server.ts'

/**
 * Who gets the mail and about which proposal, signed: whoever has it ends that one mail, and can do nothing else with it. It
 * stands in each such mail and works as long as these are sent, so it is not kept: a row for each mail would only say what the
 * signature says. Another secret of the site makes the links of old mails void, as it does sessions.
 *
 * 64 signs of base64url: two ids of 16 bytes, and 16 bytes of HMAC-SHA256.
 */
export type MailOf = { readonly personId: string; readonly proposalId: string }

const FORM = /^[A-Za-z0-9_-]{64}$/
const HEX = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/

export function unsubscribeToken({ personId, proposalId }: MailOf): string {
  const ids = Buffer.from(`${personId}${proposalId}`.replaceAll('-', ''), 'hex')
  return Buffer.concat([ids, seal(ids)]).toString('base64url')
}

/** Null: none that was made here. */
export function readUnsubscribeToken(token: string): MailOf | null {
  if (!FORM.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  const ids = bytes.subarray(0, 32)
  if (!timingSafeEqual(bytes.subarray(32), seal(ids))) return null
  return { personId: uuidOf(ids.subarray(0, 16)), proposalId: uuidOf(ids.subarray(16)) }
}

const uuidOf = (bytes: Buffer) => bytes.toString('hex').replace(HEX, '$1-$2-$3-$4-$5')

const seal = (ids: Buffer) =>
  createHmac('sha256', env.secret).update('end of mail\n').update(ids).digest().subarray(0, 16)
