import { z } from 'zod'
import {
  type CommandParams,
  commandAnswer,
  commandBody,
  commandRefusal,
  commandViewer,
  notUnderstood,
} from '#app/command-viewer.ts'
import { env } from '#lib/env.server.ts'
import { FORM_LIMIT } from '#lib/request/body-limit.ts'
import { changeThread } from '#lib/review/acts/change-thread.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { loadRevision, orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { describeFailure } from '#lib/review/thread/thread.ts'
import { ReplyInput } from '#lib/review/thread/thread-input.ts'

const Evidence = z.object({
  body: z.string(),
  /** The revision that answers; a claim of it that shows it. */
  revision: z.int().min(1).max(999).nullable(),
  claim: z.string().max(200).nullable(),
})

/** An author's answer to a thread, with what shows it: a revision, and a claim of that. */
export async function POST(request: Request, { params }: CommandParams): Promise<Response> {
  const viewer = await commandViewer(request, 'comment')
  if (!viewer.ok) return viewer.error
  const { slug } = await params
  const body = await commandBody(request, FORM_LIMIT)
  const evidence = Evidence.safeParse(body)
  if (!evidence.success || (evidence.data.claim !== null && evidence.data.revision === null))
    return notUnderstood()
  const shown = await shownBy(viewer.value, slug, evidence.data)
  if (typeof shown !== 'string') return shown
  const words = [evidence.data.body.trimEnd(), shown].filter((one) => one !== '').join('\n\n')
  const sent = ReplyInput.safeParse(Object.assign({}, body, { slug, body: words, comment: 1 }))
  if (!sent.success) return commandRefusal(422, sent.error.issues[0]?.message ?? 'It cannot be read.')
  const ids = await idsAt(viewer.value, sent.data)
  if (!ids) return commandRefusal(404, describeFailure({ kind: 'no-such-thread' }))
  const { body: said, clientKey } = sent.data
  const done = await changeThread(viewer.value, ids.thread, 'answer', { words: { body: said, clientKey } })
  return done.ok ? commandAnswer(done.value) : commandRefusal(409, describeFailure(done.error))
}

/** A line that names it with its address, as a list reads it; empty: nothing was named. */
async function shownBy(
  viewer: Parameters<typeof loadRevision>[0],
  slug: string,
  { revision, claim }: { readonly revision: number | null; readonly claim: string | null },
): Promise<string | Response> {
  if (revision === null) return ''
  const loaded = await loadRevision(viewer, slug, revision).catch(orUnreadable)
  if (!loaded || loaded instanceof UnreadableRevision)
    return commandRefusal(404, `There is no v${revision} of ${slug}.`)
  if (claim === null) return `Answered in v${revision}: ${env.publicUrl}${site.revision(slug, revision)}`
  const found = loaded.claims.find(({ id }) => id === claim)
  if (!found) {
    const known = loaded.claims.map(({ id }) => id).join(', ')
    return commandRefusal(422, `v${revision} has no claim ${claim}; it has ${known === '' ? 'none' : known}.`)
  }
  const address = `${env.publicUrl}${site.block(slug, revision, found.blockKey)}`
  return `Answered in v${revision} by the claim ${claim} (${found.report.kind}): ${address}`
}
