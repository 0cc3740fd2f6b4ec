import { parseArgs } from 'node:util'
import { createMailToken, listMailTokens, revokeMailToken } from '#lib/review/incoming/tokens.server.ts'

const USAGE = `coherent mail-token LABEL        makes a token for POST /api/mail, and shows it once
coherent mail-token --list       which there are
coherent mail-token --revoke ID  takes one back`

export async function mailToken(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { list: { type: 'boolean' }, revoke: { type: 'string' } },
  })
  if (values.list) {
    for (const { id, label, createdAt, usedAt, isRevoked } of await listMailTokens()) {
      const state = isRevoked ? 'revoked' : usedAt ? `used ${usedAt}` : 'never used'
      console.log(`${id}  ${label}, made ${createdAt}, ${state}`)
    }
    return 0
  }
  if (values.revoke !== undefined) {
    if (await revokeMailToken(values.revoke, new Date())) return 0
    console.error('coherent mail-token: no token that still works has this id (see --list)')
    return 1
  }
  const [label] = positionals
  if (positionals.length !== 1 || label === undefined || label.trim() === '' || label.length > 100) {
    console.error(USAGE)
    return 3
  }
  const { id, token } = await createMailToken(label.trim())
  console.log(token)
  console.error(`Shown once. Its id, to revoke it: ${id}`)
  return 0
}
