import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { EVENTS, type NewEvent } from './event.ts'

export type EventRow = NewEvent & {
  readonly proposalId: string
  /**
   * Who did it; the database refuses an event in anybody's name but the acting person's. Null: the operator, at the
   * command line.
   */
  readonly actor: string | null
}

/**
 * The one writer of events: in the caller's transaction, in this order within each proposal, each in the name of its
 * actor. Proposals are locked by the trigger that chains the rows, so they are taken in the order of their ids.
 *
 * Leaves `app.actor` at the last of them: a caller that goes on writing sets its own again.
 */
export async function recordEvents(tx: Transaction, events: readonly EventRow[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ proposalId, actor, kind, subject }, order) => ({
    ...{ proposalId, actor, kind, order },
    // A subject of another shape is a bug of the act, and must not become a row that is kept for ever.
    subject: EVENTS[kind].parse(subject),
  }))
  await tx.$executeRaw`
    INSERT INTO event (proposal_id, actor_id, kind, subject)
    SELECT "proposalId", nullif(set_config('app.actor', coalesce(actor::text, ''), true), '')::uuid, kind, subject
    FROM (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            AS r("proposalId" uuid, actor uuid, kind text, subject jsonb, "order" int)
          ORDER BY "proposalId", "order") sorted`
}
