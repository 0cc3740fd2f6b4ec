import 'server-only'
import { mailToAddress, type Sent } from '#lib/review/account/mail-to-address.server.ts'

/**
 * The link that confirms an address, to that address. Where that is not possible nobody sees this link: it is worth an
 * identity, so it is not put into a log. The operator makes another one for whom they know (`coherent address-link`).
 */
export function sendConfirmation(address: string, link: string, personId: string, now: Date): Promise<Sent> {
  return mailToAddress(
    address,
    { kind: 'confirm', subject: 'Is this your address?', body: bodyOf(link) },
    personId,
    now,
  )
}

function bodyOf(link: string): string {
  return `Somebody with an account on Coherent says that this address is theirs.

If that is you, open this link within a day, in the browser in which you
are signed in:

${link}

The comments that were imported under this address become yours then.
If it is not you, nothing happens unless the link is opened.
`
}
