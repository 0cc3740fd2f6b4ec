import { requestViewer } from '#app/request-viewer.ts'
import { fileAnswer } from '#app/rfc/[slug]/export-answer.ts'
import { orUnreadableText } from '#app/rfc/[slug]/unreadable-text.ts'
import { emlName } from '#lib/review/export/eml-files.ts'
import { heavyFile } from '#lib/review/heavy/heavy.server.ts'
import { revisionNamed } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string; revision: string; file: string }> }

/**
 * `v1/0.eml`, the cover and `v1/1.eml` …, the parts as they are sent; `v1/mails.tar`, all of them; `v1/reflect.tar`, all
 * of them to whoever asks, for a look in their own mail reader.
 */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const given = await params
  return orUnreadableText(given.slug, answer(request, given))
}

async function answer(
  request: Request,
  { slug, revision, file }: Awaited<Params['params']>,
): Promise<Response> {
  const number = revisionNamed(revision)
  const missing = () =>
    new Response(`There is no such file of ${slug} ${revision}.\n`, {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' },
    })
  const kind = kindOf(`${slug}-${revision}`, file)
  if (number === null || kind === null) return missing()
  return fileAnswer(
    request,
    heavyFile(await requestViewer(), slug, number, kind.form),
    { 'content-type': kind.type, 'content-disposition': `attachment; filename="${kind.name}"` },
    missing,
  )
}

function kindOf(name: string, file: string) {
  const position = /^(\d{1,2})\.eml$/.exec(file)?.[1]
  if (position !== undefined) {
    const eml = Number(position)
    return { form: { eml }, type: 'message/rfc822', name: emlName(eml) }
  }
  if (file === 'mails.tar')
    return { form: 'mails.tar' as const, type: 'application/x-tar', name: `${name}.tar` }
  if (file !== 'reflect.tar') return null
  return { form: 'reflect.tar' as const, type: 'application/x-tar', name: `${name}-reflect.tar` }
}
