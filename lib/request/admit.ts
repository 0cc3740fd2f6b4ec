import { groupDigits } from '#lib/figures.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { bodyLimit, isFromAnywhere } from './body-limit.ts'

/** What a request says before its body comes, as `node:http` gives it. */
export type RequestHead = {
  readonly method: string
  /** The request target: a path with its query, as it came. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export type Refusal = {
  readonly status: 400 | 401 | 403 | 405 | 411 | 413 | 414 | 429 | 503
  readonly title: string
  /** What happened, and what to do. */
  readonly words: string
  readonly headers?: Readonly<Record<string, string>>
}

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS']
/** Longer than any address of ours: a schedule in a link has 200 characters, a text with its fragment some hundreds. */
const TARGET_LIMIT = 4096

/**
 * Whether a request is looked at. What is refused here is never parsed, and is answered by a page that says why: by the time
 * a framework refuses, it has read the body, and answers without words or headers.
 *
 * It asks what the head says and nothing else. Who sends it, and whether they may, is asked where the answer is made.
 */
export function admit({ method, target, headers }: RequestHead): Result<null, Refusal> {
  const one = (name: string) => {
    const value = headers[name]
    return typeof value === 'string' ? value : value?.[0]
  }
  if (!METHODS.includes(method)) {
    return err({
      status: 405,
      title: 'Nothing here is asked for in this way',
      words: `Pages are read by GET and forms are sent by POST; ${/^[A-Z]{1,20}$/.test(method) ? method : 'this method'} does nothing here.`,
      headers: { allow: METHODS.join(', ') },
    })
  }
  if (target.length > TARGET_LIMIT) {
    return err({
      status: 414,
      title: 'The address is too long',
      words: `An address here has ${TARGET_LIMIT} characters at most. Copy it again from where you found it.`,
    })
  }
  if (one('host') === undefined) {
    return err({
      status: 400,
      title: 'The request names no host',
      words: 'Each request says in its Host header which site it means. A browser does this by itself.',
    })
  }
  const path = target.split('?', 1)[0] ?? ''
  if (!target.startsWith('/') || !isReadable(path)) {
    return err({
      status: 400,
      title: 'The address cannot be read',
      words:
        'It has an escape (a percent sign) that stands for no character. Copy it again, or begin at the list of proposals.',
    })
  }
  return admitBody(method, path, one)
}

function admitBody(
  method: string,
  path: string,
  header: (name: string) => string | undefined,
): Result<null, Refusal> {
  const site = header('sec-fetch-site')
  if (
    method === 'POST' &&
    site !== undefined &&
    site !== 'same-origin' &&
    site !== 'none' &&
    !isFromAnywhere(path)
  ) {
    return err({
      status: 403,
      title: 'Not sent from here',
      words:
        'This form was not sent from a page of this site, so it was not looked at. Go back, copy your text, and load the page by the address that its operator names.',
    })
  }
  const length = header('content-length')
  const isChunked = header('transfer-encoding') !== undefined
  if (!isChunked && (length === undefined || length === '0')) return ok(null)
  const limit = bodyLimit(path)
  if (
    limit.needs === 'session' &&
    !/(?:^|[;\s])(?:__Secure-)?coherent\.session_token=/.test(header('cookie') ?? '')
  ) {
    return err({
      status: 401,
      title: 'You are not signed in',
      words: 'A file is taken from somebody who is signed in. Sign in, and send it again.',
    })
  }
  if (limit.needs === 'token' && !/^Bearer \S+$/i.test(header('authorization') ?? '')) {
    return err({
      status: 401,
      title: 'A token is needed',
      words:
        'This is taken from whoever shows a token: Authorization: Bearer TOKEN. A person makes one at My account; for mail see docs/operating.md.',
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  if (isChunked) {
    return limit.isCounted
      ? ok(null)
      : err({
          status: 411,
          title: 'How much is coming?',
          words:
            'A form says its length before it is sent (Content-Length), as a browser does. This one did not, so it was not looked at.',
        })
  }
  if (Number(length) > limit.bytes) {
    return err({
      status: 413,
      title: 'Too large',
      words: `What was sent has ${inKilobytes(Number(length))}, and ${inKilobytes(limit.bytes)} are taken here. It was not looked at. Go back: your text is still in the form; split it.`,
    })
  }
  return ok(null)
}

const inKilobytes = (bytes: number) => `${groupDigits(Math.ceil(bytes / 1024))} KB`

function isReadable(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes('\0')
  } catch {
    return false
  }
}
