import { type CommandParams, commandAnswer, commandRefusal, commandViewer } from '#app/command-viewer.ts'
import { threadAsJson } from '#lib/review/feed/thread-json.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { listThreads } from '#lib/review/thread/list-threads.server.ts'
import { THREADS_ON_A_PAGE, threadFilter } from '#lib/review/thread/thread-filter.ts'

/**
 * Threads as whose token it is may see them: a page of the list (`?page=`, and the filters of the page), or, by
 * `?thread=<number>&at=<comment>`, a part of one.
 */
export async function GET(request: Request, { params }: CommandParams): Promise<Response> {
  const viewer = await commandViewer(request)
  if (!viewer.ok) return viewer.error
  const { slug } = await params
  const asked = new URL(request.url).searchParams
  const numbered = (name: string) =>
    /^[1-9]\d{0,6}$/.test(asked.get(name) ?? '') ? Number(asked.get(name)) : null
  const thread = numbered('thread')
  if (thread !== null) {
    const found = await threadAsJson(viewer.value, slug, thread, numbered('at'))
    return found ? commandAnswer(found) : commandRefusal(404, 'There is no such thread.')
  }
  const filter = threadFilter(Object.fromEntries(asked))
  const list = await listThreads(viewer.value, slug, filter)
  if (!list) return commandRefusal(404, 'There is no such proposal.')
  const next = list.found > filter.page * THREADS_ON_A_PAGE ? filter.page + 1 : null
  const threads = list.threads.map((one) => ({ ...one, address: site.thread(slug, one.number) }))
  return commandAnswer({ proposal: slug, title: list.title, found: list.found, next, threads })
}
