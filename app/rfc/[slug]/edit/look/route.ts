import { orNotNow } from '#app/not-now.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { lookHtml } from '#components/draft/edit-html.ts'
import { NotNow } from '#lib/aside/not-now.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'

type Params = { params: Promise<{ slug: string }> }

/** What is missing of the working copy as it is saved, for a page that is open: HTML, and the places of what is wrong. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  const file = new URL(request.url).searchParams.get('file') ?? ''
  const headers = { 'cache-control': 'private, no-store' }
  const look = await heavy.lookAtCopy(await requestViewer(), slug).catch(orNotNow)
  if (look instanceof NotNow) return Response.json({ kind: 'not-now' }, { status: 503, headers })
  if (!look) return Response.json({ kind: 'nothing' }, { status: 404, headers })
  const problems = look.problems.filter((problem) => problem.file === file)
  return Response.json(
    { version: look.version, problems, html: lookHtml(slug, look, file).text },
    { headers },
  )
}
