import { z } from 'zod'
import {
  type CommandParams,
  commandAnswer,
  commandBody,
  commandRefusal,
  commandViewer,
  notUnderstood,
} from '#app/command-viewer.ts'
import { orNotNow } from '#app/not-now.tsx'
import { NotNow } from '#lib/aside/not-now.ts'
import { FORM_LIMIT } from '#lib/request/body-limit.ts'
import { describeCopyPublishFailure } from '#lib/review/acts/publish-copy.server.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { VISIBILITIES } from '#lib/review/person/visibility.ts'

const Wish = z.object({
  seen: z.int().min(0).max(999_999_999),
  changelog: z.array(z.string().max(500)).max(100),
  visibility: z.enum(VISIBILITIES),
  unfinished: z.boolean(),
})

/** The working copy becomes the next revision. 409 and 422 say why it does not, with the places; the copy stays. */
export async function POST(request: Request, { params }: CommandParams): Promise<Response> {
  const viewer = await commandViewer(request, 'publish-copy')
  if (!viewer.ok) return viewer.error
  const sent = Wish.safeParse(await commandBody(request, FORM_LIMIT))
  if (!sent.success) return notUnderstood()
  const { unfinished, ...wish } = sent.data
  const { slug } = await params
  const asked = { ...wish, slug, isUnfinishedMeant: unfinished }
  const published = await heavy.publishCopy(viewer.value, asked).catch(orNotNow)
  if (published instanceof NotNow)
    return commandRefusal(503, 'The site is busy, and did not publish it now. Send it again in a minute.')
  if (published.ok) return commandAnswer({ slug, ...published.value })
  const { error } = published
  const status =
    error.kind === 'published-meanwhile' || error.kind === 'stale'
      ? 409
      : error.kind === 'no-such-copy'
        ? 404
        : 422
  const more =
    error.kind === 'problems'
      ? { problems: error.problems }
      : error.kind === 'incomplete'
        ? { gate: error.gate }
        : {}
  return commandRefusal(status, describeCopyPublishFailure(error), { kind: error.kind, ...more })
}
