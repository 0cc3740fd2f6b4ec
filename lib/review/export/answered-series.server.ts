import 'server-only'
import { carryAnchor } from '#lib/anchor/carry-anchor.ts'
import { db } from '#lib/db.server.ts'
import type { LoadedRevision } from '#lib/review/revision/revisions.server.ts'
import { mapBetween } from '#lib/review/thread/carry-threads.server.ts'
import { goneFrom } from '#lib/review/thread/port.ts'
import { writeupOfWhole } from '#lib/review/thread/whole.ts'
import type { ThreadForMail } from './thread-for-mail.ts'

/** Numbers of the revisions of a proposal whose series was sent, in their order. */
export async function sentRevisions(proposalId: string): Promise<readonly number[]> {
  const rows = await db().$queryRaw<{ number: number }[]>`
    SELECT r.number FROM revision r WHERE r.proposal_id = ${proposalId}::uuid AND EXISTS (
      SELECT 1 FROM outgoing_mail m JOIN outgoing_recipient o ON o.mail_id = m.id
      WHERE m.revision_id = r.id AND m.kind = 'series' AND o.state = 'sent')
    ORDER BY r.number`
  return rows.map(({ number }) => number)
}

/**
 * The revision whose series a comment of a thread answers: that of its thread if it was sent, else the first later one that was,
 * to which the thread was carried. Where none was it is the thread's own, as an export has it.
 */
export const answeredOf = (sent: readonly number[], thread: number): number =>
  sent.find((number) => number >= thread) ?? thread

/** Where words of one revision stand in the one whose series is answered. */
export async function placeIn(
  answered: Pick<LoadedRevision, 'revisionId'>,
  from: { readonly revisionId: string; readonly number: number; readonly writeup: string },
  anchor: ThreadForMail['anchor'],
): Promise<Pick<ThreadForMail, 'anchor' | 'carried'>> {
  if (from.revisionId === answered.revisionId) return { anchor, carried: null }
  const { blockKey: key, start, end, step } = anchor
  // At the head of it, whatever became of its text.
  if (writeupOfWhole(key) !== null)
    return { anchor, carried: { ...UNCHANGED, from: from.number, pinnedBy: null, about: 'whole' } }
  const place = carryAnchor(await mapBetween(from.revisionId, answered.revisionId), { key, start, end })
  const { state, survival } = place
  const carried = { state, survival, from: from.number, pinnedBy: null }
  return place.state === 'orphaned'
    ? { carried, anchor: { blockKey: goneFrom(from.writeup), start: 0, end: 0, ...(step ? { step } : {}) } }
    : {
        carried,
        anchor: { blockKey: place.key, start: place.start, end: place.end, ...(step ? { step } : {}) },
      }
}

const UNCHANGED = { state: 'exact', survival: 1 } as const
