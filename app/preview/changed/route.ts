import { jsonRefusal } from '#app/text-answer.ts'
import { folderChanged } from '#lib/review/gate/preview-folder.server.ts'

/** Waits until the folder is another than `?since=<version>`, or for half a minute, and says which version it is. */
export async function GET(request: Request): Promise<Response> {
  const since = new URL(request.url).searchParams.get('since') ?? ''
  const version = await folderChanged(since.slice(0, 100), request.signal)
  if (version === null) return jsonRefusal(404, 'This app is not the preview of a folder.')
  return Response.json({ version }, { headers: { 'cache-control': 'no-store' } })
}
