import { requestViewer } from '#app/request-viewer.ts'
import { env } from '#lib/env.server.ts'
import { ledgerOf } from '#lib/review/objection/ledger.server.ts'
import { ledgerText } from '#lib/review/objection/ledger.ts'
import { site } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ slug: string; form: string }> }

/** `/rfc/<slug>/objections.txt` and `objections.json` (next.config.mjs rewrites them to here). */
export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const { slug, form } = await params
  const ledger = form === 'txt' || form === 'json' ? await ledgerOf(await requestViewer(), slug) : null
  const headers = { 'cache-control': 'private, no-cache' }
  const text = { ...headers, 'content-type': 'text/plain; charset=utf-8' }
  if (!ledger) return new Response(`There is no ${slug}.\n`, { status: 404, headers: text })
  if (form === 'json') return Response.json(ledger, { headers })
  const hrefOf = (thread: number) => new URL(site.thread(slug, thread), env.publicUrl).href
  return new Response(ledgerText(ledger, hrefOf), { headers: text })
}
