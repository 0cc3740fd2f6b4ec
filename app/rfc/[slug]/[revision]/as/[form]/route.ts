import { requestViewer } from '#app/request-viewer.ts'
import { orUnreadableText } from '#app/rfc/[slug]/unreadable-text.ts'
import { writeMbox } from '#lib/mail/message/mbox.ts'
import {
  type ExportedDiscussion,
  exportDiscussion,
  exportRevision,
} from '#lib/review/export/export.server.ts'
import { mboxOf, textOf } from '#lib/review/export/series.ts'
import { revisionNamed } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string; revision: string; form: string }> }

/**
 * `v1.txt`, `v1.mbox`, `v1.threads.mbox` and `v1.threads.txt` (next.config.mjs rewrites them to here): the revision as
 * plain text, as a mailbox, and both with its threads as replies.
 */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const given = await params
  return orUnreadableText(given.slug, answer(given))
}

async function answer(given: Awaited<Params['params']>): Promise<Response> {
  const { slug, revision, form } = given
  const number = revisionNamed(revision)
  const viewer = await requestViewer()
  const missing = new Response(`There is no ${slug} ${revision}.\n`, {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' },
  })
  if (number === null) return missing
  const file = {
    'content-type': 'application/mbox',
    'cache-control': 'private, no-cache',
    'content-disposition': `attachment; filename="${slug}-${revision}.${form}"`,
  }
  switch (form) {
    case 'txt': {
      const exported = await exportRevision(viewer, slug, number)
      if (!exported) return missing
      return new Response(textOf(exported.series.messages), {
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' },
      })
    }
    case 'mbox': {
      const exported = await exportRevision(viewer, slug, number)
      if (!exported) return missing
      return new Response(mboxOf(exported.series.messages), { headers: file })
    }
    case 'threads.mbox': {
      const exported = await exportDiscussion(viewer, slug, number)
      if (!exported) return missing
      return new Response(streamOf(mailboxOf(exported)), { headers: file })
    }
    case 'threads.txt': {
      const exported = await exportDiscussion(viewer, slug, number)
      if (!exported) return missing
      return new Response(streamOf(textWith(exported)), {
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' },
      })
    }
    default:
      return missing
  }
}

async function* textWith({ series, replies }: ExportedDiscussion): AsyncGenerator<string> {
  yield textOf(series.messages)
  for await (const messages of replies) if (messages.length > 0) yield `\n${textOf(messages)}`
}

async function* mailboxOf({ series, replies }: ExportedDiscussion): AsyncGenerator<string> {
  yield mboxOf(series.messages)
  for await (const messages of replies) yield* writeMbox(messages)
}

/** Pulls: nothing is read from the database before the reader took what came before. */
function streamOf(chunks: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })
}
