import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Turn } from './turn.ts'

/**
 * The one writer of turns: what is kept of a proposal becomes what is given. A turn that stays keeps the moment since when
 * it waits.
 */
export async function replaceTurns(
  tx: Transaction,
  proposalId: string,
  turns: readonly Turn[],
  at: Date,
): Promise<void> {
  const rows = JSON.stringify(turns)
  await tx.$executeRaw`
    WITH r AS (SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS r(person uuid, act text, thread int, about text)),
    gone AS (
      DELETE FROM turn WHERE proposal_id = ${proposalId}::uuid AND NOT EXISTS (
        SELECT 1 FROM r WHERE r.person = turn.person_id AND r.act = turn.act AND r.thread = turn.thread))
    INSERT INTO turn (proposal_id, person_id, act, thread, about, since)
    SELECT ${proposalId}::uuid, person, act, thread, about, ${at} FROM r
    ON CONFLICT (proposal_id, person_id, act, thread) DO UPDATE SET about = excluded.about
      WHERE turn.about <> excluded.about`
}

/** Of a person who is another one from now on: the turns are worked out anew, what they put off stays put off. */
export async function giveSnoozes(tx: Transaction, before: string, after: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO turn_snooze (proposal_id, person_id, until)
    SELECT proposal_id, ${after}::uuid, until FROM turn_snooze WHERE person_id = ${before}::uuid ON CONFLICT DO NOTHING`
  await tx.turnSnooze.deleteMany({ where: { personId: before } })
  await tx.turn.deleteMany({ where: { personId: before } })
  await tx.$executeRaw`
    INSERT INTO review_request (proposal_id, person_id, asked_by, asked_at)
    SELECT proposal_id, ${after}::uuid, asked_by, asked_at FROM review_request WHERE person_id = ${before}::uuid ON CONFLICT DO NOTHING`
  await tx.reviewRequest.deleteMany({ where: { personId: before } })
}

/** Until then they do not see the proposal among their turns; null: at once. */
export async function setSnooze(
  tx: Transaction,
  { proposalId, personId }: { readonly proposalId: string; readonly personId: string },
  until: Date | null,
): Promise<void> {
  if (until === null) {
    await tx.turnSnooze.deleteMany({ where: { proposalId, personId } })
    return
  }
  await tx.turnSnooze.upsert({
    where: { proposalId_personId: { proposalId, personId } },
    create: { proposalId, personId, until },
    update: { until },
  })
}

export async function insertRequests(
  tx: Transaction,
  rows: readonly {
    readonly proposalId: string
    readonly personId: string
    readonly askedBy: string
    readonly askedAt: Date
  }[],
): Promise<void> {
  await tx.reviewRequest.createMany({ data: [...rows], skipDuplicates: true })
}
