/**
 * When a mail is tried again. A server that says "not now" means minutes (greylisting) or hours (a full disk); RFC 5321
 * (4.5.4.1) wants at least half an hour after the first tries, and four to five days before anybody gives up.
 */
const MINUTE_MS = 60_000
const DELAYS_MIN = [1, 5, 15, 30, 60, 120, 240] as const
export const GIVE_UP_AFTER_MS = 5 * 24 * 60 * MINUTE_MS

/** `attempts`: so many have failed, at least one. */
export function retryDelayMs(attempts: number): number {
  return (DELAYS_MIN[Math.min(attempts, DELAYS_MIN.length) - 1] ?? 1) * MINUTE_MS
}

/** How long the whole outbox waits when no server could be reached, so many times in a row. */
export function reconnectDelayMs(failures: number): number {
  return Math.min(5 * MINUTE_MS, 5000 * 2 ** Math.min(failures, 10))
}
