import 'server-only'
import { db, writeAs } from '#lib/db.server.ts'
import { log } from '#lib/log.server.ts'
import type { Fields } from '#lib/log-fence.ts'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { answeredOf, sentRevisions } from '#lib/review/export/answered-series.server.ts'
import { type ExportWish, exportDiscussion } from '#lib/review/export/export.server.ts'
import { mboxOf } from '#lib/review/export/series.ts'
import { setListReplies } from '#lib/review/outbox/list-replies-setting.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { mailboxOf } from '#lib/review/revision/mailbox.ts'
import { orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { type MailToQueue, queueMails } from './outbox.server.ts'

/**
 * Comments that follow their thread to the list, where a maintainer switched that on. Off otherwise: a list did not ask
 * for what is typed on a page.
 *
 * Only comments on a revision whose series was sent, so that each answers a mail that the list has; only those written
 * here since the switch; and only after a quarter of an hour, in which their writers may still change or delete them.
 */
const SETTLED_AFTER_MS = 15 * 60_000

/** `null`: no such proposal. */
export async function listRepliesOf(
  viewer: Viewer,
  slug: string,
): Promise<{ isOn: boolean; maySwitch: boolean } | null> {
  if (!isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({
    where: { slug, ...readableBy(viewer) },
    select: { id: true, mailSetting: { select: { repliesSince: true } } },
  })
  if (!proposal) return null
  return {
    isOn: (proposal.mailSetting?.repliesSince ?? null) !== null,
    maySwitch: await mayInProposal(viewer, 'switch-list-replies', proposal.id),
  }
}

/** False when the viewer may not. */
export async function switchListReplies(
  viewer: Viewer,
  slug: string,
  isOn: boolean,
  now: Date,
): Promise<boolean> {
  if (!viewer || !isSlug(slug)) return false
  const proposal = await findReadable(viewer, slug)
  if (!proposal || !(await mayInProposal(viewer, 'switch-list-replies', proposal.id))) return false
  const proposalId = proposal.id
  await writeAs(viewer.personId, async (tx) => {
    await setListReplies(tx, proposalId, { since: isOn ? now : null, by: viewer.personId, at: now })
    const kind = isOn ? 'list-replies-on' : 'list-replies-off'
    await recordEvents(tx, [{ proposalId, actor: viewer.personId, kind, subject: {} }])
  })
  return true
}

/** Queues what is due; how many mails. For the process that sends. */
export async function queueListReplies(now: Date): Promise<number> {
  const settings = await db().mailSetting.findMany({
    // To a list an embargoed one is not there.
    where: { repliesSince: { not: null }, proposal: { visibility: { not: 'embargoed' } } },
    select: { repliesSince: true, proposal: { select: { id: true, slug: true } } },
  })
  let queued = 0
  for (const { proposal, repliesSince } of settings) {
    for (const [revision, ids] of await dueComments(proposal.id, repliesSince ?? now, now)) {
      queued += await queueReplies(proposal, revision, ids, now)
    }
  }
  return queued
}

/** Comments of one proposal in one round; the rest comes in the next. */
const AT_ONCE = 500

/** Message-IDs, by the number of the revision whose series they answer. The oldest first. */
async function dueComments(proposalId: string, since: Date, now: Date): Promise<Map<number, Set<string>>> {
  const settled = new Date(now.getTime() - SETTLED_AFTER_MS)
  const sent = await sentRevisions(proposalId)
  const rows = await db().$queryRaw<{ id: string; opened: number }[]>`
    SELECT coalesce(rm.message_id, c.message_id) AS id, r.number AS opened
    FROM comment c JOIN thread t ON t.id = c.thread_id JOIN revision r ON r.id = t.opened_on
      LEFT JOIN review_comment rc ON rc.comment_id = c.id LEFT JOIN review_mail rm ON rm.id = rc.mail_id
    WHERE t.proposal_id = ${proposalId}::uuid AND c.origin = 'web' AND c.redacted_at IS NULL
      AND c.created_at BETWEEN ${since} AND ${settled}
      AND NOT EXISTS (SELECT 1 FROM outgoing_mail o WHERE o.message_id = coalesce(rm.message_id, c.message_id))
    ORDER BY c.created_at LIMIT ${AT_ONCE}`
  const due = new Map<number, Set<string>>()
  for (const { id, opened } of rows) {
    const revision = answeredOf(sent, opened)
    due.set(revision, (due.get(revision) ?? new Set<string>()).add(id))
  }
  return due
}

async function queueReplies(
  proposal: { id: string; slug: string },
  number: number,
  ids: ReadonlySet<string>,
  now: Date,
): Promise<number> {
  const wish: ExportWish = {
    leaving: { ids, at: Math.floor(now.getTime() / 1000) },
    today: now,
  }
  const discussion = await exportDiscussion('program', proposal.slug, number, wish).catch(orUnreadable)
  // One that cannot be read any more keeps no other from its list.
  if (!discussion || discussion instanceof UnreadableRevision) return 0
  const { series, revision } = discussion
  const [cover] = series.messages
  const reached = await db().outgoingRecipient.findMany({
    where: { messageId: cover?.messageId ?? '', state: 'sent' },
    select: { address: true },
  })
  const lists = revision.bundle.cover.to.map((text) => mailboxOf(text).address)
  const isReached = lists.some((list) => reached.some(({ address }) => address === list))
  if (!isReached) return 0
  const mails: MailToQueue[] = []
  for await (const replies of discussion.replies) {
    const wanted = replies.filter(({ messageId }) => ids.has(messageId))
    if (wanted.length === 0) continue
    const broken = brokenRules([...series.messages, ...discussion.answeredBefore(), ...replies])
    const staying = new Set<string>()
    for (const message of wanted) {
      const rules = broken.get(message)
      if (rules) {
        // No words of a person are an error, so this is one of ours. The comment stays, and somebody has to hear of it.
        tellOnce(message, { proposal: proposal.id, revision: number, rules: [...rules].sort() })
      }
      if (rules || message.references.some((id) => staying.has(id))) {
        staying.add(message.messageId) // and so does what would answer it
        continue
      }
      mails.push({ message, recipients: [...message.to, ...message.cc].map(({ address }) => address) })
    }
  }
  if (mails.length === 0) return 0
  const { mails: queued } = await db().$transaction((tx) =>
    queueMails(tx, { proposalId: proposal.id, kind: 'reply', queuedBy: null }, mails),
  )
  return queued
}

/** The rules that each message breaks; those that break none are left out. */
function brokenRules(messages: readonly Message[]): Map<Message, Set<string>> {
  const broken = new Map<Message, Set<string>>()
  for (const { message, rule } of errorsOf(lintMbox(mboxOf(messages), { kind: 'review' }))) {
    const of = messages[message - 1]
    if (of) broken.set(of, (broken.get(of) ?? new Set<string>()).add(rule))
  }
  return broken
}

/** This runs twice a minute; a line of the log for each comment is enough. */
const told = new Set<string>()

function tellOnce({ messageId }: Message, fields: Fields): void {
  if (told.has(messageId)) return
  told.add(messageId)
  log.error('a comment does not leave for the list: the linter refuses its mail', fields)
}
