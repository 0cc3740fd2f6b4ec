import { blockAt } from '#lib/review/acts/block.server.ts'
import { describeRoleFailure } from '#lib/review/acts/roles.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** Blocks an account, in nobody's name: whoever runs it owns the database. */
export const block = defineVerb(
  {
    name: 'block',
    operands: 'ADDRESS',
    least: 1,
    most: 1,
    about: `Blocks whose address it is: they read what is public and do nothing, their sessions end, their mail is held. What
they said and which roles they have stays.`,
    options: {
      reason: { type: 'string', value: 'TEXT', says: 'why; administrators read it' },
      end: { type: 'boolean', says: 'unblocks, instead' },
    },
  },
  async ({ values, operands }) => {
    const [address = ''] = operands
    if (values.end ? values.reason !== undefined : values.reason === undefined)
      return wrongUse('block', 'write --reason TEXT to block, or --end to unblock')
    const done = await blockAt('operator', { address, reason: values.end ? null : (values.reason ?? '') })
    if (!done.ok) {
      console.error(`coherent block: ${describeRoleFailure(done.error)}`)
      return exitCode.NO
    }
    console.log(`${done.value.name} is ${values.end ? 'not blocked any more' : 'blocked'}.`)
    return exitCode.YES
  },
)
