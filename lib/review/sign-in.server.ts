import 'server-only'
import { isAPIError } from 'better-auth/api'
import type { z } from 'zod'
import { auth } from '../auth.server.ts'
import { db } from '../db.server.ts'
import { err, ok, type Result } from '../result.ts'
import type { SignInInput, SignUpInput } from './sign-in.ts'

export type SignInFailure = 'wrong-password' | 'too-many-tries'
export type SignUpFailure = 'address-taken' | 'name-taken' | 'too-many-tries'

const MINUTE_MS = 60_000
/** Failed and successful tries alike: counting only failures would tell a guesser when he was right. */
const TRIES_PER_ACCOUNT = 10
const TRIES_WINDOW_MS = 15 * MINUTE_MS
const SIGN_UPS = 200
const SIGN_UP_WINDOW_MS = 10 * MINUTE_MS

/**
 * Counts a try under `key` and says whether it is within `limit` a window. By account, not by network address:
 * the address in X-Forwarded-For is whatever the sender writes unless a known proxy stands before us.
 */
async function withinLimit(key: string, limit: number, windowMs: number): Promise<boolean> {
  const now = BigInt(Date.now())
  const rows = await db().$queryRaw<{ count: number }[]>`
    INSERT INTO auth_rate_limit AS tries (key, count, last_request) VALUES (${key}, 1, ${now})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN tries.last_request < ${now - BigInt(windowMs)} THEN 1 ELSE tries.count + 1 END,
      last_request = CASE WHEN tries.last_request < ${now - BigInt(windowMs)} THEN ${now} ELSE tries.last_request END
    RETURNING count`
  return (rows[0]?.count ?? 1) <= limit
}

export async function signIn(
  input: z.infer<typeof SignInInput>,
  headers: Headers,
): Promise<Result<null, SignInFailure>> {
  const email = input.email.toLowerCase()
  if (!(await withinLimit(`sign-in:${email}`, TRIES_PER_ACCOUNT, TRIES_WINDOW_MS)))
    return err('too-many-tries')
  try {
    await auth().api.signInEmail({ body: { email, password: input.password }, headers })
    return ok(null)
  } catch (error) {
    if (isAPIError(error) && error.body?.code === 'INVALID_EMAIL_OR_PASSWORD') return err('wrong-password')
    throw error
  }
}

/** Nobody takes the name of somebody whose word counts more: an author, a maintainer, an administrator. */
async function isNameOfRoleHolder(name: string): Promise<boolean> {
  const holder = await db().person.findFirst({
    where: {
      name: { equals: name, mode: 'insensitive' },
      OR: [{ administrator: true }, { memberships: { some: { role: { not: 'reader' } } } }],
    },
    select: { id: true },
  })
  return holder !== null
}

export async function signUp(
  input: z.infer<typeof SignUpInput>,
  headers: Headers,
): Promise<Result<{ personId: string }, SignUpFailure>> {
  if (!(await withinLimit('sign-up', SIGN_UPS, SIGN_UP_WINDOW_MS))) return err('too-many-tries')
  if (await isNameOfRoleHolder(input.name)) return err('name-taken')
  const email = input.email.toLowerCase()
  try {
    const { user } = await auth().api.signUpEmail({
      body: { name: input.name, email, password: input.password },
      headers,
    })
    const account = await db().authUser.findUniqueOrThrow({
      where: { id: user.id },
      select: { personId: true },
    })
    return ok(account)
  } catch (error) {
    if (isAPIError(error) && error.body?.code?.startsWith('USER_ALREADY_EXISTS')) return err('address-taken')
    throw error
  }
}

export async function signOut(headers: Headers): Promise<void> {
  await auth().api.signOut({ headers })
}
