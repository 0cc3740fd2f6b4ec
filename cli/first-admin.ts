import { parseArgs } from 'node:util'
import { issueFirstAdminToken } from '#lib/review/person/first-admin.server.ts'
import { site } from '#lib/review/proposal/address.ts'

/** Prints the link while there is no administrator, else nothing. */
export async function firstAdmin(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { url: { type: 'string', default: 'http://localhost:3000' } },
  })
  const token = await issueFirstAdminToken()
  if (token) console.log(`First administrator, once: ${values.url}${site.firstAdmin(token)}`)
  return 0
}
