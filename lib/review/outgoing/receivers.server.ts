import 'server-only'
import { db } from '#lib/db.server.ts'
import { parseMailbox } from '#lib/mail/message/address.ts'
import { senderOf } from '#lib/review/export/mail-sender.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { publicAddressOf } from '#lib/review/person/public-address.ts'
import { mayInProposal } from '#lib/review/person/standing.server.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'
import { type Participant, type ProposedReceiver, proposeReceivers, publicOnly } from './receivers.ts'

/** More than that is a crowd, and a mail to all of them is refused by lists. */
const MAX_PARTICIPANTS = 100

/**
 * Whom the series would go to. Members of the proposal see everybody whose address is public; others see lists.
 * Address of a participant: one that he confirmed as his for this, or that of a mail he wrote (`senderOf`).
 */
export async function receiversFor(
  viewer: Viewer,
  proposalId: string,
  cover: Cover,
): Promise<ProposedReceiver[]> {
  if (!(await mayInProposal(viewer, 'see-addresses', proposalId))) {
    return publicOnly(proposeReceivers(cover, []))
  }
  return proposeReceivers(cover, await participantsOf(proposalId, cover.mailDomain))
}

async function participantsOf(proposalId: string, mailDomain: string): Promise<Participant[]> {
  const rows = await db().comment.findMany({
    where: { thread: { proposalId }, redactedAt: null },
    distinct: ['authorId', 'threadId'],
    orderBy: [{ createdAt: 'asc' }],
    select: {
      thread: { select: { number: true } },
      author: {
        select: {
          id: true,
          name: true,
          account: { select: { id: true } },
          addresses: { orderBy: { address: 'asc' }, select: { address: true, confirmedAt: true } },
        },
      },
    },
  })
  const people = new Map<string, { author: (typeof rows)[number]['author']; threads: Set<number> }>()
  for (const { author, thread } of rows) {
    const known = people.get(author.id)
    if (known) known.threads.add(thread.number)
    else if (people.size < MAX_PARTICIPANTS)
      people.set(author.id, { author, threads: new Set([thread.number]) })
  }
  return [...people.values()].map(({ author, threads }) => ({
    box: senderOf({ id: author.id, name: author.name, publicAddress: publicAddressOf(author) }, mailDomain),
    threads: [...threads].sort((a, b) => a - b),
  }))
}

/** Where a person without mail of his own to the list is reached: the address of his account. Null without one. */
export async function ownAddressOf(viewer: Viewer): Promise<string | null> {
  if (!viewer) return null
  const account = await db().authUser.findUnique({
    where: { personId: viewer.personId },
    select: { email: true },
  })
  return account && parseMailbox(account.email).ok ? account.email.toLowerCase() : null
}
