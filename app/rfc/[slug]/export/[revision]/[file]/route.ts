import { requestViewer } from '#app/request-viewer.ts'
import { orUnreadableText } from '#app/rfc/[slug]/unreadable-text.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { emlArchive, emlName } from '#lib/review/export/eml-files.ts'
import { exportRevision } from '#lib/review/export/export.server.ts'
import { ownAddressOf } from '#lib/review/outgoing/receivers.server.ts'
import { reflectedTo } from '#lib/review/outgoing/reflect.ts'
import { revisionNamed } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string; revision: string; file: string }> }

/**
 * `v1/0.eml`, the cover and `v1/1.eml` …, the parts as they are sent; `v1/mails.tar`, all of them; `v1/reflect.tar`, all
 * of them to whoever asks, for a look in his own mail reader.
 */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const given = await params
  return orUnreadableText(given.slug, answer(given))
}

async function answer(given: Awaited<Params['params']>): Promise<Response> {
  const { slug, revision, file } = given
  const number = revisionNamed(revision)
  const viewer = await requestViewer()
  const exported = number === null ? null : await exportRevision(viewer, slug, number)
  const messages = exported?.series.messages ?? []
  const name = `${slug}-${revision}`

  const position = /^(\d{1,2})\.eml$/.exec(file)?.[1]
  const message = position === undefined ? undefined : messages[Number(position)]
  if (message) return asFile(writeMessage(message), 'message/rfc822', emlName(Number(position)))
  if (messages.length > 0 && file === 'mails.tar') {
    return asFile(emlArchive(name, messages), 'application/x-tar', `${name}.tar`)
  }
  const own = file === 'reflect.tar' ? await ownAddressOf(viewer) : null
  if (messages.length > 0 && own !== null) {
    const archive = emlArchive(`${name}-reflect`, reflectedTo(messages, { name: '', address: own }))
    return asFile(archive, 'application/x-tar', `${name}-reflect.tar`)
  }
  return new Response(`There is no such file of ${slug} ${revision}.\n`, {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' },
  })
}

function asFile(content: string | Uint8Array, type: string, name: string): Response {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return new Response(new Uint8Array(bytes), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'private, no-cache',
    },
  })
}
