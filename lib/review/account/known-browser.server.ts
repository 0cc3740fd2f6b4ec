import 'server-only'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { env } from '#lib/env.server.ts'

/**
 * A browser from which an account was entered before, remembered in a signed cookie. It proves nothing about who sits
 * there: it only gives the account's owner tries of his own, so that whoever guesses passwords from elsewhere cannot
 * keep him out (OWASP calls these device cookies).
 */
export const KNOWN_BROWSER_COOKIE = 'coherent.browser'

/** Seconds: a year. */
export const KNOWN_BROWSER_AGE = 365 * 24 * 60 * 60

export function knownBrowserCookie(email: string): string {
  const id = randomBytes(12).toString('base64url')
  return `${id}.${seal(id, email)}`
}

/** The browser's id when the cookie was made here for this address; else null. */
export function knownBrowser(cookie: string | undefined, email: string): string | null {
  const [id, mac, rest] = cookie?.split('.') ?? []
  if (!id || !mac || rest !== undefined) return null
  const [given, own] = [Buffer.from(mac), Buffer.from(seal(id, email))]
  return given.length === own.length && timingSafeEqual(given, own) ? id : null
}

function seal(id: string, email: string): string {
  return createHmac('sha256', env.secret)
    .update(`known browser\n${id}\n${email.toLowerCase()}`)
    .digest('base64url')
}
