import 'server-only'
import { sql, sqlName } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import type { Prisma } from '#prisma/generated/client.ts'

/**
 * What is unread, said once, as pieces of queries: comments of others behind the one that the viewer saw last, without those
 * that were deleted. Counted by the database together with what is read anyway, never asked for each thread.
 */
type Alias = 'comment' | 'c'

/** Of a comment, where its thread's `mark` is joined (`markOf`). */
export function isUnread(viewer: Viewer, comment: Alias): Prisma.Sql {
  if (!viewer) return sql`false`
  const row = sqlName(comment)
  return sql`(${row}.seq > coalesce(mark.seen, 0) AND ${row}.author_id <> ${viewer.personId}::uuid AND ${row}.redacted_at IS NULL)`
}

/** Joins the viewer's mark of the comment's thread; nobody's for who is not signed in. */
export const markOf = (viewer: Viewer, comment: Alias): Prisma.Sql =>
  sql`LEFT JOIN read_mark AS mark ON mark.thread_id = ${sqlName(comment)}.thread_id AND mark.person_id = ${viewer?.personId ?? null}::uuid`

type Thread = 'thread' | 'here' | 't'

/** How many of a thread, for the few of a list. */
export const unreadOf = (viewer: Viewer, thread: Thread): Prisma.Sql =>
  viewer
    ? sql`(SELECT count(*)::int FROM comment c ${markOf(viewer, 'c')} WHERE c.thread_id = ${sqlName(thread)}.id AND ${isUnread(viewer, 'c')})`
    : sql`0`

/** Whether a thread has any. */
export const unreadThread = (viewer: Viewer, thread: Thread): Prisma.Sql =>
  viewer
    ? sql`EXISTS (SELECT 1 FROM comment c ${markOf(viewer, 'c')} WHERE c.thread_id = ${sqlName(thread)}.id AND ${isUnread(viewer, 'c')})`
    : sql`false`
