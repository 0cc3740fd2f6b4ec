import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nearestWord } from '#lib/nearest-word.ts'
import { exitCode } from './exit-code.ts'
import { databaseFailure, runningDatabase } from './running-database.ts'
import type { Verb } from './verb.ts'

/**
 * The `coherent` command. One file for each verb; each takes its arguments and returns an exit code. What ends the process
 * is in main.ts.
 */

/** Bundled to dist/coherent.mjs, one folder below the checkout. */
const ROOT = join(import.meta.dirname, '..')

type Entry = {
  /** Behind the name, in the list of verbs. */
  readonly usage: string
  readonly says: string
  /** Loaded when it is asked for: who checks a model does not wait for Prisma and the mail parsers. */
  readonly load: () => Promise<Verb>
  /** The checker reads no variable: who looks at a model is not stopped by a wrong port. */
  readonly isWithoutEnvironment?: true
}

const VERBS: Readonly<Record<string, Entry>> = {
  publish: {
    usage: 'DIR...',
    says: 'publishes the revisions that DIR/<slug>/v<N> holds and the database does not',
    load: async () => (await import('./publish.ts')).publish,
  },
  export: {
    usage: 'DIR|SLUG[/vN]',
    says: 'a revision as mail; of a folder it needs no database',
    load: async () => (await import('./export.ts')).exportMail,
  },
  import: {
    usage: 'FILE.mbox|FILE.eml|DIR|-',
    says: 'replies of a list into the threads that they answer',
    load: async () => (await import('./import.ts')).importMail,
  },
  send: {
    usage: 'SLUG[/vN] --as ADDRESS',
    says: 'queues a series for the running app to send, in the name of an account',
    load: async () => (await import('./send.ts')).send,
  },
  verify: {
    usage: 'FILE.pml',
    says: 'checks a Promela model: 0 holds, 1 violated, 2 unfinished, 3 bad input',
    load: async () => (await import('./verify.ts')).verify,
    isWithoutEnvironment: true,
  },
  'mail-token': {
    usage: 'LABEL',
    says: 'a token for POST /api/mail; --list, --revoke ID',
    load: async () => (await import('./mail-token.ts')).mailToken,
  },
  'address-link': {
    usage: 'ADDRESS',
    says: 'a link that confirms an address, where no mail can be sent to it',
    load: async () => (await import('./address-link.ts')).addressLink,
  },
  upgrade: {
    usage: '',
    says: 'finishes what the migrations of a new version began; each start runs it',
    load: async () => (await import('./upgrade.ts')).upgrade,
  },
  'first-admin': {
    usage: '',
    says: 'a one-time link that makes an account the first administrator',
    load: async () => (await import('./first-admin.ts')).firstAdmin,
  },
}

function usage(): string {
  const rows = Object.entries(VERBS).map(([name, { usage, says }]) => ({
    left: `${name} ${usage}`.trim(),
    says,
  }))
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2
  return `coherent: design review for proposals that have to hold up

${rows.map(({ left, says }) => `  coherent ${left.padEnd(width)}${says}`).join('\n')}

coherent VERB --help lists the options of one; coherent --version says which this is.
Verbs without a folder or a file use the Postgres of the running app, or the one that DATABASE_URL names.

Exit codes: 0 done, or yes; 1 the answer is no (violated, not as claimed, refused); 2 unfinished;
3 wrong use; 4 it could not be done (no database, no disk, an error in this program).`
}

/** Checks the environment, and finds the database of the running app. */
async function readEnvironment(): Promise<void> {
  const { changeEnvironment, environment, environmentWarnings } = await import('#lib/env.server.ts')
  for (const sentence of environmentWarnings()) console.error(sentence)
  const { COHERENT_ROOT = ROOT, DATABASE_URL, COHERENT_DATA } = environment()
  const database = DATABASE_URL ?? runningDatabase(resolve(COHERENT_ROOT, COHERENT_DATA))
  changeEnvironment({ COHERENT_ROOT, DATABASE_URL: database })
}

export async function coherent([name = 'help', ...rest]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) {
    console.log(usage())
    return exitCode.YES
  }
  if (name === '--version') {
    // Our own file, beside this one in every checkout.
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    console.log(version)
    return exitCode.YES
  }
  const entry = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!entry) {
    const near = nearestWord(name, [...Object.keys(VERBS), '--help', '--version'])
    const guess = near === null ? '' : `; did you mean ${near}?`
    console.error(
      `coherent: there is no ${name.startsWith('-') ? 'option' : 'verb'} ${name}${guess} (coherent --help)`,
    )
    return exitCode.WRONG_USE
  }
  const isHelp = rest.includes('--help') || rest.includes('-h')
  if (!entry.isWithoutEnvironment && !isHelp) await readEnvironment()
  return (await entry.load())(rest)
}

/** Says what went wrong in a sentence; where it was thrown is shown to who asks for it. */
export async function explain(error: unknown, verb: string): Promise<number> {
  const why = databaseFailure(error)
  if (why !== null) {
    console.error(`coherent ${verb}: ${why}`)
    return exitCode.NOT_DONE
  }
  if (error instanceof Error && error.name === 'BadEnvironment') {
    console.error(error.message)
    return exitCode.WRONG_USE
  }
  const words = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
  const code = error instanceof Error ? (error as Error & { readonly code?: unknown }).code : undefined
  // Of the system: a full disk, a file that may not be read. Any other is a mistake of ours.
  const isOfSystem = typeof code === 'string' && /^E[A-Z]+$/.test(code)
  console.error(
    isOfSystem
      ? `coherent ${verb}: ${words}`
      : `coherent ${verb}: an error in this program: ${words} (COHERENT_LOG=debug shows where)`,
  )
  if (await isDebugging()) console.error(error)
  return exitCode.NOT_DONE
}

async function isDebugging(): Promise<boolean> {
  try {
    return (await import('#lib/env.server.ts')).env.logLevel === 'debug'
  } catch {
    return false // the environment is wrong in another place, which the error is not about
  }
}
