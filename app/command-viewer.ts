import { err, ok, type Result } from '#lib/result.ts'
import { viewerOfCommandToken } from '#lib/review/account/command-token.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readUpTo } from './read-up-to.ts'
import { type Limited, withinMinute } from './write-limits.ts'

export type CommandParams = { params: Promise<{ slug: string }> }

/**
 * Who sends a request of the command line: whose token it carries. No cookie counts, so no page can send one. What writes has a
 * limit, which is asked before anything of the request is read.
 */
export async function commandViewer(
  request: Request,
  limit: Limited | null = null,
): Promise<Result<NonNullable<Viewer>, Response>> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (token === undefined) return err(commandRefusal(401, 'A token is needed: make one at My account.'))
  const viewer = await viewerOfCommandToken(token, new Date())
  if (!viewer)
    return err(commandRefusal(401, 'This token does not work (any more): make another one at My account.'))
  if (limit && !(await withinMinute(limit, viewer.personId)))
    return err(
      commandRefusal(429, 'Too many in a short time, and this one was not read. Send it again in a minute.'),
    )
  return ok(viewer)
}

/** What was sent as JSON, once it is known that it is small; null: it is too large, or none. */
export async function commandBody(request: Request, limit: number): Promise<unknown> {
  const bytes = await readUpTo(request, limit)
  if (bytes === null) return null
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null // no JSON: refused like one of another shape
  }
}

const HEADERS = { 'cache-control': 'private, no-store' }

export const commandAnswer = (value: object, status = 200): Response =>
  Response.json(value, { status, headers: HEADERS })

/** `error` is a sentence for who typed the command. */
export function commandRefusal(status: number, error: string, more: object = {}): Response {
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return Response.json({ error, ...more }, { status, headers: { ...HEADERS, ...challenge } })
}

export const notUnderstood = () => commandRefusal(422, 'What was sent is not what this address takes.')
