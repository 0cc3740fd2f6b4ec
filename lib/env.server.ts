import 'server-only'
import type { MailSettings } from '#lib/environment/mail-settings.ts'
import { readEnvironment, unknownVariables } from '#lib/environment/read-environment.ts'
import type { Environment, VariableName } from '#lib/environment/variables.ts'

/**
 * What the process was started with: the one place that reads `process.env` (a test looks for others). Launcher, app and
 * command line parse all of it before they do anything; `scripts/start.mjs` sets what the app needs, and a deployment that
 * starts Next by itself has to.
 */
let parsed: Environment | undefined

/** The environment makes no sense: a sentence for each variable. Exit code 3. */
export class BadEnvironment extends Error {
  override readonly name = 'BadEnvironment'
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'))
  }
}

/** Parsed once, when it is first asked for; throws BadEnvironment. */
export function environment(): Environment {
  if (!parsed) {
    const read = readEnvironment(process.env)
    if (!read.ok) throw new BadEnvironment(read.error)
    parsed = read.value
  }
  return parsed
}

/** Names like ours that have no effect, a sentence each. */
export const environmentWarnings = () => unknownVariables(process.env)

/**
 * For the command line, which finds out where the database is, and for tests. Undefined takes a variable away. It is seen
 * by whatever asks from now on, and by programs that are started from here.
 */
export function changeEnvironment(
  changes: Partial<Readonly<Record<VariableName, string | undefined>>>,
): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  parsed = undefined
}

/** The environment for a program that the command line starts: all of this one's, with changes; undefined takes one away. */
export function environmentOfProgram(
  changes: Partial<Readonly<Record<VariableName | 'NODE_ENV', string | undefined>>>,
): NodeJS.ProcessEnv {
  const given = Object.entries({ ...process.env, ...changes }).filter(([, value]) => value !== undefined)
  // Next says of its own variable which values it has; ours is one of them.
  return Object.fromEntries(given) as NodeJS.ProcessEnv
}

/** How often a test tries: what its variable says, else `usual`. */
export function testNumber(
  name: { [N in VariableName]: Environment[N] extends number | undefined ? N : never }[VariableName],
  usual: number,
): number {
  return environment()[name] ?? usual
}

function required(name: 'DATABASE_URL' | 'COHERENT_SECRET'): string {
  const value = environment()[name]
  if (value === undefined)
    throw new BadEnvironment([`${name} is not set: start with \`npm start\`, or see docs/operating.md.`])
  return value
}

export const env = {
  /** Connection string of the Postgres that holds everything. */
  get databaseUrl() {
    return required('DATABASE_URL')
  },
  /** Signs session cookies; made once by the start script and kept in the data folder. */
  get secret() {
    return required('COHERENT_SECRET')
  },
  /** Of one person, through the forms. */
  get commentsPerMinute() {
    return environment().COHERENT_COMMENTS_PER_MINUTE
  },
  /** Files of mail, of one person. */
  get uploadsPerDay() {
    return environment().COHERENT_UPLOADS_PER_DAY
  },
  /** How long the audit log keeps its lines. */
  get auditDays() {
    return environment().COHERENT_AUDIT_DAYS
  },
  /** The address readers use, without a slash at the end: in links of exports, and for the origin check of forms. */
  get publicUrl() {
    const { COHERENT_URL, PORT } = environment()
    return COHERENT_URL ?? `http://localhost:${PORT}`
  },
  /** Whose word about where a request comes from is taken. */
  get trustedProxies() {
    return environment().COHERENT_TRUSTED_PROXIES
  },
  /** Of tests of the database: its address as the owner of the tables. */
  get testOwnerUrl() {
    return environment().COHERENT_TEST_OWNER_URL ?? ''
  },
  /** The checkout. The command line says where it is, since it may be called from anywhere; the app runs in it. */
  get root() {
    return environment().COHERENT_ROOT ?? process.cwd()
  },
  /** This process is the command line, which nobody reads pages of. */
  get isCommand() {
    return environment().COHERENT_COMMAND !== undefined
  },
  /** The site that it is for; null: none is named. */
  get authorSite() {
    return environment().COHERENT_SITE?.trim() || null
  },
  /** What the command line shows to a site; null: nothing. */
  get authorToken() {
    return environment().COHERENT_TOKEN?.trim() || null
  },
  /** The folder that this app is the preview of: there is no database; null: there is one. */
  get previewFolder() {
    return environment().COHERENT_PREVIEW ?? null
  },
  get logLevel() {
    return environment().COHERENT_LOG
  },
  /** Whether each request is a line of the log. */
  get hasAccessLog() {
    return environment().COHERENT_ACCESS_LOG === 'on'
  },
  /** Mail that comes in. */
  mail: {
    /** The name that our mail server puts first into Authentication-Results; null: none is believed. */
    get authservId() {
      return environment().COHERENT_AUTHSERV_ID ?? null
    },
    /** `dns`, or a file of DKIM keys: signatures are checked here, where the mail server did not. */
    get dkim() {
      return environment().COHERENT_DKIM ?? null
    },
    /** Lists whose mail is accepted although it broke the sender's signature. */
    get lists() {
      return environment().COHERENT_LISTS
    },
    /** Port of the LMTP listener; null: there is none. */
    get lmtpPort() {
      return environment().COHERENT_LMTP_PORT ?? null
    },
    /** Where a mail that ends another one comes in; null: nowhere. */
    get unsubscribeAddress() {
      return environment().COHERENT_UNSUBSCRIBE_ADDRESS ?? null
    },
    get lmtpHost() {
      return environment().COHERENT_LMTP_HOST
    },
  },
}

/** How mail leaves; null: nothing is sent. */
export function mailSettings(): MailSettings | null {
  const {
    COHERENT_SMTP_URL: server,
    COHERENT_MAIL_FROM: bounceAddress,
    COHERENT_MAIL_PER_MINUTE: perMinute,
    COHERENT_MAIL_ARCHIVES: archives,
  } = environment()
  return server && bounceAddress ? { server, bounceAddress, perMinute, archives } : null
}
