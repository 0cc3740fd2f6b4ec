import { issueFirstAdminToken } from '#lib/review/account/first-admin.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, siteProblem } from './verb.ts'

/** Prints the link while there is no administrator, else nothing. */
export const firstAdmin = defineVerb(
  {
    name: 'first-admin',
    operands: '',
    least: 0,
    most: 0,
    about:
      'Prints a one-time link that makes an account the first administrator, while there is none; else nothing.\nEach call takes back the links before.',
    options: {
      url: {
        type: 'string',
        default: 'http://localhost:3000',
        value: 'URL',
        says: 'where the app is (default http://localhost:3000)',
        check: siteProblem,
      },
    },
  },
  async ({ values }) => {
    const token = await issueFirstAdminToken()
    if (token)
      console.log(`First administrator, once: ${values.url.replace(/\/+$/, '')}${site.firstAdmin(token)}`)
    return exitCode.YES
  },
)
