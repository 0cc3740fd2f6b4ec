import { linksFor } from '#lib/review/incoming/confirm-address.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb } from './verb.ts'

/** Prints links that make an address somebody's: for the operator alone, who hands each on to whom they know. */
export const addressLink = defineVerb(
  {
    name: 'address-link',
    operands: 'ADDRESS',
    least: 1,
    most: 1,
    about: `A link that confirms an address, for each account that asked for it within a day: where no mail can be sent to
it. Hand it on only to whom you know: who opens it, signed in, owns what was written under the address.`,
    options: {},
  },
  async ({ operands }) => {
    const links = await linksFor(operands[0] ?? '', new Date())
    // A name is what somebody wrote; the address that they sign in with tells two of the same name apart.
    for (const { name, account, link } of links)
      console.log(`For ${name}, who signs in as ${account}, within a day: ${link}`)
    if (links.length > 0) return exitCode.YES
    console.error(`Nobody asked for the address ${operands[0]} within a day (on the page /me).`)
    return exitCode.NO
  },
)
