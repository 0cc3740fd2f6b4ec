/**
 * The environment, every variable of it that Coherent reads: one schema, for the launcher, the app, the command line and
 * the tests. docs/operating.md has the tables for operators (a test compares them with this file).
 *
 * A message is the end of a sentence that begins with the name and the value: "PORT=99999 is not a port number: …".
 * Nothing is taken silently for nothing: who sets a variable to an empty text has made a mistake (a template that was not
 * filled in), and a default in its place would hide it.
 */
import * as z from 'zod'
import type { Result } from '#lib/result.ts'
import { parseArchives, parseBounceAddress, parseSmtpUrl } from './mail-settings.ts'
import { parseProxies } from './network.ts'

/** Who sets it: an operator; another program of this project (or npm, Next, a CI); whoever runs tests. */
export type Audience = 'operator' | 'program' | 'tests'

export type Words = {
  readonly says: string
  readonly for: Audience
  /** Its value appears in no message and in no log. */
  readonly isSecret?: true
}

export const words = z.registry<Words>()

/** A text with something in it, without blanks around it. */
const text = (write: string) => z.string().trim().min(1, `is empty: leave it out, or write ${write}`)

const matching = (pattern: RegExp, what: string, write: string) =>
  text(write).refine((value) => value === '' || pattern.test(value), `is not ${what}: write ${write}`)

/** What takes more than a pattern; `parse` says the end of the sentence. */
const parsed = <T>(write: string, parse: (value: string) => Result<T, string>) =>
  text(write).transform((value, context) => {
    const result = parse(value)
    if (result.ok) return result.value
    context.addIssue(result.error)
    return z.NEVER
  })

const wholeNumber = (least: number, most: number, what = 'a number') =>
  text(`${least} to ${most}`)
    .refine(
      (value) =>
        value === '' || (/^\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most),
      `is not ${what}: write one from ${least} to ${most}, in digits alone`,
    )
    .transform(Number)

const port = wholeNumber(1, 65_535, 'a port number')
const host = matching(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$/,
  'the name or number of a host',
  '127.0.0.1, ::1, localhost',
)

const isUrl = (value: string, protocol: RegExp) =>
  URL.canParse(value) && protocol.test(new URL(value).protocol)

const publicUrl = text('https://rfc.example.org')
  .refine((value) => {
    if (value === '') return true
    if (!isUrl(value, /^https?:$/)) return false
    const { search, hash, username, password } = new URL(value)
    return search === '' && hash === '' && username === '' && password === ''
  }, 'is not the address of a site: write it with its scheme and nothing behind its path, https://rfc.example.org')
  .transform((value) => value.replace(/\/+$/, ''))

const databaseUrl = text('postgresql://user:password@host:5432/database').refine((value) => {
  if (value === '') return true
  if (!isUrl(value, /^postgres(?:ql)?:$/)) return false
  const { hostname, searchParams } = new URL(value)
  return hostname !== '' || searchParams.has('host')
}, 'is not the address of a Postgres: write postgresql://user:password@host:5432/database')

const lists = parsed('list-id=domain …', (value) => {
  const read: { listId: string; domain: string }[] = []
  for (const one of value.split(/[\s,]+/)) {
    const [, listId, domain] = /^([\w.-]+)=([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)$/.exec(one) ?? []
    if (!listId || !domain)
      return {
        ok: false,
        error: `names no list with ${one}: write list-id=domain …, such as linux-fsdevel.vger.kernel.org=vger.kernel.org`,
      }
    read.push({ listId, domain })
  }
  return { ok: true, value: read }
})

const count = wholeNumber(0, 999_999_999)
const said = (says: string, audience: Audience, more: { isSecret?: true } = {}): Words => ({
  says,
  for: audience,
  ...more,
})
const testCount = (says: string) => count.optional().register(words, said(says, 'tests'))
/** What other programs set is not ours to judge. */
const anyText = (says: string) => z.string().optional().register(words, said(says, 'program'))

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export const variables = z.object({
  PORT: port.default(3000).register(words, said('where the app listens', 'operator')),
  HOST: host.default('127.0.0.1').register(words, said('the address that it listens on', 'operator')),
  COHERENT_URL: publicUrl
    .optional()
    .register(words, said('the address that readers use; in links of exports', 'operator')),
  DATABASE_URL: databaseUrl
    .optional()
    .register(
      words,
      said('a Postgres (15 or newer) instead of the embedded one', 'operator', { isSecret: true }),
    ),
  COHERENT_DATA: text('a folder')
    .default('.data')
    .register(words, said('folder of the embedded database, the secret and the lock', 'operator')),
  COHERENT_SECRET: text('32 characters or more')
    .refine((value) => value === '' || value.length >= 32, 'is too short: write 32 characters or more')
    .optional()
    .register(words, said('signs sessions, 32 characters or more', 'operator', { isSecret: true })),
  COHERENT_COMMENTS_PER_MINUTE: wholeNumber(1, 9_999_999)
    .default(30)
    .register(words, said('what one person may write through the forms', 'operator')),
  COHERENT_UPLOADS_PER_DAY: wholeNumber(1, 99_999)
    .default(50)
    .register(words, said('mailboxes that one person may upload in a day', 'operator')),
  COHERENT_AUDIT_DAYS: wholeNumber(31, 3_650)
    .default(365)
    .register(words, said('days for which sign-ins and decisions stay in the audit log', 'operator')),
  COHERENT_TRUSTED_PROXIES: parsed('127.0.0.1 10.0.0.0/8', parseProxies)
    .default([])
    .register(words, said('proxies whose `X-Forwarded-For` is believed', 'operator')),
  COHERENT_LOG: z
    .enum(LOG_LEVELS, `is not a level of the log: write one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .register(
      words,
      said('the least level that the log shows; `debug` also shows where an error was thrown', 'operator'),
    ),

  COHERENT_OLDER_RULES: matching(/^yes$/, 'an answer that it knows', 'yes')
    .optional()
    .register(
      words,
      said('`yes`: an older version may put its rules back into a database of a newer one', 'operator'),
    ),

  COHERENT_ACCESS_LOG: z
    .enum(['on', 'off'], 'is neither on nor off')
    .default('on')
    .register(words, said('whether each request is a line of the log', 'operator')),

  COHERENT_LMTP_PORT: port.optional().register(words, said('where the app takes mail by LMTP', 'operator')),
  COHERENT_LMTP_HOST: host
    .default('127.0.0.1')
    .register(words, said('the address that it takes that mail on', 'operator')),
  COHERENT_AUTHSERV_ID: matching(/^[^\s;()<>"=]+$/, 'the name of a mail server', 'mx.example.org')
    .optional()
    .register(
      words,
      said('the name that your mail server puts first into `Authentication-Results`', 'operator'),
    ),
  COHERENT_LISTS: lists
    .default([])
    .register(
      words,
      said("lists whose mail is shown although the list broke the sender's signature", 'operator'),
    ),
  COHERENT_DKIM: matching(
    /^dns$|\/|\.json$/,
    'a way to check signatures',
    'dns, or the path of a JSON file of key records',
  )
    .optional()
    .register(words, said('how DKIM and DMARC are checked here, where the mail server did not', 'operator')),

  COHERENT_SMTP_URL: parsed('smtp://user:password@host:587', parseSmtpUrl)
    .optional()
    .register(words, said('your mail server', 'operator', { isSecret: true })),
  COHERENT_MAIL_FROM: parsed('bounces@example.org', parseBounceAddress)
    .optional()
    .register(words, said('the envelope sender, where bounces go', 'operator')),
  COHERENT_UNSUBSCRIBE_ADDRESS: parsed('rfc@example.org', parseBounceAddress)
    .optional()
    .register(
      words,
      said(
        'an address whose mail comes in here; in `List-Unsubscribe` of digests, beside a link',
        'operator',
      ),
    ),
  COHERENT_MAIL_PER_MINUTE: wholeNumber(1, 99_999)
    .default(30)
    .register(words, said('envelopes a minute, at most', 'operator')),
  COHERENT_MAIL_ARCHIVES: parsed('list@host=https://archive/{id}/ …', parseArchives)
    .default(new Map())
    .register(words, said('where a list shows what it got, by Message-ID', 'operator')),

  COHERENT_ROOT: anyText('the checkout; set by the command line, which may be called from anywhere'),
  COHERENT_COMMAND: anyText('set by the command line: its statements take the time that they take'),
  COHERENT_TOKEN: z.string().optional().register(words, {
    says: 'what the command line of an author shows to a site; made at My account',
    for: 'program',
    isSecret: true,
  }),
  COHERENT_SITE: anyText('the site that the command line of an author speaks with, where --site says none'),
  COHERENT_PREVIEW: anyText(
    'the folder that the app shows in place of a database; set by `coherent preview`',
  ),
  COHERENT_ORACLE: anyText(
    'programs of others that `npm test` did not find, for tests to skip what needs them',
  ),
  COHERENT_TEST_OWNER_URL: anyText('the test database, as the owner of its tables'),
  BASE_URL: anyText('where the app of the browser tests is'),
  FIRST_ADMIN_URL: anyText('the one-time link of the browser tests'),
  CHROMIUM: anyText('the Chromium of the browser tests'),
  INIT_CWD: anyText('the folder in which npm was called'),
  CI: anyText('set where nobody looks on: what a test cannot look at is a failure there'),
  NEXT_PHASE: anyText('what Next is doing: it builds, or serves'),

  SPIN_CC: text('a C compiler, gcc or tcc')
    .optional()
    .register(words, said('the compiler of what spin writes', 'tests')),
  RANDOM_MODELS: testCount('random models beside the real spin'),
  RANDOM_SEED: testCount('the first of their seeds'),
  RANDOM_REDUCED: testCount('random models with and without reductions'),
  RANDOM_SEQUENCES: testCount('sequences of random edits of a published proposal'),
  RANDOM_EDITS: testCount('sequences of random edits of a text, and their threads'),
  RANDOM_EVENTS: testCount('reviews of random acts, in a database'),
  RANDOM_TURNS: testCount('reviews of random acts, as values'),
  RANDOM_CLAIMS: testCount('random claims beside the real spin'),
  RANDOM_TSO: testCount('random models under x86-TSO'),
  RANDOM_FORMULAS: testCount('random formulas against their own meaning'),
  COHERENT_LONG: testCount('1: all combinations, also those that take minutes'),
  FUZZ_TEXTS: testCount('texts that the Promela parser must survive'),
  FUZZ_MAILS: testCount('mails that the importer must survive'),
  FUZZ_SEED: testCount('the first seed of those mails'),
  FUZZ_RUNS: testCount('runs of each property in tests of mail and comments'),
  OWN_WORDS_MAILS: testCount('replies whose own words are looked for'),
  ROUND_TRIPS: testCount('discussions that go out and come back'),
  SEED: testCount('the seed of those discussions'),
  IMPORT_BENCH: testCount('mails that are imported to measure the rate'),
  KEEP_MAILBOX: text('a folder')
    .optional()
    .register(words, said('a folder that keeps the mailboxes which a test wrote', 'tests')),
})

export type Environment = Readonly<z.output<typeof variables>>
export type VariableName = keyof z.output<typeof variables>
