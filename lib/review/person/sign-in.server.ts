import 'server-only'
import { isAPIError } from 'better-auth/api'
import type { z } from 'zod'
import { auth } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { knownBrowser } from './known-browser.server.ts'
import type { SignInInput, SignUpInput } from './sign-in.ts'
import { withinLimit } from './tries.server.ts'

export type SignInFailure = 'wrong-password' | 'too-many-tries'
export type SignUpFailure = 'address-taken' | 'name-taken' | 'too-many-tries'

const MINUTE_MS = 60_000
/** Failed and successful tries alike: counting only failures would tell a guesser when he was right. */
const TRIES_PER_ACCOUNT = 10
const TRIES_WINDOW_MS = 15 * MINUTE_MS
const SIGN_UPS = 200
const SIGN_UP_WINDOW_MS = 10 * MINUTE_MS

/**
 * `browserCookie`: what a known browser sent. Its tries are counted apart from everybody else's on the same account.
 */
export async function signIn(
  input: z.infer<typeof SignInInput>,
  headers: Headers,
  browserCookie?: string,
): Promise<Result<null, SignInFailure>> {
  const email = input.email.toLowerCase()
  const browser = knownBrowser(browserCookie, email)
  const key = browser === null ? `sign-in:${email}` : `sign-in:${email}:${browser}`
  if (!(await withinLimit(key, TRIES_PER_ACCOUNT, TRIES_WINDOW_MS))) return err('too-many-tries')
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
