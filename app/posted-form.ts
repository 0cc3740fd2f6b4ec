import { env } from '#lib/env.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { isOwnForm } from '#lib/review/person/own-form.ts'
import { readUpTo } from './read-up-to.ts'

/** Bytes of a form. The longest comment has 65,536 characters, three bytes each at most, and twice its line ends. */
export const FORM_LIMIT = 256 * 1024

export type FormRefusal = 'elsewhere' | 'too-large' | 'damaged'

/**
 * A form as it was posted by a page of this site. Nothing is parsed before it is known to be one, and to be small: what
 * a request says of its length is believed when it is too large, and counted when it is not.
 */
export async function postedForm(request: Request): Promise<Result<FormData, FormRefusal>> {
  if (!isOwnForm(request.headers, env.publicUrl)) return err('elsewhere')
  if (Number(request.headers.get('content-length') ?? 0) > FORM_LIMIT) return err('too-large')
  const bytes = await readUpTo(request, FORM_LIMIT)
  if (bytes === null) return err('too-large')
  const type = request.headers.get('content-type') ?? ''
  try {
    return ok(await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData())
  } catch {
    return err('damaged') // neither of the two forms that a browser sends, or cut off
  }
}
