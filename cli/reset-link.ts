import { env } from '#lib/env.server.ts'
import { resetTokenFor } from '#lib/review/account/password.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, siteProblem } from './verb.ts'

/** Prints a link that sets a new password: for the operator, who hands it to whom they know. */
export const resetLink = defineVerb(
  {
    name: 'reset-link',
    operands: 'ADDRESS',
    least: 1,
    most: 1,
    about: `A link that sets a new password for the account that signs in with ADDRESS: where no mail can be sent to it. It
works once, within a day. Hand it on only to whom you know: who opens it has the account.`,
    options: {
      url: {
        type: 'string',
        value: 'URL',
        says: 'where the app is (default: COHERENT_URL, else http://localhost:PORT)',
        check: siteProblem,
      },
    },
  },
  async ({ values, operands }) => {
    const made = await resetTokenFor(operands[0] ?? '', new Date())
    if (made) {
      const url = (values.url ?? env.publicUrl).replace(/\/+$/, '')
      console.log(`For ${made.name}, once, within a day: ${url}${site.resetPassword(made.token)}`)
      return exitCode.YES
    }
    console.error(`No account signs in with the address ${operands[0]}.`)
    return exitCode.NO
  },
)
