import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { isAPIError } from 'better-auth/api'
import { auth, isTooManyPasswords } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { endAccount } from './accounts.server.ts'
import { noteAudit } from './audit.server.ts'
import { mailToAddress } from './mail-to-address.server.ts'
import { passwordProblem } from './password-rule.ts'
import { giveBack, withinLimit } from './tries.server.ts'

/** Passwords are changed by who knows the old one, or by who reads the mail of the account's address. */
const MINUTE_MS = 60_000
const TRIES = 10
const TRIES_WINDOW_MS = 15 * MINUTE_MS
const RESET_VALID_MS = 60 * MINUTE_MS
/** Of an operator's link, which goes from hand to hand. */
const OPERATOR_VALID_MS = 24 * 60 * MINUTE_MS

export type PasswordFailure = 'signed-out' | 'wrong-password' | 'too-many-tries' | 'busy'
export type Guessable = { readonly kind: 'guessable'; readonly words: string }

const wrongIsCounted = <T>(viewer: NonNullable<Viewer>, ask: () => Promise<T>) =>
  askPassword<T>(`password:${viewer.personId}`, ask)

/** What asks for the password of somebody who is signed in: who sits at an open browser guesses as seldom as at the door. */
async function askPassword<T>(key: string, ask: () => Promise<T>): Promise<Result<T, PasswordFailure>> {
  if (!(await withinLimit(key, TRIES, TRIES_WINDOW_MS))) return err('too-many-tries')
  try {
    const answer = await ask()
    await giveBack(key)
    return ok(answer)
  } catch (error) {
    if (isAPIError(error) && error.body?.code === 'INVALID_PASSWORD') return err('wrong-password')
    await giveBack(key)
    if (isAPIError(error) && error.statusCode === 401) return err('signed-out')
    if (isTooManyPasswords(error)) return err('busy')
    throw error
  }
}

/** Whether this is the viewer's password: asked before what cannot be taken back. */
export async function verifyOwnPassword(
  viewer: Viewer,
  password: string,
  headers: Headers,
): Promise<Result<null, PasswordFailure>> {
  if (!viewer) return err('signed-out')
  const asked = await wrongIsCounted(viewer, () => auth().api.verifyPassword({ body: { password }, headers }))
  return asked.ok ? ok(null) : asked
}

/** Ends every other session, and every link that would set another password. */
export async function changePassword(
  viewer: Viewer,
  { current, next }: { readonly current: string; readonly next: string },
  headers: Headers,
): Promise<Result<null, PasswordFailure | Guessable>> {
  if (!viewer) return err('signed-out')
  const account = await db().authUser.findUnique({
    where: { personId: viewer.personId },
    select: { id: true, email: true },
  })
  if (!account) return err('signed-out')
  const words = passwordProblem(next, { name: viewer.name, address: account.email })
  if (words !== null) return err({ kind: 'guessable', words })
  const changed = await wrongIsCounted(viewer, () =>
    auth().api.changePassword({
      body: { currentPassword: current, newPassword: next, revokeOtherSessions: true },
      headers,
    }),
  )
  if (!changed.ok) return changed
  await forgetLinks(account.id)
  await noteAudit({ kind: 'password-changed', actor: viewer.personId })
  return ok(null)
}

const forgetLinks = (userId: string) => db().authVerification.deleteMany({ where: { value: userId } })

/**
 * What better-auth's `resetPassword` looks for, as it keeps it: hashed (`storeIdentifier`). Its own function that makes one
 * also sends the mail, and needs the secret of the sessions, which an operator's command line does not have.
 */
const identifierOf = (token: string) =>
  createHash('sha256').update(`reset-password:${token}`).digest('base64url')

/** @returns the token: only its hash is kept */
async function newToken(userId: string, validMs: number, now: Date): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  const expiresAt = new Date(now.getTime() + validMs)
  await db().authVerification.create({
    data: { identifier: identifierOf(token), value: userId, expiresAt },
    select: { id: true },
  })
  return token
}

/** The address of the page where a token sets a password, as the site writes addresses. */
export type LinkOf = (token: string) => string

/**
 * Mails a link to the address, if it has an account; says nothing about that, and takes as long either way, since the mail
 * leaves behind the answer.
 */
export async function askReset(
  given: string,
  linkOf: LinkOf,
  headers: Headers,
  now: Date,
): Promise<Result<Promise<void>, 'too-many'>> {
  const address = given.toLowerCase()
  const network = headers.get(NETWORK_HEADER) || null
  if (network !== null && !(await withinLimit(`reset-from:${network}`, 20, 60 * MINUTE_MS)))
    return err('too-many')
  return ok(mailReset(address, linkOf, now))
}

async function mailReset(address: string, linkOf: LinkOf, now: Date): Promise<void> {
  const account = await db().authUser.findUnique({
    where: { email: address },
    select: { id: true, personId: true },
  })
  if (!account) return
  // Who asks is nobody who is known.
  await noteAudit({ kind: 'password-reset-asked', actor: null, person: account.personId })
  const link = linkOf(await newToken(account.id, RESET_VALID_MS, now))
  // Not counted by sender: who asks in another's name would use up what the other has.
  await mailToAddress(
    address,
    { kind: 'reset', subject: 'A new password on Coherent', body: bodyOf(link) },
    null,
    now,
  )
}

function bodyOf(link: string): string {
  return `Somebody asked for a new password for the account on Coherent that signs
in with this address.

If that was you, open this link within an hour:

${link}

If it was not you, do nothing: your password stays as it is.
`
}

/** For the operator, where no mail can be sent. Null: no account signs in with this address. */
export async function resetTokenFor(
  given: string,
  now: Date,
): Promise<{ readonly name: string; readonly token: string } | null> {
  const account = await db().authUser.findUnique({
    where: { email: given.trim().toLowerCase() },
    select: { id: true, name: true },
  })
  return account && { name: account.name, token: await newToken(account.id, OPERATOR_VALID_MS, now) }
}

export type ResetLink = {
  readonly name: string
  readonly address: string
  /** Nobody has shown that they read the mail of this address: whoever made the account may be somebody else. */
  readonly isConfirmed: boolean
  readonly since: Date
  readonly comments: number
}

/** Whose password a link sets; null when it was used or is too old. */
export async function resetLink(token: string, now: Date): Promise<ResetLink | null> {
  const account = await accountOf(token, now)
  if (!account) return null
  const { email, createdAt, person } = account
  return {
    name: person.name,
    address: email,
    isConfirmed: person.addresses.some(({ address }) => address === email),
    since: createdAt,
    comments: person._count.comments,
  }
}

async function accountOf(token: string, now: Date) {
  if (!/^[\w-]{10,64}$/.test(token)) return null
  const kept = await db().authVerification.findFirst({
    where: { identifier: identifierOf(token) },
    select: { value: true, expiresAt: true },
  })
  if (!kept || kept.expiresAt <= now) return null
  return db().authUser.findUnique({
    where: { id: kept.value },
    select: {
      id: true,
      email: true,
      createdAt: true,
      personId: true,
      person: {
        select: {
          name: true,
          administrator: true,
          addresses: { where: { confirmedAt: { not: null } }, select: { address: true } },
          _count: { select: { comments: true } },
        },
      },
    },
  })
}

export type ResetFailure = 'no-such-link' | 'busy'

/** Sets the password, ends every session, and uses up the link with every other one of the account. */
export async function resetPassword(
  token: string,
  password: string,
  now: Date,
): Promise<Result<{ readonly address: string }, ResetFailure | Guessable>> {
  const account = await accountOf(token, now)
  if (!account) return err('no-such-link')
  const words = passwordProblem(password, { name: account.person.name, address: account.email })
  if (words !== null) return err({ kind: 'guessable', words })
  try {
    await auth().api.resetPassword({ body: { token, newPassword: password } })
  } catch (error) {
    if (isAPIError(error) && error.body?.code === 'INVALID_TOKEN') return err('no-such-link')
    if (isTooManyPasswords(error)) return err('busy')
    throw error
  }
  await forgetLinks(account.id)
  await noteAudit({ kind: 'password-reset', actor: account.personId })
  return ok({ address: account.email })
}

/**
 * Whoever reads the mail of the address says that the account is not theirs: it ends, and what it wrote stays with the name
 * that it had. Only for an account whose address nobody confirmed.
 */
export async function disownAccount(token: string, now: Date): Promise<Result<null, 'no-such-link'>> {
  const account = await accountOf(token, now)
  if (!account || account.person.administrator) return err('no-such-link')
  if (account.person.addresses.some(({ address }) => address === account.email)) return err('no-such-link')
  await db().$transaction((tx) => endAccount(tx, account.personId))
  return ok(null)
}
