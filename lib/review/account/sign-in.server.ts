import 'server-only'
import { isAPIError } from 'better-auth/api'
import type { z } from 'zod'
import { auth, hashPassword, isTooManyPasswords } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type LikeWhom, looksLike } from '#lib/review/person/write-persons.server.ts'
import { accountWith, createAccount, lockAddress } from './accounts.server.ts'
import { noteAudit, noteFailedSignIn } from './audit.server.ts'
import { knownBrowser } from './known-browser.server.ts'
import type { SignInInput, SignUpInput } from './sign-in.ts'
import { giveBack, withinLimits } from './tries.server.ts'

export type SignInFailure = 'wrong-password' | 'too-many-tries' | 'busy' | 'blocked'
export type SignUpFailure = 'address-taken' | 'name-of-account' | 'name-of-mail' | 'too-many' | 'busy'

const MINUTE_MS = 60_000
const TRIES_WINDOW_MS = 15 * MINUTE_MS
/** From one place: a browser that the account was entered from before, or a network, or (where that is not known) all others. */
const TRIES_PER_PLACE = 10
/** From all networks together. */
const TRIES_PER_ACCOUNT = 50
/** Of one network, for all accounts. */
const TRIES_PER_NETWORK = 40

const SIGN_UP_WINDOW_MS = 10 * MINUTE_MS
/** Where the network is not known, all share this. */
const SIGN_UPS = 200
const SIGN_UPS_PER_NETWORK = 20

const networkOf = (headers: Headers): string | null => headers.get(NETWORK_HEADER) || null

/**
 * Wrong passwords are counted, right ones are not. Somebody else cannot use up what an owner has: a browser that the owner
 * used before counts alone, and a link to a new password makes the browser that opens it a known one.
 *
 * @param browserCookie what a known browser sent
 */
export async function signIn(
  input: z.infer<typeof SignInInput>,
  headers: Headers,
  browserCookie?: string,
): Promise<Result<null, SignInFailure>> {
  const email = input.email.toLowerCase()
  const browser = knownBrowser(browserCookie, email)
  const limits = limitsFor(email, browser, networkOf(headers))
  const takeBack = async () => {
    for (const { key } of limits) await giveBack(key)
  }
  if (!(await withinLimits(limits, TRIES_WINDOW_MS))) return err('too-many-tries')
  try {
    await auth().api.signInEmail({ body: { email, password: input.password }, headers })
    await takeBack()
    const personId = await personOf(email)
    // Told only to who knows the password. The session that began goes with all others of a blocked person.
    if (personId !== null && (await isBlocked(personId))) return err('blocked')
    if (personId !== null) await noteAudit({ kind: 'signed-in', actor: personId })
    return ok(null)
  } catch (error) {
    if (isAPIError(error) && error.body?.code === 'INVALID_EMAIL_OR_PASSWORD') {
      await noteFailedSignIn(await personOf(email), networkOf(headers))
      return err('wrong-password')
    }
    await takeBack() // the password was not looked at
    if (isTooManyPasswords(error)) return err('busy')
    throw error
  }
}

async function isBlocked(personId: string): Promise<boolean> {
  const blocked = await db().person.count({ where: { id: personId, blockedAt: { not: null } } })
  if (blocked > 0) await db().authSession.deleteMany({ where: { user: { personId } } })
  return blocked > 0
}

async function personOf(email: string): Promise<string | null> {
  const account = await db().authUser.findUnique({ where: { email }, select: { personId: true } })
  return account?.personId ?? null
}

function limitsFor(email: string, browser: string | null, network: string | null) {
  if (browser !== null) return [{ key: `sign-in:${email}:${browser}`, limit: TRIES_PER_PLACE }]
  if (network === null) return [{ key: `sign-in:${email}`, limit: TRIES_PER_PLACE }]
  return [
    { key: `sign-in:${email}@${network}`, limit: TRIES_PER_PLACE },
    { key: `sign-in-all:${email}`, limit: TRIES_PER_ACCOUNT },
    { key: `sign-in-from:${network}`, limit: TRIES_PER_NETWORK },
  ]
}

/** What is counted for new accounts: those that were made, never the tries of somebody else in the same network. */
export function signUpLimit(headers: Headers): { readonly key: string; readonly limit: number } {
  const network = networkOf(headers)
  return network === null
    ? { key: 'sign-up', limit: SIGN_UPS }
    : { key: `sign-up:${network}`, limit: SIGN_UPS_PER_NETWORK }
}

/** Runs what makes an account within the limit of its network, and counts it when it was made. */
export async function countedSignUp<T, E>(
  headers: Headers,
  make: () => Promise<Result<T, E>>,
): Promise<Result<T, E | 'too-many' | 'busy'>> {
  const limit = signUpLimit(headers)
  if (!(await withinLimits([limit], SIGN_UP_WINDOW_MS))) {
    await giveBack(limit.key)
    return err('too-many')
  }
  let isMade = false
  try {
    const made = await make()
    isMade = made.ok
    return made
  } catch (error) {
    if (isTooManyPasswords(error)) return err('busy')
    throw error
  } finally {
    if (!isMade) await giveBack(limit.key)
  }
}

export const nameFailure = (like: LikeWhom) => (like === 'account' ? 'name-of-account' : 'name-of-mail')

/** Makes an account whose address nothing confirms yet, and signs in: where no mail can be sent, and for the first administrator. */
export function signUp(
  input: z.infer<typeof SignUpInput>,
  headers: Headers,
): Promise<Result<{ personId: string }, SignUpFailure>> {
  const address = input.email.toLowerCase()
  return countedSignUp(headers, async () => {
    const problem = await db().$transaction((tx) => whyNot(tx, input.name, address))
    // Before the password is hashed, and again behind it: of two at once one finds the name taken.
    if (problem !== null) return err(problem)
    const passwordHash = await hashPassword(input.password)
    const made = await db().$transaction(async (tx): Promise<Result<string, SignUpFailure>> => {
      const meanwhile = await whyNot(tx, input.name, address)
      if (meanwhile !== null) return err(meanwhile)
      return ok(await createAccount(tx, { name: input.name, address, passwordHash, isConfirmed: false }))
    })
    if (!made.ok) return made
    await auth().api.signInEmail({ body: { email: address, password: input.password }, headers })
    return ok({ personId: made.value })
  })
}

async function whyNot(
  tx: Parameters<typeof looksLike>[0],
  name: string,
  address: string,
): Promise<SignUpFailure | null> {
  await lockAddress(tx, address)
  if (await accountWith(tx, address)) return 'address-taken'
  const like = await looksLike(tx, name, [])
  return like && nameFailure(like)
}

export async function signOut(headers: Headers): Promise<void> {
  await auth().api.signOut({ headers })
}
