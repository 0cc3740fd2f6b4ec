import { notNowText, orNotNow } from '#app/not-now.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { jsonAnswer, textAnswer } from '#app/text-answer.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { env } from '#lib/env.server.ts'
import { suggestionsText } from '#lib/review/export/accepted-suggestions.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'

type Params = { params: Promise<{ slug: string; form: string }> }

const FORMS: readonly string[] = ['txt', 'json', 'patch']

/** `/rfc/<slug>/suggestions.txt`, `.json` and `.patch` (next.config.mjs rewrites them to here). */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, form } = await params
  const kept = FORMS.includes(form)
    ? await heavy.keptSuggestions(await requestViewer(), slug).catch(orNotNow)
    : null
  if (kept instanceof NotNow) return notNowText()
  const text = { 'content-type': 'text/plain; charset=utf-8' }
  if (!kept) return new Response(`There is no ${slug}.\n`, { status: 404, headers: text })
  const { list, trailers, refused, patch } = kept
  if (form === 'txt')
    return textAnswer(
      request,
      suggestionsText(kept, (path) => new URL(path, env.publicUrl).href),
      text,
    )
  if (form === 'patch')
    return textAnswer(request, patch, {
      'content-type': 'text/x-patch; charset=utf-8',
      'content-disposition': `attachment; filename="${slug}-suggestions.patch"`,
    })
  return jsonAnswer(request, {
    ...{ slug, title: list.title, revision: list.newest, left: list.left },
    suggestions: list.entries.map(({ id, acts: _acts, placed, by, ...entry }) => ({
      ...entry,
      by: { id: by.id, name: by.name },
      fits: placed === null ? null : placed.kind,
      whyNot: refused.get(id) ?? (placed?.kind === 'conflict' ? placed.why : null),
      suggestedBy: trailers.get(id) ?? null,
    })),
  })
}
