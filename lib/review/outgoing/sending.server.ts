import 'server-only'
import { db, writeAs } from '#lib/db.server.ts'
import { mailSettings } from '#lib/env.server.ts'
import type { Finding } from '#lib/mail/lint/finding.ts'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import { parseMailboxes } from '#lib/mail/message/address.ts'
import type { Mailbox, Message } from '#lib/mail/message/message.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { withinLimit } from '#lib/review/account/tries.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { exportDiscussion } from '#lib/review/export/export.server.ts'
import { mboxOf } from '#lib/review/export/series.ts'
import { gateOfRevision } from '#lib/review/gate/gate.server.ts'
import type { GateResult } from '#lib/review/gate/gate-item.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import type { LoadedRevision } from '#lib/review/revision/revisions.server.ts'
import { orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { type Queued, queueMails } from './outbox.server.ts'
import { ownAddressOf, receiversFor } from './receivers.server.ts'
import { addressedTo, type ProposedReceiver, receiversOf } from './receivers.ts'
import { reflected } from './reflect.ts'

/**
 * Sending a series: who may, what would leave to whom, and the press of the button.
 *
 * First to oneself: until a series has been looked at in a mail reader it does not leave for a list, where it stays for
 * ever. And never with an error of the linter.
 */
export type SendingFailure =
  | { readonly kind: 'off' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'no-such-revision' }
  | { readonly kind: 'no-receiver' }
  | { readonly kind: 'too-many-receivers' }
  | { readonly kind: 'bad-address'; readonly text: string }
  | { readonly kind: 'lint'; readonly errors: readonly Finding[] }
  | { readonly kind: 'gate'; readonly gate: GateResult }
  | { readonly kind: 'not-looked-at' }
  | { readonly kind: 'no-own-address' }
  | { readonly kind: 'embargoed' }
  | { readonly kind: 'too-fast' }

export type SendingWish = {
  readonly slug: string
  readonly number: number | null
  /** Addresses of proposed receivers; null: all of them. */
  readonly chosen: readonly string[] | null
  /** Mailboxes beside the proposed ones, as typed: separated by commas or line ends. */
  readonly further: string
}

export type Sending = {
  readonly revision: LoadedRevision
  readonly proposed: readonly ProposedReceiver[]
  readonly messages: readonly Message[]
  /** Everybody in To and Cc: an envelope each. */
  readonly recipients: readonly Mailbox[]
  /** Who has all of it already, or soon will. */
  readonly served: ReadonlySet<string>
  readonly lint: readonly Finding[]
  /** What is open keeps it here, from its sender's own mail reader too. */
  readonly gate: GateResult
  readonly wasLookedAt: boolean
  /** It left before: whoever gets it now gets it with the Date that it had then. */
  readonly wasSent: boolean
}

const MAX_RECEIVERS = 60
const HOUR_MS = 3_600_000
const SENDINGS_AN_HOUR = 20

/** What would leave; nothing is queued. */
export async function previewSending(
  viewer: Viewer,
  wish: SendingWish,
  now = new Date(),
): Promise<Result<Sending, SendingFailure>> {
  if (!mailSettings()) return err({ kind: 'off' })
  const discussion = await exportDiscussion(viewer, wish.slug, wish.number, { today: now }).catch(
    orUnreadable,
  )
  if (!discussion || discussion instanceof UnreadableRevision) return err({ kind: 'no-such-revision' })
  const { revision, series, wasSent } = discussion
  if (!(await mayInProposal(viewer, 'send-mail', revision.proposalId))) return err({ kind: 'forbidden' })
  const proposed = await receiversFor(viewer, revision.proposalId, revision.bundle.cover)
  const wanted = wish.chosen?.map((address) => address.toLowerCase())
  const chosen = proposed.filter(({ box }) => wanted?.includes(box.address.toLowerCase()) ?? true)
  const further = furtherReceivers(wish.further, chosen)
  if (!further.ok) return further
  const receivers = receiversOf([...chosen, ...further.value])
  const recipients = [...receivers.to, ...receivers.cc]
  if (recipients.length === 0) return err({ kind: 'no-receiver' })
  if (recipients.length > MAX_RECEIVERS) return err({ kind: 'too-many-receivers' })
  const messages = addressedTo(series.messages, receivers)
  const lint = lintMbox(mboxOf(messages), { kind: 'series' })
  const [served, wasLookedAt, gate] = await Promise.all([
    servedOf(messages, recipients),
    hasLookedAt(revision.proposalId, messages),
    gateOfRevision(db(), revision.revisionId),
  ])
  return ok({ revision, proposed, messages, recipients, served, lint, gate, wasLookedAt, wasSent })
}

/** Puts the series into the outbox. Whoever has a mail of it already does not get it again. */
export async function sendSeries(
  viewer: Viewer,
  wish: SendingWish,
  now = new Date(),
): Promise<Result<Queued, SendingFailure>> {
  const preview = await previewSending(viewer, wish, now)
  if (!preview.ok || !viewer) return preview.ok ? err({ kind: 'forbidden' }) : preview
  const { revision, messages, recipients, lint, gate, wasLookedAt } = preview.value
  if (!gate.passes) return err({ kind: 'gate', gate })
  const errors = errorsOf(lint)
  if (errors.length > 0) return err({ kind: 'lint', errors })
  if (!wasLookedAt) return err({ kind: 'not-looked-at' })
  // A list is everybody.
  if (revision.visibility === 'embargoed') return err({ kind: 'embargoed' })
  return queueOnce(viewer, revision, 'series', messages, recipients)
}

/** To the viewer alone, as it would leave, with Message-IDs of its own. */
export async function reflectSeries(
  viewer: Viewer,
  wish: SendingWish,
): Promise<Result<Queued, SendingFailure>> {
  const preview = await previewSending(viewer, wish)
  if (!preview.ok || !viewer) return preview.ok ? err({ kind: 'forbidden' }) : preview
  const own = await ownAddressOf(viewer)
  if (own === null) return err({ kind: 'no-own-address' })
  const { revision, messages, gate } = preview.value
  if (!gate.passes) return err({ kind: 'gate', gate })
  const [cover] = messages
  const round =
    1 +
    (await db().outgoingMail.count({
      where: {
        proposalId: revision.proposalId,
        kind: 'reflect',
        position: 0,
        messageId: { endsWith: tailOf(cover) },
      },
    }))
  return queueOnce(viewer, revision, 'reflect', reflected(messages, round), [{ name: '', address: own }])
}

async function queueOnce(
  viewer: NonNullable<Viewer>,
  { proposalId, revisionId }: Pick<LoadedRevision, 'proposalId' | 'revisionId'>,
  kind: 'series' | 'reflect',
  messages: readonly Message[],
  recipients: readonly Mailbox[],
): Promise<Result<Queued, SendingFailure>> {
  if (!(await withinLimit(`send-mail:${viewer.personId}`, SENDINGS_AN_HOUR, HOUR_MS)))
    return err({ kind: 'too-fast' })
  const addresses = recipients.map(({ address }) => address)
  return writeAs(viewer.personId, async (tx) => {
    // Two presses at once: the second one waits, and finds what the first one queued.
    await tx.$queryRaw`SELECT id FROM proposal WHERE id = ${proposalId}::uuid FOR NO KEY UPDATE`
    // A reviewer may have found an answer weak since the page was made.
    const gate = await gateOfRevision(tx, revisionId)
    if (!gate.passes) return err({ kind: 'gate', gate })
    const queued = await queueMails(
      tx,
      { proposalId, kind, revisionId, queuedBy: viewer.personId },
      messages.map((message) => ({ message, recipients: addresses })),
    )
    if (kind === 'series' && queued.recipients > 0) {
      const subject = { batch: queued.batchId, mails: queued.mails, recipients: addresses.length }
      await recordEvents(tx, [{ proposalId, actor: viewer.personId, kind: 'series-sent', subject }])
    }
    return ok(queued)
  })
}

function furtherReceivers(
  text: string,
  chosen: readonly ProposedReceiver[],
): Result<ProposedReceiver[], SendingFailure> {
  const boxes = parseMailboxes(text.replace(/[\r\n]+/g, ','))
  if (!boxes.ok) return err({ kind: 'bad-address', text: text.slice(0, 200) })
  const further: ProposedReceiver[] = []
  for (const { name, address } of boxes.value) {
    if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(address)) {
      return err({ kind: 'bad-address', text: address.slice(0, 200) })
    }
    const isKnown = [...chosen, ...further].some(
      ({ box }) => box.address.toLowerCase() === address.toLowerCase(),
    )
    if (!isKnown)
      further.push({ box: { name: cleanLine(name), address }, as: 'cc', isList: false, why: 'added' })
  }
  return ok(further)
}

async function servedOf(messages: readonly Message[], recipients: readonly Mailbox[]): Promise<Set<string>> {
  const rows = await db().outgoingRecipient.groupBy({
    by: ['address'],
    where: {
      messageId: { in: messages.map(({ messageId }) => messageId) },
      address: { in: recipients.map(({ address }) => address.toLowerCase()) },
      state: { in: ['queued', 'sending', 'unknown', 'sent'] },
    },
    _count: true,
  })
  return new Set(rows.filter(({ _count }) => _count === messages.length).map(({ address }) => address))
}

/** Whether this very series reached somebody's own mail reader, whole. */
async function hasLookedAt(proposalId: string, messages: readonly Message[]): Promise<boolean> {
  const rows = await db().outgoingMail.findMany({
    where: {
      proposalId,
      kind: 'reflect',
      OR: messages.map((message) => ({ messageId: { endsWith: tailOf(message) } })),
      recipients: { some: { state: 'sent' } },
    },
    select: { batchId: true },
  })
  const sent = new Map<string, number>()
  for (const { batchId } of rows) sent.set(batchId, (sent.get(batchId) ?? 0) + 1)
  return [...sent.values()].some((count) => count >= messages.length)
}

/** What is left of an id in the id of its reflection, however long it is: revision, part, content hash, domain. */
function tailOf(message: Message | undefined): string {
  return /-v\d+-\d+-[0-9a-f]{8}@.*$/.exec(message?.messageId ?? '')?.[0] ?? '@'
}
