import { giveRole, takeRoleAt } from '#lib/review/acts/change-role.server.ts'
import { invite } from '#lib/review/acts/invite.server.ts'
import { describeRoleFailure } from '#lib/review/acts/roles.ts'
import { peopleForOperator } from '#lib/review/person/people.server.ts'
import { GIVEN_ROLES, isGivenRole } from '#lib/review/person/roles.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** Gives, takes and lists roles, in nobody's name: whoever runs it owns the database. */
export const role = defineVerb(
  {
    name: 'role',
    operands: 'SLUG ADDRESS ROLE',
    least: 1,
    most: 3,
    about: `Gives a role in a proposal: ${GIVEN_ROLES.join(', ')}. With SLUG alone it lists who has which.
The address is one that somebody confirmed, mails from, or signs in with.`,
    options: {
      take: { type: 'boolean', says: 'takes the role, instead' },
      invite: { type: 'boolean', says: 'SLUG ROLE: prints a link that gives it to who accepts, instead' },
    },
  },
  async ({ values, operands }) => {
    const [slug = '', ...rest] = operands
    if (values.take && values.invite) return wrongUse('role', '--take and --invite exclude each other')
    if (values.invite) {
      const [wanted = '', more] = rest
      if (more !== undefined || !isGivenRole(wanted)) return wrongUse('role', '--invite takes SLUG and ROLE')
      const made = await invite('operator', { slug, role: wanted, address: null, clientKey: null })
      if (!made.ok) return refused(describeRoleFailure(made.error))
      console.log(made.value.link)
      console.error('Shown once. It works once, for two weeks.')
      return exitCode.YES
    }
    const [address, wanted] = rest
    if (address === undefined)
      return values.take ? wrongUse('role', 'ADDRESS and ROLE are missing') : list(slug)
    if (wanted === undefined) return wrongUse('role', 'ROLE is missing')
    if (!isGivenRole(wanted)) return wrongUse('role', `${wanted} is no role: ${GIVEN_ROLES.join(', ')}`)
    if (values.take) {
      const taken = await takeRoleAt('operator', { slug, role: wanted, address })
      if (!taken.ok) return refused(describeRoleFailure(taken.error))
      console.log(taken.value ? `${address} is not ${wanted} any more.` : `${address} was not ${wanted}.`)
      return exitCode.YES
    }
    const given = await giveRole('operator', { slug, role: wanted, address })
    if (!given.ok) return refused(describeRoleFailure(given.error))
    const { name, isNew, isConfirmed } = given.value
    console.log(`${name} is ${wanted}${isNew ? ' now' : ' already'}.`)
    if (!isConfirmed)
      console.error(`Nobody has confirmed ${address}: make sure that the account is whose you think.`)
    return exitCode.YES
  },
)

function refused(words: string): number {
  console.error(`coherent role: ${words}`)
  return exitCode.NO
}

async function list(slug: string): Promise<number> {
  const people = await peopleForOperator(slug)
  if (people === null) return refused(describeRoleFailure({ kind: 'no-such-proposal' }))
  for (const { name, roles, addresses } of people)
    console.log(`${roles.join(', ')}: ${name}${addresses.length > 0 ? ` <${addresses.join('>, <')}>` : ''}`)
  return exitCode.YES
}
