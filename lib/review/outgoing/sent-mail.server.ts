import 'server-only'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable } from '#lib/review/person/readable.server.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'

/** What left, what waits and what went wrong: for those who may send. */
export type SentBatch = {
  readonly batchId: string
  readonly kind: string
  /** ISO 8601. */
  readonly at: string
  readonly by: string | null
  readonly mails: readonly SentMail[]
}

export type SentMail = {
  readonly messageId: string
  readonly subject: string
  readonly recipients: readonly {
    readonly id: string
    readonly address: string
    readonly state: string
    readonly attempts: number
    /** The server's answer, or why it was not sent. */
    readonly words: string
    /** ISO 8601; when it is tried next. */
    readonly next: string | null
  }[]
}

const BATCHES_SHOWN = 20

/** Null: no such proposal, or not for this viewer. The newest first. */
export async function sentMail(viewer: Viewer, slug: string): Promise<SentBatch[] | null> {
  if (!isSlug(slug)) return null
  const proposal = await findReadable(viewer, slug)
  if (!proposal || !(await mayInProposal(viewer, 'send-mail', proposal.id))) return null
  const batches = await db().outgoingMail.findMany({
    where: { proposalId: proposal.id, position: 0, kind: { notIn: ['digest', 'acted'] } },
    orderBy: { createdAt: 'desc' },
    take: BATCHES_SHOWN,
    select: { batchId: true },
  })
  const rows = await db().outgoingMail.findMany({
    where: { batchId: { in: batches.map(({ batchId }) => batchId) } },
    orderBy: { position: 'asc' },
    select: {
      batchId: true,
      kind: true,
      messageId: true,
      subject: true,
      createdAt: true,
      person: { select: { name: true } },
      recipients: { orderBy: { id: 'asc' } },
    },
  })
  return batches.flatMap(({ batchId }) => {
    const own = rows.filter((row) => row.batchId === batchId)
    const [first] = own
    if (!first) return []
    const mails = own.map(({ messageId, subject, recipients }) => ({
      messageId,
      subject,
      recipients: recipients.map(({ id, address, state, attempts, answer, lastError, nextAttempt }) => ({
        id: String(id),
        address,
        state,
        attempts,
        words: lastError || answer,
        next: state === 'queued' && attempts > 0 ? nextAttempt.toISOString() : null,
      })),
    }))
    return [
      { batchId, kind: first.kind, at: first.createdAt.toISOString(), by: first.person?.name ?? null, mails },
    ]
  })
}

export type Decision = 'again' | 'arrived' | 'drop'

/** What a person decides about a recipient; false when it is not his to decide or stands otherwise by now. */
export async function decideMail(viewer: Viewer, id: string, decision: Decision): Promise<boolean> {
  if (!viewer || !/^\d{1,18}$/.test(id)) return false
  const row = await db().outgoingRecipient.findUnique({
    where: { id: BigInt(id) },
    select: { id: true, state: true, mail: { select: { proposalId: true } } },
  })
  if (!row || !(await mayInProposal(viewer, 'send-mail', row.mail.proposalId))) return false
  const change = {
    again: { from: ['failed', 'unknown'], data: { state: 'queued', attempts: 0, nextAttempt: new Date() } },
    arrived: {
      from: ['unknown'],
      data: { state: 'sent', answer: `it arrived, says ${viewer.name}`, lastError: '' },
    },
    drop: { from: ['queued', 'failed', 'unknown'], data: { state: 'dropped' } },
  }[decision]
  const { count } = await db().outgoingRecipient.updateMany({
    where: { id: row.id, state: { in: change.from } },
    data: change.data,
  })
  return count === 1
}
