import 'server-only'
import { mailSettings } from '#lib/env.server.ts'
import type { GivenRole } from '#lib/review/person/roles.ts'
import { mailToAddress, type Sent } from './mail-to-address.server.ts'

export const canMail = () => mailSettings() !== null

/**
 * The link of an invitation, to the address that it is for. What stands in it is ours and the proposal's title: nobody sends
 * words of theirs by it.
 *
 * @param sender the id of who invites: each has few such mails a day
 */
export function mailInvitation(
  address: string,
  invitation: { readonly link: string; readonly title: string; readonly role: GivenRole },
  sender: string,
  now: Date,
): Promise<Sent> {
  const { link, title, role } = invitation
  const body = `You are invited as ${role} of the proposal

  ${title}

Open this link within two weeks to accept; it works once:

${link}

If you do not want to, nothing happens.
`
  const subject = 'An invitation to review a proposal'
  return mailToAddress(address, { kind: 'invitation', subject, body }, sender, now)
}
