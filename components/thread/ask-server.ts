/**
 * One send of a form of threads, and what can be known of it. A browser that gets no answer knows that it asked; whether
 * the server did what it was asked it cannot know, and nothing here says so. The key of a draft, and acts that are the
 * same done twice, make another try harmless.
 */
import { type FormAnswer, formAnswer } from './comment-form-state.ts'

export type Asked =
  | { readonly kind: 'answer'; readonly answer: FormAnswer; readonly status: number }
  | { readonly kind: 'lost'; readonly why: Lost }

/**
 * `offline`: nothing was sent. `silent`: the connection broke, or nothing came for a minute. `gateway`: something between
 * here and the server says that it is away. `elsewhere`: a page that is none of ours, such as a network's sign-in.
 */
export type Lost = 'offline' | 'silent' | 'gateway' | 'elsewhere'

const PATIENCE_MS = 60_000

export async function askServer(address: string, body: FormData): Promise<Asked> {
  if (!navigator.onLine) return { kind: 'lost', why: 'offline' }
  try {
    const response = await fetch(address, {
      method: 'POST',
      body,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const answer = formAnswer(await jsonOf(response))
    if (answer !== null) return { kind: 'answer', answer, status: response.status }
    return { kind: 'lost', why: response.status >= 500 || response.status === 429 ? 'gateway' : 'elsewhere' }
  } catch {
    return { kind: 'lost', why: 'silent' } // the network broke, or our patience ended
  }
}

/** Null: the body is something else. That it broke off is thrown. */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Seconds before the second and each further try; then it is the person's turn. */
export const PAUSES: readonly number[] = [2, 5, 15, 30, 60]

/** What happens next without the person; null: nothing. */
export type Next = { readonly inSeconds: number } | 'online' | null

/** @param tries that were made; a page that is none of ours is asked again by nobody but the person */
export function nextTry(why: Lost, tries: number): Next {
  if (why === 'offline') return 'online'
  const pause = why === 'elsewhere' ? undefined : PAUSES[tries - 1]
  return pause === undefined ? null : { inSeconds: pause }
}

const HAPPENED: Readonly<Record<Lost, string>> = {
  offline: 'You are offline.',
  silent: 'No answer came.',
  gateway: 'The server is away: something in front of it answered.',
  elsewhere: 'Something else than this site answered, perhaps a sign-in of your network.',
}

/**
 * @param what `text`: words of a form; `press`: a button
 * @param isFirst nothing was sent before, so an offline browser knows that nothing arrived
 */
export function lostSentence(what: 'text' | 'press', why: Lost, next: Next, isFirst: boolean): string {
  const known =
    why === 'offline' && isFirst
      ? what === 'text'
        ? 'Your text was not sent yet, and stays here.'
        : 'This was not sent yet.'
      : what === 'text'
        ? 'It is not known whether your text arrived. It stays here.'
        : 'It is not known whether this was done.'
  const twice = what === 'text' ? 'which makes no second comment' : 'which is the same as once'
  const then =
    next === null
      ? `Send it again when you like, ${twice}.`
      : next === 'online'
        ? 'It is sent by itself when the connection is back.'
        : `It is sent again in ${next.inSeconds} seconds, ${twice}.`
  return `${HAPPENED[why]} ${known} ${then}`
}
