import { requestViewer } from '#app/request-viewer.ts'
import { jsonAnswer } from '#app/text-answer.ts'
import { proposalsAsJson } from '#lib/review/feed/revision-json.server.ts'

/** The list of proposals as programs read it. */
export async function GET(request: Request): Promise<Response> {
  return jsonAnswer(request, await proposalsAsJson(await requestViewer()))
}
