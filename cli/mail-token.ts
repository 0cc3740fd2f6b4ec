import { createMailToken, listMailTokens, revokeMailToken } from '#lib/review/incoming/tokens.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

export const mailToken = defineVerb(
  {
    name: 'mail-token',
    operands: 'LABEL',
    least: 0,
    most: 1,
    about: 'Makes a token for POST /api/mail, and shows it once. LABEL says what it is for.',
    options: {
      list: { type: 'boolean', says: 'which there are, instead' },
      revoke: { type: 'string', value: 'ID', says: 'takes one back, instead' },
    },
  },
  async ({ values, operands }) => {
    const [label] = operands
    if (label !== undefined && (values.list || values.revoke !== undefined))
      return wrongUse('mail-token', '--list and --revoke take no LABEL')
    if (values.list) {
      for (const { id, label, createdAt, usedAt, isRevoked } of await listMailTokens()) {
        const state = isRevoked ? 'revoked' : usedAt ? `used ${usedAt}` : 'never used'
        console.log(`${id}  ${label}, made ${createdAt}, ${state}`)
      }
      return exitCode.YES
    }
    if (values.revoke !== undefined) {
      if (await revokeMailToken(values.revoke, new Date())) return exitCode.YES
      console.error('coherent mail-token: no token that still works has this id (see --list)')
      return exitCode.NO
    }
    if (label === undefined || label.trim() === '' || label.length > 100)
      return wrongUse(
        'mail-token',
        label === undefined ? 'LABEL is missing' : 'LABEL has 1 to 100 characters',
      )
    const { id, token } = await createMailToken(label.trim())
    console.log(token)
    console.error(`Shown once. Its id, to revoke it: ${id}`)
    return exitCode.YES
  },
)
