import { env } from '#lib/env.server.ts'
import { FORM_LIMIT } from '#lib/request/body-limit.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { isOwnForm } from './own-form.ts'
import { readUpTo } from './read-up-to.ts'

export type FormRefusal = 'elsewhere' | 'too-large' | 'damaged'

/**
 * A form as it was posted by a page of this site. Nothing is parsed before it is known to be one, and to be small: what
 * a request says of its length is believed when it is too large, and counted when it is not.
 */
export async function postedForm(
  request: Request,
  limit = FORM_LIMIT,
): Promise<Result<FormData, FormRefusal>> {
  if (!isOwnForm(request.headers, env.publicUrl)) return err('elsewhere')
  if (Number(request.headers.get('content-length') ?? 0) > limit) return err('too-large')
  const bytes = await readUpTo(request, limit)
  if (bytes === null) return err('too-large')
  const form = await formIn(request, bytes)
  return form ? ok(form) : err('damaged')
}

/** A form whoever sent it, from wherever: only for what needs no session. Null: too large, or no form. */
export async function formFromAnywhere(request: Request, limit: number): Promise<FormData | null> {
  const bytes = await readUpTo(request, limit)
  return bytes && formIn(request, bytes)
}

/** Null: neither of the two forms that a browser sends, or cut off. */
async function formIn(request: Request, bytes: Uint8Array): Promise<FormData | null> {
  const type = request.headers.get('content-type') ?? ''
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  } catch {
    return null
  }
}

/**
 * What was typed into a field of a form that is refused unread as somebody else's. Nothing is done with it but to give it
 * back to who sent it: a browser that hides where it stands is refused like another site.
 */
export async function wordsAnyway(request: Request, field: string): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > FORM_LIMIT) return null
  const bytes = await readUpTo(request, FORM_LIMIT)
  const typed = bytes && (await formIn(request, bytes))?.get(field)
  return typeof typed === 'string' ? typed : null
}
