import { requestViewer } from '#app/request-viewer.ts'
import { jsonAnswer, jsonRefusal } from '#app/text-answer.ts'
import { threadAsJson } from '#lib/review/feed/thread-json.server.ts'

type Params = { params: Promise<{ slug: string; number: string; form: string }> }

/** `/rfc/futex/t/7.json` (next.config.mjs rewrites it to here): a thread as programs read it. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { slug, number, form } = await params
  const numbered = (text: string | null) => (/^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : null)
  const thread = numbered(number)
  const at = numbered(new URL(request.url).searchParams.get('at'))
  const json =
    thread !== null && form === 'json' ? await threadAsJson(await requestViewer(), slug, thread, at) : null
  return json ? jsonAnswer(request, json) : jsonRefusal(404, `There is no thread ${number} of ${slug}.`)
}
