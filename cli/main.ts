import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseFailure, runningDatabase } from './running-database.ts'

/**
 * The `coherent` command. One file for each verb; each verb takes its arguments and returns an exit code:
 * 0 done, 1 not done (said why), 3 the input is wrong.
 */
const USAGE = `coherent: design review for proposals that have to hold up

  coherent publish DIR...          publish the revisions that DIR/<slug>/v<N> holds and the database does not
  coherent first-admin [--url U]   a one-time link that makes an account the first administrator

  coherent export DIR|SLUG[/vN] [--mbox|--text] [--eml-dir OUT] [--threads] [--url U]
                                   a revision as mail, on standard output or one file for each message;
                                   a folder (a bundle) is checked on the spot and needs no database;
                                   --threads adds the threads as replies (of a slug: a folder has none)

  coherent import FILE.mbox|FILE.eml|DIR|- [--rfc SLUG] [--leave-unknown] [--json]
                                   replies of a list into the threads that they answer
  coherent mail-token LABEL        a token for POST /api/mail; --list, --revoke ID

  coherent send SLUG[/vN] --as ADDRESS [--to A]... [--also A]... [--reflect] [--dry-run]
                                   queues a series for the running app to send, in the name of an account;
                                   --to takes some of the proposed receivers only, --also adds others in Cc;
                                   --reflect sends it to that account first, --dry-run shows what would leave

  coherent verify FILE.pml [-D N[=V]] [--trace FORM] [--json] [--spin] …
                                   checks a Promela model: 0 holds, 1 violated, 2 unfinished, 3 bad input;
                                   verify --help lists the options

Those without a folder or a file use the Postgres of the running app, or the one that DATABASE_URL names.`

type Verb = (args: string[]) => Promise<number>

// Each is loaded when it is asked for: who checks a model does not wait for Prisma and the mail parsers.
const VERBS: Readonly<Record<string, Verb>> = {
  publish: async (args) => (await import('./publish.ts')).publish(args),
  export: async (args) => (await import('./export.ts')).exportMail(args),
  send: async (args) => (await import('./send.ts')).send(args),
  import: async (args) => (await import('./import.ts')).importMail(args),
  'mail-token': async (args) => (await import('./mail-token.ts')).mailToken(args),
  'first-admin': async (args) => (await import('./first-admin.ts')).firstAdmin(args),
  verify: async (args) => (await import('./verify.ts')).verify(args),
}

// Bundled to dist/coherent.mjs, one folder below the checkout.
const ROOT = join(import.meta.dirname, '..')

/** Checks the environment, and finds the database of the running app. */
async function readEnvironment(): Promise<void> {
  const { changeEnvironment, environment, environmentWarnings } = await import('#lib/env.server.ts')
  for (const sentence of environmentWarnings()) console.error(sentence)
  const { COHERENT_ROOT = ROOT, DATABASE_URL, COHERENT_DATA } = environment()
  const database = DATABASE_URL ?? runningDatabase(resolve(COHERENT_ROOT, COHERENT_DATA))
  changeEnvironment({ COHERENT_ROOT, DATABASE_URL: database })
}

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false })
  const [name = 'help', ...rest] = [positionals[0], ...process.argv.slice(3)]
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (verb) {
    try {
      // The checker reads none of it: who looks at a model is not stopped by a port.
      if (name !== 'verify') await readEnvironment()
      return await verb(rest)
    } catch (error) {
      if (error instanceof Error && error.name === 'BadEnvironment') {
        console.error(error.message)
        return 3
      }
      const why = databaseFailure(error)
      if (why === null) throw error
      console.error(`coherent ${name}: ${why}`)
      return 1
    }
  }
  if (name === 'help') {
    console.log(USAGE)
    return 0
  }
  console.error(`coherent: there is no \`${name}\`\n\n${USAGE}`)
  return 3
}

// Sockets of the database pool would keep the process alive.
process.exit(await main())
