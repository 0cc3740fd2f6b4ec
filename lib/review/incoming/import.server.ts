import 'server-only'
import { db } from '../../db.server.ts'
import type { MailSource } from './mail-source.ts'
import type { MailOutcome } from './outcome.ts'
import { knownRevisions } from './series.server.ts'
import { type Again, type ReadMail, readMail, type TakeOptions, takeMail } from './take-mail.server.ts'

/**
 * Mails in a row: each is taken in a transaction of its own, so that one that fails takes nothing with it, and what was
 * taken before an interruption is a duplicate when the same file is imported again.
 *
 * The order of the mails does not matter. A reply without its parent waits; whatever waited for a mail is looked at
 * again when it comes, and at the end what waited for nothing that came is placed by what it names besides.
 */
export async function* importMails(
  source: MailSource,
  mails: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: Partial<TakeOptions> = {},
): AsyncGenerator<MailOutcome> {
  const { slug = null, leavesUnknown = false, now = new Date() } = options
  const all: TakeOptions = { slug, leavesUnknown, now }
  /** Read while the one before is written: parsing is this process's work, writing the database's. */
  let ahead: Promise<ReadMail | MailOutcome> | null = null
  for await (const bytes of mails) {
    const read = readMail(bytes, source, now)
    read.catch(() => {}) // awaited below, whatever happens to the mail before it
    if (ahead) yield* takeAndFollow(await ahead, source, all)
    ahead = read
  }
  if (ahead) yield* takeAndFollow(await ahead, source, all)
  yield* placeWaiting(now, all)
}

export async function importMail(
  source: MailSource,
  bytes: Uint8Array,
  options: Partial<TakeOptions> = {},
): Promise<MailOutcome> {
  const { slug = null, leavesUnknown = false, now = new Date() } = options
  const all: TakeOptions = { slug, leavesUnknown, now }
  const read = await readMail(bytes, source, now)
  let own: MailOutcome | null = null
  for await (const outcome of takeAndFollow(read, source, all)) own ??= outcome
  return own as unknown as MailOutcome // the first one is the mail's own
}

async function* takeAndFollow(
  read: ReadMail | MailOutcome,
  source: MailSource,
  options: TakeOptions,
): AsyncGenerator<MailOutcome> {
  if ('status' in read) {
    yield read
    return
  }
  const outcome = await takeMail(read, source, options)
  yield outcome
  if (outcome.status === 'imported') yield* placeRepliesTo(outcome.messageId, options)
}

/** What waited for this mail, and what waited for that. */
async function* placeRepliesTo(messageId: string, options: TakeOptions): AsyncGenerator<MailOutcome> {
  const open = [messageId]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const waiting = await db().incomingMail.findMany({
      where: { status: 'waiting', answers: { has: id } },
      orderBy: [{ sentAt: 'asc' }, { receivedAt: 'asc' }],
      select: { id: true },
    })
    for (const { id: mailId } of waiting) {
      const outcome = await lookAgain({ mailId, isReleased: false, patienceIsOver: false }, options)
      if (outcome?.status === 'imported') {
        yield outcome
        open.push(outcome.messageId)
      }
    }
  }
}

/** How many are looked at in one go; the rest wait for the next. */
const SWEPT_AT_ONCE = 1000

/**
 * Mails whose time of waiting is over, and mails that wait for something that is here by now: a revision that was
 * published, a parent after whose import the process was killed.
 */
export async function* placeWaiting(now: Date, options?: TakeOptions): AsyncGenerator<MailOutcome> {
  const all = options ?? { slug: null, leavesUnknown: false, now }
  const parts = (await knownRevisions(null)).flatMap(({ messageIds }) => messageIds)
  const waiting = await db().$queryRaw<{ id: string; over: boolean }[]>`
    SELECT m.id::text, coalesce(m.wait_until <= ${now}, false) AS over FROM incoming_mail m
    WHERE m.status = 'waiting' AND (
      m.wait_until <= ${now}
      OR m.wait_until IS NULL AND m.answers && ${parts}::text[]
      OR EXISTS (SELECT 1 FROM incoming_mail p WHERE p.message_id = ANY (m.answers) AND p.status = 'imported' AND NOT p.is_conflict
                 AND (m.wait_until IS NULL OR p.message_id = m.answers[1])))
    ORDER BY m.sent_at NULLS LAST, m.received_at LIMIT ${SWEPT_AT_ONCE}`
  for (const { id: mailId, over } of waiting) {
    const outcome = await lookAgain({ mailId, isReleased: false, patienceIsOver: over }, all)
    if (outcome?.status === 'imported') {
      yield outcome
      yield* placeRepliesTo(outcome.messageId, all)
    }
  }
}

/** A kept mail once more, with its source's rights as they are now. Null: it is gone from the queue meanwhile. */
export async function lookAgain(again: Again, options: TakeOptions): Promise<MailOutcome | null> {
  const row = await db().incomingMail.findUnique({
    where: { id: again.mailId },
    select: {
      bytes: true,
      status: true,
      source: true,
      tokenId: true,
      receivedAt: true,
      bringer: { select: { id: true, name: true, administrator: true } },
    },
  })
  if (!row || row.status === 'imported') return null
  const source = sourceOf(row)
  const read = await readMail(row.bytes, source, row.receivedAt)
  if ('status' in read) return null
  return takeMail(read, source, { ...options, slug: null, now: options.now }, again)
}

function sourceOf(row: {
  source: string
  tokenId: string | null
  bringer: { id: string; name: string; administrator: boolean } | null
}): MailSource {
  if (row.source === 'upload' && row.bringer) {
    const { id, name, administrator } = row.bringer
    return { kind: 'upload', viewer: { personId: id, name, administrator } }
  }
  if (row.source === 'api') return { kind: 'api', tokenId: row.tokenId ?? '' }
  return row.source === 'command' ? { kind: 'command' } : { kind: 'lmtp' }
}
