import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Transaction } from '#lib/db.server.ts'
import { insertPersons } from '#lib/review/person/write-persons.server.ts'
import { noteAudit } from './audit.server.ts'

/**
 * Accounts come and go here, in the tables of better-auth: an account and its person are made in one transaction, and the
 * library's own function for it cannot take part in one.
 */
export type NewAccount = {
  readonly name: string
  /** In lower case. */
  readonly address: string
  readonly passwordHash: string
  readonly isConfirmed: boolean
}

/** @returns the person. The caller has looked that nobody uses the address, and that the name is free. */
export async function createAccount(tx: Transaction, account: NewAccount): Promise<string> {
  const { name, address, passwordHash, isConfirmed } = account
  const personId = randomUUID()
  await insertPersons(tx, [{ id: personId, name }])
  const { id } = await tx.authUser.create({
    data: { name, email: address, emailVerified: isConfirmed, personId },
    select: { id: true },
  })
  await tx.authAccount.create({
    data: { accountId: id, providerId: 'credential', userId: id, password: passwordHash },
    select: { id: true },
  })
  await noteAudit({ kind: 'account-made', actor: personId }, tx)
  return personId
}

/** From here to its end the transaction is the only one that gives this address an account. */
export async function lockAddress(tx: Transaction, address: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`account ${address}`}, 0))`
}

export type HolderOf = {
  readonly personId: string
  /** They opened a link that was mailed to it. */
  readonly isConfirmed: boolean
  readonly administrator: boolean
}

/** Whose account uses an address to sign in; null: nobody's. */
export async function accountWith(tx: Transaction, address: string): Promise<HolderOf | null> {
  const account = await tx.authUser.findUnique({
    where: { email: address },
    select: {
      personId: true,
      person: {
        select: {
          administrator: true,
          addresses: { where: { address, confirmedAt: { not: null } }, select: { address: true } },
        },
      },
    },
  })
  if (!account) return null
  const { personId, person } = account
  return { personId, isConfirmed: person.addresses.length > 0, administrator: person.administrator }
}

/**
 * Ends an account, its password and its sessions, in one transaction; the person stays with what they wrote. So whoever
 * made an account with an address of somebody else loses it to them, and nothing of it is theirs: not the words, not a
 * password that they did not choose.
 */
export async function endAccount(tx: Transaction, personId: string): Promise<void> {
  await tx.authVerification.deleteMany({
    where: {
      value: {
        in: (await tx.authUser.findMany({ where: { personId }, select: { id: true } })).map(({ id }) => id),
      },
    },
  })
  await tx.authUser.deleteMany({ where: { personId } })
  await tx.addressConfirmation.deleteMany({ where: { personId, usedAt: null } })
}
