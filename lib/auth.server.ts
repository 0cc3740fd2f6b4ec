import 'server-only'
import { betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { createAuthMiddleware } from 'better-auth/api'
import { hashPassword as scrypt, verifyPassword } from 'better-auth/crypto'
import { nextCookies } from 'better-auth/next-js'
import { NETWORK_HEADER } from '#lib/environment/network.ts'
import { db } from './db.server.ts'
import { env } from './env.server.ts'
import { log } from './log.server.ts'

/**
 * Accounts and sessions (better-auth). Only its functions are used, from server actions; none of its HTTP routes
 * is mounted, so there is one way in, which works without JavaScript and which Next guards against other origins.
 *
 * An account is not a person: signing up makes a new person, and never takes over one whose mail was imported
 * before. That takes a confirmed address (review-rules: person is not account). Accounts are made by
 * lib/review/account/accounts.server.ts, in one transaction with their person.
 */
function createAuth() {
  return betterAuth({
    database: prismaAdapter(db(), { provider: 'postgresql', transaction: true }),
    baseURL: env.publicUrl,
    secret: env.secret,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      revokeSessionsOnPasswordReset: true,
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => inTurn(() => verifyPassword({ hash, password })),
      },
    },
    session: {
      modelName: 'authSession',
      expiresIn: 60 * 60 * 24 * 30,
      // How exact "last seen" is in the list of sessions.
      updateAge: 60 * 60,
      // The list of sessions may be looked at with an old one; what changes something asks the password.
      freshAge: 0,
      // No cookie cache: with it, an account that was closed stays signed in until the cache runs out.
      cookieCache: { enabled: false },
    },
    account: { modelName: 'authAccount' },
    // Of what a link holds only a hash is kept: whoever reads the database can open none.
    verification: { modelName: 'authVerification', storeIdentifier: 'hashed' },
    user: {
      modelName: 'authUser',
      additionalFields: { personId: { type: 'string', required: false, input: false } },
    },
    databaseHooks: {
      session: {
        create: {
          // The library would take the address that a client writes into X-Forwarded-For.
          before: async (session, context) => ({
            data: {
              ...session,
              ipAddress: context?.headers?.get(NETWORK_HEADER) ?? '',
              userAgent: (session.userAgent ?? '').slice(0, 400),
            },
          }),
        },
      },
    },
    // Its limiter counts HTTP requests to its own routes, which are not mounted: lib/review/account/sign-in.server.ts limits.
    rateLimit: { enabled: false },
    advanced: {
      database: { generateId: false },
      cookiePrefix: 'coherent',
      ipAddress: { disableIpTracking: true },
    },
    // Its lines name addresses of people: of each its level is left.
    logger: {
      level: 'error',
      log: (level) =>
        log[level === 'error' ? 'error' : 'warn']('the library of accounts complains', { level }),
    },
    telemetry: { enabled: false },
    hooks: {
      // Next draws the page of a form anew when its action writes a cookie. A look that finds no session would delete the dead
      // one, and whoever's session ended while they typed would get, in place of their form, a page they may not see.
      after: createAuthMiddleware(async ({ path, context }) => {
        if (path === '/get-session' && context.returned === null)
          context.responseHeaders?.delete('set-cookie')
      }),
    },
    plugins: [nextCookies()],
  })
}

/**
 * NIST SP 800-63B asks for 8 characters at least and for room for 64; ours is the longer of what it asks and what stood here
 * before. It asks for no mixture of signs, and against a list of what others have used: person/password-rule.ts.
 */
export const PASSWORD_MIN = 10
export const PASSWORD_MAX = 128

let instance: ReturnType<typeof createAuth> | undefined

/** Lazily: `next build` loads this module without a database or a secret. */
export function auth() {
  instance ??= createAuth()
  return instance
}

/** Passwords that are hashed at a time, and those that wait: each costs 16 MB and a thread that files and the DNS need too. */
const AT_A_TIME = 2
const WAITING = 8

/** More passwords came at once than are looked at. Nothing was done. */
export class TooManyPasswords extends Error {
  override readonly name = 'TooManyPasswords'
}

// Next evaluates this module once for each of its bundles: the turn is that of the process.
const kept = globalThis as typeof globalThis & {
  coherentHashing?: { running: number; waiting: (() => void)[] }
}
kept.coherentHashing ??= { running: 0, waiting: [] }
const turns = kept.coherentHashing

/** Two at a time, eight in a queue; whoever comes above that is refused at once, with TooManyPasswords. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (turns.running < AT_A_TIME) turns.running += 1
  else if (turns.waiting.length < WAITING) await new Promise<void>((begin) => turns.waiting.push(begin))
  else throw new TooManyPasswords()
  try {
    return await work()
  } finally {
    const next = turns.waiting.shift()
    if (next) next()
    else turns.running -= 1
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => scrypt(password))

export const isPassword = (hash: string, password: string): Promise<boolean> =>
  inTurn(() => verifyPassword({ hash, password }))

/** By name: each of Next's bundles has a class of its own. */
export const isTooManyPasswords = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TooManyPasswords'
