import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { SeenPart, SeenThread } from './read-input.ts'

/**
 * The one writer of what people have seen. Marks only go forward: two windows of the same person may say what they saw in
 * any order. They are no part of the discussion, so they are no events, and nobody else is shown them.
 */
type Whose = { readonly personId: string; readonly proposalId: string }

/** Threads that there are not are passed over, and of the others no more is marked than there is. */
export async function markThreads(
  tx: Transaction,
  { personId, proposalId }: Whose,
  threads: readonly SeenThread[],
): Promise<void> {
  if (threads.length === 0) return
  await tx.$executeRaw`
    INSERT INTO read_mark (person_id, thread_id, seen)
    SELECT ${personId}::uuid, t.id, least(asked.seen, t.comment_count)
    FROM (SELECT thread, max(seen) AS seen FROM jsonb_to_recordset(${JSON.stringify(threads)}::jsonb)
            AS r(thread int, seen int) GROUP BY thread) AS asked
    JOIN thread t ON t.proposal_id = ${proposalId}::uuid AND t.number = asked.thread
    WHERE t.comment_count > 0 AND asked.seen > 0 ORDER BY t.id
    ON CONFLICT (person_id, thread_id) DO UPDATE SET seen = excluded.seen WHERE read_mark.seen < excluded.seen`
}

/** Every thread, as far as it was written at that moment: what came since stays unread. */
export async function markAllThreads(
  tx: Transaction,
  { personId, proposalId }: Whose,
  until: Date,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO read_mark (person_id, thread_id, seen)
    SELECT ${personId}::uuid, t.id, max(c.seq) FROM thread t JOIN comment c ON c.thread_id = t.id
    WHERE t.proposal_id = ${proposalId}::uuid AND c.created_at <= ${until} GROUP BY t.id ORDER BY t.id
    ON CONFLICT (person_id, thread_id) DO UPDATE SET seen = excluded.seen WHERE read_mark.seen < excluded.seen`
}

/** Of a revision that there is. Who looks at an older one again has still read the newer. */
export async function markParts(
  tx: Transaction,
  { personId, proposalId }: Whose,
  parts: readonly SeenPart[],
  at: Date,
): Promise<void> {
  if (parts.length === 0) return
  await tx.$executeRaw`
    INSERT INTO read_part (person_id, proposal_id, writeup, revision, read_at)
    SELECT ${personId}::uuid, ${proposalId}::uuid, asked.writeup, asked.revision, ${at}
    FROM (SELECT writeup, max(revision) AS revision FROM jsonb_to_recordset(${JSON.stringify(parts)}::jsonb)
            AS r(writeup text, revision int) GROUP BY writeup) AS asked
    JOIN revision ON revision.proposal_id = ${proposalId}::uuid AND revision.number = asked.revision
    ORDER BY asked.writeup
    ON CONFLICT (person_id, proposal_id, writeup) DO UPDATE SET revision = excluded.revision, read_at = excluded.read_at
      WHERE read_part.revision <= excluded.revision`
}

/** Of somebody who deletes their account. */
export async function dropMarks(tx: Transaction, personId: string): Promise<void> {
  await tx.readMark.deleteMany({ where: { personId } })
  await tx.readPart.deleteMany({ where: { personId } })
}
