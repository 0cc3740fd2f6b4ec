/** Requests of the command line to a running site, in the name of the person whose token it has. */
import type { z } from 'zod'
import { env } from '#lib/env.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { exitCode } from './exit-code.ts'
import { siteProblem } from './verb.ts'

/** A push of 8 MB has more than 10 MB in base64, and is answered with as much. */
const MOST_BYTES = 16 * 1024 * 1024
/** Publishing checks every claim on the server. */
const PATIENCE_MS = 360_000
const DEFAULT_SITE = 'http://localhost:3000'

export const SITE_OPTION = {
  site: {
    type: 'string',
    value: 'URL',
    says: `where the site is (without it: COHERENT_SITE, else ${DEFAULT_SITE})`,
    check: siteProblem,
  },
} as const

export type Refused = {
  /** 0: there was no answer that could be read. */
  readonly status: number
  readonly says: string
  /** What was answered. */
  readonly body: unknown
}

export type Site = {
  readonly url: string
  /** @param path below the site; `shape` is what is believed of the answer. */
  readonly ask: <T>(path: string, shape: z.ZodType<T>, body?: object) => Promise<Result<T, Refused>>
}

/**
 * An error: the end of a sentence. `pulledFrom` is what a folder says of itself: it may come from anybody, so it never decides
 * where a token is sent.
 */
export function openSite(given: string | undefined, pulledFrom: string | null = null): Result<Site, string> {
  const url = (given ?? env.authorSite ?? DEFAULT_SITE).replace(/\/+$/, '')
  if (siteProblem(url) !== null) return err(`COHERENT_SITE ${siteProblem(url)}`)
  const token = env.authorToken
  if (token === null)
    return err('there is no token: make one at My account of the site, and put it into COHERENT_TOKEN')
  const { protocol, hostname } = new URL(url)
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !isHere)
    return err(`${url} is not reached over https, and whoever is on the way would read the token`)
  if (pulledFrom !== null && pulledFrom !== url) {
    const how =
      given === undefined
        ? `${url} is meant: if you trust that site, say --site`
        : `not from ${url}: pull from there into another folder`
    return err(`the folder was pulled from ${shown(pulledFrom)}, and ${how}`)
  }
  return ok({ url, ask: (path, shape, body) => ask({ url, token }, path, shape, body) })
}

async function ask<T>(
  { url, token }: { readonly url: string; readonly token: string },
  path: string,
  shape: z.ZodType<T>,
  body?: object,
): Promise<Result<T, Refused>> {
  const none = (says: string) => err({ status: 0, says, body: null })
  let response: Response
  let bytes: Uint8Array | null
  try {
    response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A token goes to the site that was named, and to no other.
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    bytes = await bounded(response)
  } catch {
    return none(`${url} does not answer`)
  }
  if (bytes === null) return none(`${url} answered with more than a bundle can have`)
  let answer: unknown
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return err({
      status: response.status,
      says: `${url} answered ${response.status}, and no Coherent`,
      body: null,
    })
  }
  if (!response.ok)
    return err({ status: response.status, says: errorIn(answer, response.status), body: answer })
  const read = shape.safeParse(answer)
  return read.success ? ok(read.data) : none(`${url} answered what this version of the command does not know`)
}

async function bounded(response: Response): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.byteLength
    if (length > MOST_BYTES) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function errorIn(answer: unknown, status: number): string {
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null
  return typeof error === 'string' ? shown(error) : `it was refused (${status})`
}

/** Words of a site on a terminal: no sign that would steer it. */
export const shown = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (sign === '\n' || sign === '\t' ? sign : ' ')).slice(0, 20_000)

/** NO: it was refused; CANNOT: it was not heard, or the token is not known. */
export function tellRefused(verb: string, { status, says }: Refused): number {
  console.error(`coherent ${verb}: ${says}${/[.?!]$/.test(says) ? '' : '.'}`)
  return status === 0 || status === 401 || status >= 500 || status === 429 ? exitCode.CANNOT : exitCode.NO
}
