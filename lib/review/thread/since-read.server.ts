import 'server-only'
import { db } from '#lib/db.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableSql } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { unreadThread } from './unread.server.ts'

/** What became of a write-up since the viewer read it. */
export type SinceRead = {
  readonly writeup: string
  /** In which they read it. */
  readonly revision: number
  /** RFC 3339. */
  readonly readAt: string
  /**
   * Blocks that are in one of the two revisions and not in the other, whichever has more of them: one that was edited counts
   * once. One that only moved is in both.
   */
  readonly changed: number
  /** That others opened since, on whatever revision. */
  readonly threads: number
}

/** Those of a revision's write-ups of which there is something to say; none for who is not signed in. */
export async function sinceRead(
  viewer: Viewer,
  slug: string,
  revision: number,
): Promise<readonly SinceRead[]> {
  if (!viewer || !isSlug(slug)) return []
  const rows = await db().$queryRaw<(Omit<SinceRead, 'readAt'> & { readAt: Date })[]>`
    SELECT part.writeup, part.revision, part.read_at AS "readAt",
      greatest(
        (SELECT count(*) FROM block b WHERE b.revision_id = now.id AND b.writeup = part.writeup AND NOT EXISTS (
          SELECT 1 FROM block o WHERE o.revision_id = before.id AND o.block_key = b.block_key)),
        (SELECT count(*) FROM block b WHERE b.revision_id = before.id AND b.writeup = part.writeup AND NOT EXISTS (
          SELECT 1 FROM block o WHERE o.revision_id = now.id AND o.block_key = b.block_key)))::int AS changed,
      (SELECT count(*) FROM thread t JOIN anchor a ON a.thread_id = t.id
         JOIN block b ON b.revision_id = a.revision_id AND b.block_key = a.block_key
       WHERE t.proposal_id = p.id AND t.opened_at > part.read_at AND t.opened_by <> part.person_id
         AND b.writeup = part.writeup)::int AS threads
    FROM read_part part
    JOIN proposal p ON p.id = part.proposal_id
    JOIN revision before ON before.proposal_id = p.id AND before.number = part.revision
    JOIN revision now ON now.proposal_id = p.id AND now.number = ${revision}
    WHERE p.slug = ${slug} AND ${readableSql(viewer, 'p')} AND part.person_id = ${viewer.personId}::uuid
      AND part.revision <= ${revision}
    ORDER BY part.writeup`
  return rows
    .filter(({ changed, threads }) => changed + threads > 0)
    .map(({ readAt, ...row }) => ({ ...row, readAt: momentOf(readAt) }))
}

/** The next thread with something that the viewer has not seen, behind this one and then from the first on; null: none. */
export async function nextUnread(viewer: Viewer, slug: string, after: number): Promise<number | null> {
  if (!viewer || !isSlug(slug)) return null
  const [row] = await db().$queryRaw<{ number: number }[]>`
    SELECT thread.number FROM thread JOIN proposal p ON p.id = thread.proposal_id
    WHERE p.slug = ${slug} AND ${readableSql(viewer, 'p')} AND thread.number <> ${after} AND ${unreadThread(viewer, 'thread')}
    ORDER BY thread.number < ${after}, thread.number LIMIT 1`
  return row?.number ?? null
}
