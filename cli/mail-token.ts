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
      'mail-server': {
        type: 'boolean',
        says: 'your mail server uses it: what it writes into\nAuthentication-Results is believed',
      },
      list: { type: 'boolean', says: 'which there are, instead' },
      revoke: { type: 'string', value: 'ID', says: 'takes one back, instead' },
    },
  },
  async ({ values, operands }) => {
    const [label] = operands
    const isOther = values.list || values.revoke !== undefined
    if (isOther && (label !== undefined || values['mail-server']))
      return wrongUse('mail-token', '--list and --revoke take no LABEL and no --mail-server')
    if (values.list) {
      for (const { id, label, createdAt, usedAt, isRevoked, isMailServer } of await listMailTokens()) {
        const state = isRevoked ? 'revoked' : usedAt ? `used ${usedAt}` : 'never used'
        const whose = isMailServer ? ' (your mail server)' : ''
        console.log(`${id}  ${label}${whose}, made ${createdAt}, ${state}`)
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
    const { id, token } = await createMailToken(label.trim(), values['mail-server'] ?? false)
    console.log(token)
    console.error(`Shown once. Its id, to revoke it: ${id}`)
    return exitCode.YES
  },
)
