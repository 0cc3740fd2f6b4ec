import { readUpTo } from '#app/read-up-to.ts'
import { log } from '#lib/log.server.ts'
import { MAX_MAIL_BYTES } from '#lib/mail/import/read/limits.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { findMailToken } from '#lib/review/incoming/tokens.server.ts'

/**
 * One mail from a program: `POST /api/mail`, a bearer token, the mail as it is (message/rfc822).
 * 202 it is stored (or here already), 401 no token that works, 413 too large, 415 another type, 422 it cannot be read,
 * 503 not now: send it again.
 */
export async function POST(request: Request): Promise<Response> {
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (token === undefined) return refused(401, 'a bearer token is needed')
  // Before the body is read: only who has a token makes us hold a megabyte.
  const declared = Number(request.headers.get('content-length') ?? 0)
  try {
    const found = await findMailToken(token, new Date())
    if (found === null) return refused(401, 'this token does not work')
    if (declared > MAX_MAIL_BYTES) return refused(413, tooLarge)
    const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
    if (type !== 'message/rfc822') return refused(415, 'send the mail as message/rfc822')
    const bytes = await readUpTo(request, MAX_MAIL_BYTES)
    if (bytes === null) return refused(413, tooLarge)
    if (bytes.length === 0) return refused(422, 'there is no mail in the request')
    const outcome = await heavy.importMail({ kind: 'api', ...found }, bytes)
    return Response.json(outcome, { status: outcome.status === 'rejected' ? 422 : 202 })
  } catch (error) {
    log.error('a mail that was posted could not be stored', { error })
    return refused(503, 'the mail could not be stored; send it again', { 'Retry-After': '60' })
  }
}

const tooLarge = `a mail may have ${MAX_MAIL_BYTES} bytes`

function refused(status: number, error: string, headers: Record<string, string> = {}): Response {
  const challenge: Record<string, string> = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
  return Response.json({ error }, { status, headers: { ...challenge, ...headers } })
}
