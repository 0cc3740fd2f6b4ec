import { requestViewer } from '#app/request-viewer.ts'
import { gateOf, lintsOfRevision } from '#lib/review/gate/gate.server.ts'
import { gateText } from '#lib/review/gate/gate-text.ts'

const HEADERS = { 'cache-control': 'private, no-cache' }

/** `gate.txt` and `gate.json`; `number` null: of the newest revision. */
export async function gateAnswer(slug: string, number: number | null, form: string): Promise<Response> {
  const viewer = await requestViewer()
  const found = form === 'txt' || form === 'json' ? await gateOf(viewer, slug, number) : null
  if (!found)
    return new Response('There is no such gate.\n', {
      status: 404,
      headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' },
    })
  const { title, number: revision, questionnaire, gate } = found
  const lints = await lintsOfRevision(viewer, slug, revision)
  if (form === 'json')
    return Response.json({ slug, title, revision, questionnaire, ...gate, lints }, { headers: HEADERS })
  return new Response(`${title}, v${revision}, ${questionnaire}\n\n${gateText(gate, lints)}`, {
    headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' },
  })
}
