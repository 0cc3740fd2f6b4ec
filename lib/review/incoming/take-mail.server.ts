import 'server-only'
import { type Transaction, writeAs } from '#lib/db.server.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { invariant } from '#lib/result.ts'
import { settle } from '#lib/review/acts/settle.server.ts'
import { hiddenProposals } from '#lib/review/person/readable.server.ts'
import { rolesByProposal } from '#lib/review/person/standing.server.ts'
import { SYSTEM_PERSON } from '#lib/review/person/system-person.ts'
import { actByMails } from './act-by-mail.server.ts'
import { type Judged, judgeMail } from './judge.server.ts'
import { StoredMessages } from './known.server.ts'
import type { MailSource } from './mail-source.ts'
import type { MailOutcome } from './outcome.ts'
import { MailPersons } from './persons.server.ts'
import type { Again, ReadMail, TakeOptions } from './read-mail.server.ts'
import { knownRevisions, loadIfReadable } from './series.server.ts'
import { giveUpIds, storeWrites, type Writes } from './store.server.ts'

/**
 * Mails, from bytes to rows, in one transaction.
 *
 * All that writes mail takes turns, in this process and across processes (an advisory lock): what is known when a
 * mail is judged is then what is known when it is written. A reply and its parent that two instances get in the same
 * moment find each other, and of two copies one is the duplicate. Reading and parsing, which take the time, are done
 * before the turn.
 */
const MAIL_LOCK = 0x6d61696c

let turn: Promise<unknown> = Promise.resolve()

/** One at a time in this process: those who wait for the lock would each hold a connection. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work)
  turn = mine.catch(() => {})
  return mine
}

export function mailTransaction<T>(actor: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inTurn(() =>
    writeAs(actor, async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${MAIL_LOCK}::bigint)`
      return work(tx)
    }),
  )
}

/** What is done in the same transaction, once it is this mail's turn: an exception ends all of it. */
export type Around = {
  readonly before: (tx: Transaction) => Promise<void>
  readonly after: (tx: Transaction, outcome: MailOutcome) => Promise<void>
}

/** A mail as it is now, and stays to the end of the transaction; null when it is not there. */
export async function lockMail(
  tx: Transaction,
  id: string,
): Promise<{ readonly status: string; readonly proposalId: string | null } | null> {
  const [row] = await tx.$queryRaw<{ status: string; proposalId: string | null }[]>`
    SELECT status, proposal_id::text AS "proposalId" FROM incoming_mail WHERE id = ${id}::uuid FOR UPDATE`
  return row ?? null
}

/** What nobody decided yet, so that it can still become something else. */
export const UNDECIDED: readonly string[] = ['waiting', 'quarantined']

/** Outcomes in the order of the mails. `again`: of one mail that is kept already; none when it is decided meanwhile. */
export async function takeMails(
  reads: readonly ReadMail[],
  source: MailSource,
  options: TakeOptions,
  again: Again | null = null,
  around: Around | null = null,
): Promise<MailOutcome[]> {
  const actor = source.kind === 'upload' ? source.viewer.personId : ''
  const revisions = await knownRevisions(options.slug)
  // What has to be rendered is rendered before the turn, where a mail itself names it.
  const named = new Set(reads.flatMap(({ parsed }) => [...parsed.inReplyTo, ...parsed.references]))
  for (const revision of revisions) {
    if (revision.messageIds.some((id) => named.has(id))) await loadIfReadable(revision)
  }
  return mailTransaction(actor, async (tx) => {
    await around?.before(tx)
    if (again && !UNDECIDED.includes((await lockMail(tx, again.mailId))?.status ?? '')) return []
    const seen = await seenHashes(tx, reads, again)
    const parsed = reads.map((read) => read.parsed)
    const known = await StoredMessages.load(tx, parsed, again?.mailId ?? null)
    const persons = await MailPersons.load(
      tx,
      parsed.flatMap(({ author }) => author ?? []),
    )
    const viewerRoles = await rolesByProposal(source.kind === 'upload' ? source.viewer : null, tx)
    const deciderRoles = await rolesByProposal(again?.decider ?? null, tx)
    const hidden = await hiddenProposals(tx)
    const roles = { viewerRoles, deciderRoles }
    const context = { source, options, again, revisions, known, persons, ...roles, hidden, seen }
    const writes: Writes = { reclaimed: [], mails: [], threads: [], comments: [], trailers: [], acting: [] }
    const judged = new Map<ReadMail, Judged>()
    for (const read of parentsFirst(reads)) judged.set(read, await judgeMail(read, context, writes))
    await persons.store(tx)
    await giveUpIds(tx, writes)
    if (again) await updateKept(tx, again.mailId, writes)
    const written = await storeWrites(tx, again ? { ...writes, mails: [] } : writes, actor)
    await actByMails(tx, writes.acting, options.now)
    // Held mail is somebody's turn.
    const held = writes.mails.flatMap((mail) =>
      mail.status === 'quarantined' ? (mail.proposalId ?? []) : [],
    )
    for (const proposalId of [...new Set(held)].sort())
      await settle(tx, { proposalId, actor: SYSTEM_PERSON, now: options.now })
    const outcomes = reads.flatMap((read) => {
      const one = judged.get(read)
      if (!one) return []
      const comments = one.commentIds.flatMap((id) => {
        const place = written.get(id)
        return place ? [{ slug: one.slug, thread: place.thread, comment: place.seq }] : []
      })
      return [{ ...one.outcome, comments }]
    })
    for (const outcome of outcomes) await around?.after(tx, outcome)
    return outcomes
  })
}

/** Hashes of bytes that are here. */
async function seenHashes(
  tx: Transaction,
  reads: readonly ReadMail[],
  again: Again | null,
): Promise<Set<string>> {
  const hashes = reads.map(({ sha256 }) => Buffer.from(sha256).toString('hex'))
  const rows = await tx.$queryRaw<{ hash: string }[]>`
    SELECT encode(sha256, 'hex') AS hash FROM incoming_mail
    WHERE sha256 IN (SELECT decode(h, 'hex') FROM unnest(${hashes}::text[]) h) AND id::text <> ${again?.mailId ?? ''}`
  return new Set(rows.map(({ hash }) => hash))
}

/** Of mails that come together a reply is judged behind what it answers; else the order stays. */
export function parentsFirst(reads: readonly ReadMail[]): ReadMail[] {
  const byId = new Map<MessageId, ReadMail>()
  for (const read of reads) if (!byId.has(read.parsed.messageId)) byId.set(read.parsed.messageId, read)
  const sorted = new Set<ReadMail>()
  for (const read of reads) {
    const chain: ReadMail[] = []
    for (let at: ReadMail | undefined = read; at && !sorted.has(at) && !chain.includes(at); ) {
      chain.push(at)
      const parent: MessageId | undefined = at.parsed.inReplyTo[0]
      at = parent === undefined ? undefined : byId.get(parent)
    }
    for (const one of chain.reverse()) sorted.add(one)
  }
  return [...sorted]
}

/** A kept mail is judged anew: what it is now, and where it belongs. Its bytes and headers stay. */
async function updateKept(tx: Transaction, mailId: string, { mails }: Writes): Promise<void> {
  const [row] = mails
  if (!row) return
  const { status, flags, parentMessageId, authorId, proposalId, revisionId, part, waitUntil, isConflict } =
    row
  const data = { status, flags, parentMessageId, authorId, proposalId, revisionId, part, isConflict }
  const isWaiting = status === 'waiting'
  const { count } = await tx.incomingMail.updateMany({
    where: { id: mailId, status: { in: [...UNDECIDED] } },
    data: isWaiting ? data : { ...data, waitUntil: null },
  })
  invariant(count === 1, 'a mail that is locked stays as it is')
  // One that goes on waiting waits as long as it was told to; one that waited for anything at all now waits for a
  // parent, and not for ever.
  if (isWaiting && waitUntil)
    await tx.incomingMail.updateMany({ where: { id: mailId, waitUntil: null }, data: { waitUntil } })
}
