import { notNowText, orNotNow } from '#app/not-now.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { fileAnswer } from '#app/rfc/[slug]/export-answer.ts'
import { orUnreadableText } from '#app/rfc/[slug]/unreadable-text.ts'
import { jsonAnswer } from '#app/text-answer.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { revisionAsJson } from '#lib/review/feed/revision-json.server.ts'
import { heavy, heavyFile } from '#lib/review/heavy/heavy.server.ts'
import { revisionNamed, revisionsNamed } from '#lib/review/proposal/address.ts'
import { interdiffText } from '#lib/review/thread/interdiff.ts'

type Params = { params: Promise<{ slug: string; revision: string; form: string }> }

const FORMS = ['txt', 'mbox', 'threads.mbox', 'threads.txt', 'json'] as const

/**
 * `v1.txt`, `v1.mbox`, `v1.threads.mbox` and `v1.threads.txt` (next.config.mjs rewrites them to here): the revision as
 * plain text, as a mailbox, and both with its threads as replies; `v1.json` is what programs read of it.
 */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const given = await params
  return orUnreadableText(given.slug, answer(request, given))
}

async function answer(
  request: Request,
  { slug, revision, form }: Awaited<Params['params']>,
): Promise<Response> {
  const two = revisionsNamed(revision)
  if (two && form === 'txt') return interdiffAnswer(slug, two)
  const number = revisionNamed(revision)
  const known = FORMS.find((one) => one === form)
  const missing = () =>
    new Response(`There is no ${slug} ${revision}.\n`, {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' },
    })
  if (number === null || known === undefined) return missing()
  if (known === 'json') {
    const json = await revisionAsJson(await requestViewer(), slug, number)
    return json ? jsonAnswer(request, json) : missing()
  }
  const pieces = heavyFile(await requestViewer(), slug, number, known)
  return fileAnswer(
    request,
    pieces,
    known.endsWith('txt')
      ? { 'content-type': 'text/plain; charset=utf-8' }
      : {
          'content-type': 'application/mbox',
          'content-disposition': `attachment; filename="${slug}-${revision}.${form}"`,
        },
    missing,
  )
}

/** `v2..v3.txt`: what changed, as a mail would say it. */
async function interdiffAnswer(slug: string, { from, to }: { from: number; to: number }): Promise<Response> {
  const found = await heavy.interdiffOf(await requestViewer(), slug, from, to).catch(orNotNow)
  if (found instanceof NotNow) return notNowText()
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' }
  return found
    ? new Response(interdiffText(found), { headers })
    : new Response(`There is no ${slug} v${from}..v${to}.\n`, { status: 404, headers })
}
