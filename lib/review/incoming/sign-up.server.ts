import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { auth, hashPassword, isPassword, isTooManyPasswords } from '#lib/auth.server.ts'
import { db, type Transaction } from '#lib/db.server.ts'
import { env, mailSettings } from '#lib/env.server.ts'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { accountWith, createAccount, endAccount, lockAddress } from '#lib/review/account/accounts.server.ts'
import { noteAudit } from '#lib/review/account/audit.server.ts'
import { mailToAddress } from '#lib/review/account/mail-to-address.server.ts'
import { countedSignUp, nameFailure } from '#lib/review/account/sign-in.server.ts'
import type { SignUpInput } from '#lib/review/account/sign-in.ts'
import { withinLimit } from '#lib/review/account/tries.server.ts'
import { looksLike } from '#lib/review/person/write-persons.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { makeOwner } from './confirm-address.server.ts'
import { mailTransaction } from './take-mail.server.ts'

/**
 * Signing up where mail can be sent: an account is made when the link that was mailed to its address is opened, and not
 * before, so nobody holds an address that they do not read.
 *
 * The link alone is not enough: whoever opens it types the password that was chosen when it was asked for. Otherwise somebody
 * could ask in the name of another, with a password of their own, and wait until the other opens the link.
 */
const VALID_MS = 24 * 3600 * 1000
const TRIES = 10

const sha256 = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())

/** Whether signing up takes a mail here. */
export const confirmsSignUps = (): boolean => mailSettings() !== null

export type AskFailure =
  | 'name-of-account'
  | 'name-of-mail'
  | 'too-many'
  | 'too-many-mails'
  | 'not-sent'
  | 'busy'

/**
 * Asks for an account. The answer is the same whether the address has one: what its owner has to know stands in the mail.
 *
 * @param next where to go once the account is there: a path of this site
 */
export function askForAccount(
  input: z.infer<typeof SignUpInput>,
  next: string,
  headers: Headers,
  now: Date,
): Promise<Result<null, AskFailure>> {
  const address = input.email.toLowerCase()
  return countedSignUp(headers, async () => {
    const like = await db().$transaction(async (tx) => looksLike(tx, input.name, await othersOf(tx, address)))
    if (like) return err(nameFailure(like))
    const passwordHash = await hashPassword(input.password)
    const holder = await db().$transaction((tx) => accountWith(tx, address))
    const sender = headers.get(NETWORK_HEADER) || null
    const token = randomBytes(24).toString('base64url')
    if (!holder?.isConfirmed) {
      await db().signUp.deleteMany({ where: { expiresAt: { lt: now } } })
      await db().signUp.create({
        data: {
          ...{ sha256: sha256(token), address, name: input.name, passwordHash, next },
          createdAt: now,
          expiresAt: new Date(now.getTime() + VALID_MS),
        },
        select: { address: true },
      })
    }
    const body = holder?.isConfirmed ? existsBody() : linkBody(input.name, token)
    const mail = { kind: 'sign-up', subject: 'Your account on Coherent', body } as const
    const sent = await mailToAddress(address, mail, sender && `network:${sender}`, now)
    if (sent === 'too-many') return err('too-many-mails')
    return sent === 'sent' ? ok(null) : err('not-sent')
  })
}

function linkBody(name: string, token: string): string {
  return `Somebody asked for an account on Coherent with this address, under the
name ${name}.

If that was you, open this link within a day, and type the password that
you chose:

${env.publicUrl}${site.finishSignUp(token)}

If it was not you, do nothing: there is no account unless the link is
opened by who knows that password.
`
}

function existsBody(): string {
  return `Somebody asked for an account on Coherent with this address. It has one
already, and nothing was changed.

If that was you, sign in:

${env.publicUrl}${site.signIn()}

A new password is set there, too, if you have forgotten yours.
`
}

/** Whose names do not count for the owner of an address: what was imported under it, and who only uses it to sign in. */
async function othersOf(tx: Transaction, address: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id::text FROM person_address a JOIN person p ON p.id = a.person_id
    WHERE a.address = ${address} AND NOT EXISTS (SELECT 1 FROM auth_user u WHERE u.person_id = p.id)
    UNION SELECT person_id::text FROM unproved_sender WHERE address = ${address}
    UNION SELECT u.person_id::text FROM auth_user u WHERE u.email = ${address} AND NOT EXISTS (
      SELECT 1 FROM person_address a WHERE a.person_id = u.person_id AND a.confirmed_at IS NOT NULL)`
  return rows.map(({ id }) => id)
}

export type Asked = { readonly address: string; readonly name: string; readonly next: string }

/** What a link is for; null when it was used or is too old. */
export async function askedBy(token: string, now: Date): Promise<Asked | null> {
  const row = await db().signUp.findUnique({
    where: { sha256: sha256(token) },
    select: { address: true, name: true, next: true, expiresAt: true },
  })
  return row && row.expiresAt > now ? { address: row.address, name: row.name, next: row.next } : null
}

export type FinishFailure =
  | 'no-such-link'
  | 'wrong-password'
  | 'too-many-tries'
  | 'taken'
  | 'busy'
  | 'name-of-account'
  | 'name-of-mail'

/** Makes the account, its address confirmed, and signs in. A link works once. */
export async function finishSignUp(
  token: string,
  password: string,
  headers: Headers,
  now: Date,
): Promise<Result<Asked & { readonly personId: string }, FinishFailure>> {
  const row = await db().signUp.findUnique({ where: { sha256: sha256(token) } })
  if (!row || row.expiresAt <= now) return err('no-such-link')
  const { address, name, passwordHash, next } = row
  const tries = Buffer.from(row.sha256).toString('hex')
  if (!(await withinLimit(`finish-sign-up:${tries}`, TRIES, VALID_MS))) return err('too-many-tries')
  try {
    if (!(await isPassword(passwordHash, password))) return err('wrong-password')
  } catch (error) {
    if (isTooManyPasswords(error)) return err('busy')
    throw error
  }
  const made = await mailTransaction('', async (tx): Promise<Result<string, FinishFailure>> => {
    // The deletion is the test: of two who open the link at the same time, one finds it.
    const { count } = await tx.signUp.deleteMany({ where: { sha256: sha256(token) } })
    if (count === 0) return err('no-such-link')
    await lockAddress(tx, address)
    const holder = await accountWith(tx, address)
    if (holder && (holder.isConfirmed || holder.administrator)) return err('taken')
    const like = await looksLike(tx, name, await othersOf(tx, address))
    if (like) return err(nameFailure(like))
    // The squatter's account goes first: an address has one.
    const before = holder?.personId
    if (before) await endAccount(tx, before)
    const personId = await createAccount(tx, { name, address, passwordHash, isConfirmed: true })
    await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
    if (before) await noteAudit({ kind: 'squatter-evicted', actor: personId, person: before }, tx)
    const owned = await makeOwner(tx, address, personId, now)
    if (!owned.ok) throw new AddressTaken()
    await tx.signUp.deleteMany({ where: { address } })
    return ok(personId)
  }).catch((error: unknown) => {
    if (error instanceof AddressTaken) return err('taken' as const)
    throw error
  })
  if (!made.ok) return made
  try {
    await auth().api.signInEmail({ body: { email: address, password }, headers })
  } catch (error) {
    // The account is there; who is not signed in now signs in later.
    if (!isTooManyPasswords(error)) throw error
  }
  return ok({ address, name, next, personId: made.value })
}

/** Rolls the transaction back. */
class AddressTaken extends Error {}
