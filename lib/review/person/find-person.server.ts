import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'

/**
 * Whose address it is. An account that merely *uses* an address to sign in does not own it before it is confirmed: whoever
 * registers somebody's address first would get the role that is meant for its owner.
 */
export type PersonFound = {
  readonly personId: string
  readonly name: string
  /** `owner`: confirmed it, or mailed from it with proof and has no account. `account`: signs in with it, unconfirmed. */
  readonly is: 'owner' | 'account'
}

export async function personAt(
  given: string,
  reader: Pick<Transaction, 'personAddress' | 'authUser'> = db(),
): Promise<PersonFound | null> {
  const address = given.trim().toLowerCase()
  const known = await reader.personAddress.findUnique({
    where: { address },
    select: {
      confirmedAt: true,
      person: { select: { id: true, name: true, account: { select: { id: true } } } },
    },
  })
  if (known && (known.confirmedAt || !known.person.account))
    return { personId: known.person.id, name: known.person.name, is: 'owner' }
  const account = await reader.authUser.findUnique({
    where: { email: address },
    select: { person: { select: { id: true, name: true } } },
  })
  return account ? { personId: account.person.id, name: account.person.name, is: 'account' } : null
}
