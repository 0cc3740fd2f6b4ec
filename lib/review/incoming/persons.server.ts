import 'server-only'
import type { Transaction } from '../../db.server.ts'
import type { Mailbox } from '../../mail/message.ts'
import type { Role } from '../permission.ts'

/**
 * Whose comments are those of a mail?
 *
 * A sender that is proved (DMARC, or a signature of his own domain) is the person of his address: the one who
 * confirmed it, or one without an account who is found or made. Everybody else only says that he is who he says: his
 * words go to another person who stands for "an unproved sender with this address", has no role anywhere and is shown
 * as what he is. So a forged sender never speaks in the name of an account, of an author or of a reviewer, and whoever
 * confirms the address decides himself which of those words are his.
 *
 * An account that merely *uses* an address to sign in does not own it: until that is confirmed, mail from it is that of
 * a person without an account, who becomes part of the account when it is.
 */
export type MailPerson = { readonly id: string; readonly roles: readonly Role[] }

export async function personOfMail(
  tx: Transaction,
  author: Mailbox,
  { isProved, proposalId }: { isProved: boolean; proposalId: string },
): Promise<MailPerson> {
  const address = author.address.toLowerCase()
  const owner = isProved ? await ownerOf(tx, address, author) : null
  if (owner === null) return { id: await unprovedPerson(tx, address, author), roles: [] }
  const [memberships, person] = await Promise.all([
    tx.membership.findMany({ where: { proposalId, personId: owner }, select: { role: true } }),
    tx.person.findUniqueOrThrow({ where: { id: owner }, select: { administrator: true } }),
  ])
  const roles = memberships.map(({ role }) => role)
  return { id: owner, roles: person.administrator ? [...roles, 'admin'] : roles }
}

async function ownerOf(tx: Transaction, address: string, author: Mailbox): Promise<string | null> {
  const known = await tx.personAddress.findUnique({
    where: { address },
    select: { personId: true, confirmedAt: true, person: { select: { account: { select: { id: true } } } } },
  })
  if (known) return known.confirmedAt !== null || known.person.account === null ? known.personId : null
  const { id } = await tx.person.create({ data: { name: nameOf(author) }, select: { id: true } })
  await tx.personAddress.create({ data: { address, personId: id }, select: { address: true } })
  return id
}

async function unprovedPerson(tx: Transaction, address: string, author: Mailbox): Promise<string> {
  const known = await tx.unprovedSender.findUnique({ where: { address }, select: { personId: true } })
  if (known) return known.personId
  const { id } = await tx.person.create({ data: { name: nameOf(author) }, select: { id: true } })
  await tx.unprovedSender.create({ data: { address, personId: id }, select: { address: true } })
  return id
}

/** A person's name has 200 characters. */
export function nameOf({ name, address }: Mailbox): string {
  const said = name.trim() === '' ? address : name.trim()
  return [...said].slice(0, 200).join('')
}
