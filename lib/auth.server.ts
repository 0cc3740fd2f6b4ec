import 'server-only'
import { betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { nextCookies } from 'better-auth/next-js'
import { db } from './db.server.ts'
import { env } from './env.server.ts'

/**
 * Accounts and sessions (better-auth). Only its functions are used, from server actions; none of its HTTP routes
 * is mounted, so there is one way in, which works without JavaScript and which Next guards against other origins.
 *
 * An account is not a person: signing up makes a new person, and never takes over one whose mail was imported
 * before. That takes a confirmed address (review-rules: person is not account).
 */
function createAuth() {
  return betterAuth({
    database: prismaAdapter(db(), { provider: 'postgresql' }),
    baseURL: env.publicUrl,
    secret: env.secret,
    emailAndPassword: { enabled: true, minPasswordLength: PASSWORD_MIN, maxPasswordLength: PASSWORD_MAX },
    // No cookie cache: with it, an account that was closed stays signed in until the cache runs out.
    session: { modelName: 'authSession', expiresIn: 60 * 60 * 24 * 30, cookieCache: { enabled: false } },
    account: { modelName: 'authAccount' },
    verification: { modelName: 'authVerification' },
    user: {
      modelName: 'authUser',
      additionalFields: { personId: { type: 'string', required: false, input: false } },
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => {
            const person = await db().person.create({ data: { name: user.name }, select: { id: true } })
            return { data: { ...user, personId: person.id } }
          },
          // No row in person_address: that an account uses an address does not make it its owner's until it is
          // confirmed, or whoever registers an author's address first would be the author of what is published.
        },
      },
    },
    // Its limiter counts HTTP requests to its own routes, which are not mounted: lib/review/person/sign-in.server.ts limits.
    rateLimit: { enabled: false },
    advanced: { database: { generateId: false }, cookiePrefix: 'coherent' },
    telemetry: { enabled: false },
    plugins: [nextCookies()],
  })
}

export const PASSWORD_MIN = 10
export const PASSWORD_MAX = 128

let instance: ReturnType<typeof createAuth> | undefined

/** Lazily: `next build` loads this module without a database or a secret. */
export function auth() {
  instance ??= createAuth()
  return instance
}
