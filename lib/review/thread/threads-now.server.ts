import 'server-only'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import type { Carried } from './port.ts'
import { discussionOf, findThreadPart } from './read-threads.server.ts'
import type { ThreadShown } from './thread.ts'

export type ThreadNow = {
  /** With its last comments, where it is long. */
  readonly thread: ThreadShown
  readonly blockKey: string
  readonly carried: Carried | null
  readonly unread: number
  /** Comments of a part that is not in it, and the first of them. */
  readonly behind: { readonly comments: number; readonly first: number } | null
}

/** Some threads as they stand in a revision now; null: there is no such revision for the viewer. */
export async function threadsNow(
  viewer: Viewer,
  slug: string,
  revision: number,
  numbers: readonly number[],
): Promise<{ readonly threads: readonly ThreadNow[]; readonly open: number } | null> {
  if (!isSlug(slug)) return null
  const found = await db().revision.findFirst({
    where: { number: revision, proposal: { slug, ...readableBy(viewer) } },
    select: { id: true, proposalId: true },
  })
  if (!found) return null
  // Heads alone: no comment is read for a page without room.
  const nothing = { elements: 0, bytes: 0 }
  const { heads, open } = await discussionOf(
    viewer,
    { proposalId: found.proposalId, revisionId: found.id },
    nothing,
  )
  const threads: ThreadNow[] = []
  for (const { number, blockKey, carried, unread, comments } of heads) {
    if (!numbers.includes(number)) continue
    // The part with the newest: that is what there is news of.
    const part = await findThreadPart(viewer, slug, number, comments)
    if (!part) continue
    const left = part.comments - part.thread.comments.length
    const behind = left > 0 ? { comments: left, first: 1 } : null
    threads.push({ thread: part.thread, blockKey, carried, unread, behind })
  }
  return { threads, open: open.length }
}
