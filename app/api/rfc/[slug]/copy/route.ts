import { z } from 'zod'
import {
  type CommandParams,
  commandAnswer,
  commandBody,
  commandRefusal,
  commandViewer,
  notUnderstood,
} from '#app/command-viewer.ts'
import { PUSH_LIMIT } from '#lib/request/body-limit.ts'
import { pushFiles } from '#lib/review/acts/save-copy.server.ts'
import { describeCopyFailure } from '#lib/review/copy/copy-failure.ts'
import { filesOfNewest } from '#lib/review/copy/newest-files.server.ts'
import { copyAccess, copyOf } from '#lib/review/copy/read-copies.server.ts'
import { MAX_BUNDLE_FILES } from '#lib/writeup/bundle/bundle.ts'

/** The files of a proposal as its author has them: those of its working copy, else those of its newest revision. */
export async function GET(request: Request, { params }: CommandParams): Promise<Response> {
  const viewer = await commandViewer(request)
  if (!viewer.ok) return viewer.error
  const { slug } = await params
  const copy = await copyOf(viewer.value, slug)
  if (copy) return files(slug, copy.version, copy.baseRevision, copy.files)
  const access = await copyAccess(viewer.value, slug)
  if (access.kind === 'forbidden') return commandRefusal(403, describeCopyFailure({ kind: 'forbidden' }))
  if (access.kind !== 'begin') return commandRefusal(404, 'There is no such proposal of yours.')
  const newest = await filesOfNewest(access.proposalId)
  return files(slug, 0, newest.number, newest.files)
}

function files(
  slug: string,
  version: number,
  revision: number,
  all: readonly { readonly path: string; readonly bytes: Uint8Array; readonly sha256: string }[],
): Response {
  return commandAnswer({
    ...{ slug, version, revision },
    files: all.map(({ path, bytes, sha256 }) => ({
      path,
      sha256,
      base64: Buffer.from(bytes).toString('base64'),
    })),
  })
}

/** Enough that who has too many files is told so. */
const MOST_NAMED = 10_000
const path = z.string().min(1).max(300)
const Push = z.object({
  base: z.record(path, z.string().regex(/^[0-9a-f]{64}$/)),
  files: z.array(z.object({ path, base64: z.base64() })).max(MOST_NAMED),
})

/** All files at once. 409 with each file that changed on the server since `base`: nothing was written. */
export async function POST(request: Request, { params }: CommandParams): Promise<Response> {
  const viewer = await commandViewer(request, 'push')
  if (!viewer.ok) return viewer.error
  const sent = Push.safeParse(await commandBody(request, PUSH_LIMIT))
  if (!sent.success || Object.keys(sent.data.base).length > 2 * MAX_BUNDLE_FILES) return notUnderstood()
  const pushed = await pushFiles(viewer.value, {
    slug: (await params).slug,
    base: sent.data.base,
    files: sent.data.files.map((file) => ({ path: file.path, bytes: Buffer.from(file.base64, 'base64') })),
  })
  if (pushed.ok) return commandAnswer(pushed.value)
  const { error } = pushed
  if (error.kind === 'moved') return commandRefusal(409, describeCopyFailure(error), { moved: error.files })
  const status = error.kind === 'forbidden' ? 403 : error.kind === 'no-such-copy' ? 404 : 422
  return commandRefusal(status, describeCopyFailure(error))
}
