import 'server-only'
import { db } from '#lib/db.server.ts'
import { invariant } from '#lib/result.ts'
import type { MailSource } from './mail-source.ts'
import type { MailOutcome } from './outcome.ts'
import { type Again, type ReadMail, readMail, type TakeOptions } from './read-mail.server.ts'
import { knownRevisions } from './series.server.ts'
import { type Around, takeMails, UNDECIDED } from './take-mail.server.ts'

/**
 * Mails in a row, a few at a time in one transaction; where that fails each is taken alone, so that one that cannot be
 * stored takes no other with it. What was taken before an interruption is a duplicate when the file is imported again.
 *
 * The order of the mails does not matter. A reply without its parent waits; whatever waited for a mail is looked at
 * again when it comes, and at the end what waited for nothing that came is placed by what it names besides.
 */
const MAILS_AT_ONCE = 50
/** Of their bytes, so that large mails do not make a large transaction. */
const BYTES_AT_ONCE = 2_000_000

export async function* importMails(
  source: MailSource,
  mails: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  given: Partial<TakeOptions> = {},
): AsyncGenerator<MailOutcome> {
  const options = withDefaults(given)
  let batch: ReadMail[] = []
  let bytes = 0
  for await (const mail of mails) {
    const read = await readMail(mail, source, options.now)
    if ('status' in read) {
      yield read
      continue
    }
    batch.push(read)
    bytes += read.bytes.length
    if (batch.length < MAILS_AT_ONCE && bytes < BYTES_AT_ONCE) continue
    yield* takeAndFollow(batch, source, options)
    batch = []
    bytes = 0
  }
  yield* takeAndFollow(batch, source, options)
  yield* placeWaiting(options.now)
}

/** One mail; throws when it could not be stored, and then nothing of it is. */
export async function importMail(
  source: MailSource,
  bytes: Uint8Array,
  given: Partial<TakeOptions> = {},
): Promise<MailOutcome> {
  const options = withDefaults(given)
  const read = await readMail(bytes, source, options.now)
  if ('status' in read) return read
  const [outcome] = await takeMails([read], source, options)
  invariant(outcome, 'a mail has an outcome')
  for await (const _ of placeRepliesTo([outcome], options.now)) void _
  return outcome
}

const withDefaults = ({
  slug = null,
  leavesUnknown = false,
  now = new Date(),
}: Partial<TakeOptions>): TakeOptions => ({ slug, leavesUnknown, now })

async function* takeAndFollow(
  batch: readonly ReadMail[],
  source: MailSource,
  options: TakeOptions,
): AsyncGenerator<MailOutcome> {
  if (batch.length === 0) return
  let outcomes: MailOutcome[]
  try {
    outcomes = await takeMails(batch, source, options)
  } catch (error) {
    if (batch.length === 1) throw error
    for (const read of batch) yield* takeAndFollow([read], source, options)
    return
  }
  yield* outcomes
  yield* placeRepliesTo(outcomes, options.now)
}

/** What waited for these mails, and what waited for that. */
async function* placeRepliesTo(outcomes: readonly MailOutcome[], now: Date): AsyncGenerator<MailOutcome> {
  let parents = outcomes.filter(({ status }) => status === 'imported').map(({ messageId }) => messageId)
  while (parents.length > 0) {
    const waiting = await db().$queryRaw<{ id: string }[]>`
      SELECT id::text FROM incoming_mail WHERE status = 'waiting' AND answers && ${parents}::text[]
      ORDER BY sent_at NULLS LAST, received_at`
    parents = []
    for (const { id: mailId } of waiting) {
      const outcome = await lookAgain({ mailId, isReleased: false, patienceIsOver: false }, now)
      if (outcome?.status !== 'imported') continue
      yield outcome
      parents.push(outcome.messageId)
    }
  }
}

/** How many are looked at in one go; the rest wait for the next. */
const SWEPT_AT_ONCE = 1000

/**
 * Mails whose time of waiting is over, and mails that wait for something that is here by now: a revision that was
 * published, a parent after whose import the process was killed.
 */
export async function* placeWaiting(now: Date): AsyncGenerator<MailOutcome> {
  const parts = (await knownRevisions(null)).flatMap(({ messageIds }) => messageIds)
  const waiting = await db().$queryRaw<{ id: string; over: boolean }[]>`
    SELECT m.id::text, coalesce(m.wait_until <= ${now}, false) AS over FROM incoming_mail m
    WHERE m.status = 'waiting' AND (
      m.wait_until <= ${now}
      OR m.wait_until IS NULL AND m.answers && ${parts}::text[]
      OR EXISTS (SELECT 1 FROM incoming_mail p
                 WHERE p.message_id = ANY (m.answers) AND p.status = 'imported' AND NOT p.is_conflict
                   AND (m.wait_until IS NULL OR p.message_id = m.answers[1])))
    ORDER BY m.sent_at NULLS LAST, m.received_at LIMIT ${SWEPT_AT_ONCE}`
  for (const { id: mailId, over } of waiting) {
    const outcome = await lookAgain({ mailId, isReleased: false, patienceIsOver: over }, now)
    if (outcome?.status !== 'imported') continue
    yield outcome
    yield* placeRepliesTo([outcome], now)
  }
}

/** A kept mail once more, with its bringer's rights as they are now. Null: it is not kept, or decided meanwhile. */
export async function lookAgain(
  again: Again,
  now: Date,
  around: Around | null = null,
): Promise<MailOutcome | null> {
  const row = await db().incomingMail.findUnique({
    where: { id: again.mailId },
    select: {
      bytes: true,
      status: true,
      source: true,
      token: { select: { id: true, isMailServer: true } },
      receivedAt: true,
      bringer: { select: { id: true, name: true, administrator: true } },
    },
  })
  // It is asked again under the lock; this spares the work.
  if (!row || !UNDECIDED.includes(row.status)) return null
  const source = sourceOf(row)
  // The date that a mail bears lies in the future or not as seen from when it came.
  const read = await readMail(row.bytes, source, row.receivedAt)
  if ('status' in read) return null
  const [outcome] = await takeMails([read], source, { slug: null, leavesUnknown: false, now }, again, around)
  return outcome ?? null
}

function sourceOf(row: {
  source: string
  token: { id: string; isMailServer: boolean } | null
  bringer: { id: string; name: string; administrator: boolean } | null
}): MailSource {
  if (row.source === 'upload' && row.bringer) {
    const { id, name, administrator } = row.bringer
    return { kind: 'upload', viewer: { personId: id, name, administrator } }
  }
  if (row.source === 'api')
    return { kind: 'api', tokenId: row.token?.id ?? '', isMailServer: row.token?.isMailServer ?? false }
  return row.source === 'command' ? { kind: 'command' } : { kind: 'lmtp' }
}
