import type { Refusal, RequestHead } from './admit.ts'
import type { Turn } from './turns.ts'

/**
 * Requests that cost the app's one thread much more than others do, whoever sends them: they take turns before anything is
 * made of them, so that whoever sends many waits for themselves.
 *
 * - `password`: a form with one. The password costs 50 ms of a second processor, the page of the answer some 20 of this one.
 * - `upload`: a form with a file.
 * - `words`: a form with a comment; the longer it is, the more there is to read, store and draw.
 * - `page`: a page with a text and its threads, some tenths of a second.
 */
export type Costly = 'password' | 'upload' | 'words' | 'page'

const PASSWORD = /^\/(?:sign-in|sign-up|first-admin|reset-password|me)(?:\/|$)/
const WORDS = /^\/rfc\/[^/]+\/(?:act|comment|reply|edit-comment|review\/(?:draft|publish))\/?$/
const UPLOAD = /^\/import\/?$/
/** The whole text, one write-up of it, two revisions beside each other, a thread, a review, news; as a page or as JSON. */
const PAGE =
  /^\/rfc\/[^/]+(?:\/v\d+(?:\.\.v\d+)?(?:\.json|\/[^/.]+)?|\/t\/\d+(?:\.json)?|\/review|\/live\/v\d+)?\/?$/

/** @param target the request target, a path with its query */
export function costlyKind({ method, target }: Pick<RequestHead, 'method' | 'target'>): Costly | null {
  const path = target.split('?', 1)[0] ?? ''
  // A form of another kind that a page of a text has (the theme, signing out) draws that page anew.
  if (PAGE.test(path)) return 'page'
  if (method !== 'POST') return null
  if (PASSWORD.test(path)) return 'password'
  if (WORDS.test(path)) return 'words'
  return UPLOAD.test(path) ? 'upload' : null
}

const STREAM = /^\/rfc\/[^/]+\/live\/?$/
/** Whether its answer goes on for as long as somebody reads it. */
export const isStream = (target: string): boolean => STREAM.test(target.split('?', 1)[0] ?? '')

const SECOND = 1000
const QUEUE = { waiting: 400, waitingOfNetwork: 100 }

export const TURNS: Readonly<Record<Costly, Turn>> = {
  // Two are hashed at a time; with the rest ten are answered in a second, a fifth of the thread's time.
  password: { ...QUEUE, atOnce: 2, ofNetwork: 1, waitMs: 10 * SECOND, restMs: 100 },
  // The process beside the app reads one at a time, and four may wait for it.
  upload: { ...QUEUE, atOnce: 4, ofNetwork: 2, waitMs: 20 * SECOND, restMs: 200 },
  words: { ...QUEUE, atOnce: 4, ofNetwork: 2, waitMs: 20 * SECOND, restMs: 0 },
  // Two at a time on one thread are both ready when the second is.
  page: { ...QUEUE, atOnce: 1, ofNetwork: 1, waitMs: 20 * SECOND, restMs: 0 },
}

/** Refusals of what brings much: forty in a second, and whoever waits for too long is refused without one. */
export const REFUSALS_OF_MUCH: Turn = { ...QUEUE, atOnce: 4, ofNetwork: 2, waitMs: 5 * SECOND, restMs: 100 }

/** Bytes of words that are answered in no time; most comments are shorter. */
const SHORT = 8 * 1024
const BYTES_OF_A_MS = 64

/** How long the place of a request rests: a second for the longest comment. */
export function restOf(kind: Costly, bytes: number): number {
  return kind === 'words' && bytes > SHORT ? Math.round(bytes / BYTES_OF_A_MS) : TURNS[kind].restMs
}

/** Seconds, of `Retry-After`. */
const RETRY_AFTER = 5

const FORMS: Readonly<Record<Costly, string>> = {
  password: 'Many people are signing in at this moment',
  words: 'Many comments are being sent at this moment',
  upload: 'Many files are being read at this moment',
  page: 'Many people are reading at this moment',
}

/** What is said to whom no turn came. Nothing was read of what they sent. */
export function noTurn(kind: Costly, method: string): Refusal {
  const isReading = method === 'GET' || method === 'HEAD'
  const headers = { 'retry-after': String(RETRY_AFTER) }
  if (isReading) {
    return {
      status: 503,
      title: 'Too many at once',
      words: `${FORMS[kind]}. The page asks again by itself in ${RETRY_AFTER} seconds.`,
      headers: { ...headers, refresh: String(RETRY_AFTER) },
    }
  }
  return {
    status: 429,
    title: 'Too many at once',
    words: `${FORMS[kind]}, and nothing was done with your form. Go back: it is as you left it. Wait ${RETRY_AFTER} seconds, and send it again.`,
    headers,
  }
}
