import 'server-only'
import { db, writeAs } from '#lib/db.server.ts'
import { log } from '#lib/log.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { SYSTEM_PERSON } from '#lib/review/person/system-person.ts'
import { DECIDED } from '#lib/review/proposal/state.ts'
import { setThreadState } from '#lib/review/thread/write-threads.server.ts'
import { settle } from './settle.server.ts'

/** Of questions and issues, after the answer's words were mailed to whoever opened them. */
export const SILENCE_CLOSES_AFTER_DAYS = 14
const DAY_MS = 24 * 60 * 60_000
/** Threads that one pass closes in one transaction. */
const AT_ONCE = 200

/**
 * What time alone changes, in the program's own name: silence closes answered questions and issues, holds end, last calls
 * are over, who was away is back. Run again it changes nothing. Never an objection.
 *
 * @returns how many threads were closed
 */
export async function passTime(now = new Date()): Promise<number> {
  let closed = 0
  for (const proposalId of await undecidedProposals()) {
    try {
      closed += await passIn(proposalId, now)
    } catch (error) {
      // One proposal that breaks does not stop time for the others.
      log.error('time could not pass in a proposal', { proposalId, error })
    }
  }
  return closed
}

async function passIn(proposalId: string, now: Date): Promise<number> {
  const due = await silent(proposalId, now)
  return writeAs(SYSTEM_PERSON, async (tx) => {
    let closed = 0
    for (const { id, number, kind } of due) {
      const to = 'resolved' as const
      const change = { threadId: id, kind, from: ['answered'] as const, to, by: SYSTEM_PERSON, at: now }
      if (!(await setThreadState(tx, change))) continue
      closed++
      const subject = { thread: number }
      await recordEvents(tx, [
        { proposalId, actor: SYSTEM_PERSON, kind: 'thread-closed-by-silence', subject },
      ])
    }
    await settle(tx, { proposalId, actor: SYSTEM_PERSON, now })
    return closed
  })
}

/** In which time alone may have changed something. */
async function undecidedProposals(): Promise<readonly string[]> {
  const rows = await db().proposal.findMany({
    where: { state: { notIn: [...DECIDED] } },
    select: { id: true },
  })
  return rows.map(({ id }) => id)
}

type Due = { id: string; number: number; kind: 'question' | 'issue' }

/**
 * Answered long ago, the answer's own mail (or the series of the revision that answers) sent to an address of the opener
 * long enough ago, and not a word of the opener since.
 */
function silent(proposalId: string, now: Date): Promise<Due[]> {
  const before = new Date(now.getTime() - SILENCE_CLOSES_AFTER_DAYS * DAY_MS)
  return db().$queryRaw<Due[]>`
    SELECT t.id::text, t.number, t.kind::text FROM thread t
    WHERE t.proposal_id = ${proposalId}::uuid AND t.state = 'answered' AND t.kind IN ('question', 'issue')
      AND t.answered_at <= ${before}
      AND NOT EXISTS (SELECT 1 FROM comment c WHERE c.thread_id = t.id AND c.author_id = t.opened_by AND c.created_at > t.answered_at)
      AND EXISTS (
        SELECT 1 FROM outgoing_mail m JOIN outgoing_recipient o ON o.mail_id = m.id
        JOIN person_address a ON a.address = o.address AND a.person_id = t.opened_by
        WHERE m.proposal_id = t.proposal_id AND o.state = 'sent' AND o.changed_at <= ${before}
          AND (m.message_id = (SELECT c.message_id FROM comment c WHERE c.id = t.answer_comment)
               OR (t.answered_in IS NOT NULL AND m.kind = 'series' AND m.created_at >= t.answered_at)))
    ORDER BY t.number LIMIT ${AT_ONCE}`
}
