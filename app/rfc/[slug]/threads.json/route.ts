import { requestViewer } from '#app/request-viewer.ts'
import { site } from '#lib/review/proposal/address.ts'
import { listThreads } from '#lib/review/thread/list-threads.server.ts'
import { filterQuery, THREADS_ON_A_PAGE, threadFilter } from '#lib/review/thread/thread-filter.ts'

type Params = { params: Promise<{ slug: string }> }

/** The list of threads for programs: the same filters, a page at a time, with the address of the next one. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug } = await params
  const headers = { 'cache-control': 'private, no-store' }
  const filter = threadFilter(Object.fromEntries(new URL(request.url).searchParams))
  const list = await listThreads(await requestViewer(), slug, filter)
  if (!list) return Response.json({ error: 'There is no such proposal.' }, { status: 404, headers })
  const isMore = list.found > filter.page * THREADS_ON_A_PAGE
  const next = isMore ? site.threadsAsJson(slug, filterQuery({ ...filter, page: filter.page + 1 })) : null
  const threads = list.threads.map((thread) => ({ ...thread, address: site.thread(slug, thread.number) }))
  return Response.json({ proposal: slug, title: list.title, found: list.found, next, threads }, { headers })
}
