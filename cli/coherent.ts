import { join, resolve } from 'node:path'
import { nearestWord } from '#lib/nearest-word.ts'
import { versionOf } from '#lib/version.server.ts'
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
  /** False: it is about the server, and DATABASE_URL stays what the operator set. */
  readonly opensDatabase?: false
  /** Works on an author's folder: what could not be done is CANNOT, since there is no verdict it could be taken for. */
  readonly isOfAuthors?: true
}

const VERBS: Readonly<Record<string, Entry>> = {
  new: {
    usage: 'DIR',
    says: 'a folder of a proposal that begins: prompts, a model that runs, a claim that fails',
    load: async () => (await import('./new.ts')).newProposal,
    opensDatabase: false,
    isOfAuthors: true,
  },
  publish: {
    usage: 'DIR...',
    says: 'publishes the revisions that DIR/<slug>/v<N> holds and the database does not',
    load: async () => (await import('./publish.ts')).publish,
  },
  gate: {
    usage: 'DIR|SLUG[/vN]',
    says: 'which questions of the questionnaire are open, each with file and line: 1 while one is',
    load: async () => (await import('./gate.ts')).gate,
  },
  check: {
    usage: 'DIR...',
    says: 'all that is wrong with the text of a folder, its claims and its gate, before it is published',
    load: async () => (await import('./check.ts')).check,
    opensDatabase: false,
    isOfAuthors: true,
  },
  'import-design': {
    usage: 'FILE DIR',
    says: 'Markdown, a text or a mail as a folder of a proposal: nothing of it is dropped',
    load: async () => (await import('./import-design.ts')).importDesign,
    opensDatabase: false,
    isOfAuthors: true,
  },
  preview: {
    usage: 'DIR',
    says: 'the page of a folder while it is written, without a database; ends with Ctrl-C',
    load: async () => (await import('./preview.ts')).preview,
    opensDatabase: false,
    isOfAuthors: true,
  },
  push: {
    usage: 'DIR',
    says: 'makes the draft on a site what the folder is; --publish -m WORDS',
    load: async () => (await import('./push.ts')).push,
    opensDatabase: false,
    isOfAuthors: true,
  },
  pull: {
    usage: 'SLUG DIR',
    says: 'the files of a proposal of yours from a site; --threads',
    load: async () => (await import('./pull.ts')).pull,
    opensDatabase: false,
    isOfAuthors: true,
  },
  threads: {
    usage: 'SLUG',
    says: 'its threads, one line each',
    load: async () => (await import('./threads.ts')).threads,
    opensDatabase: false,
    isOfAuthors: true,
  },
  reply: {
    usage: 'SLUG#T FILE|-',
    says: 'answers a thread with the words of a file, or of standard input',
    load: async () => (await import('./reply.ts')).reply,
    opensDatabase: false,
    isOfAuthors: true,
  },
  answer: {
    usage: 'SLUG#T [FILE|-]',
    says: 'answers it as its author; --in vN --claim ID',
    load: async () => (await import('./reply.ts')).answer,
    opensDatabase: false,
    isOfAuthors: true,
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
  role: {
    usage: 'SLUG ADDRESS ROLE',
    says: 'gives a role in a proposal; --take, --invite, SLUG alone lists',
    load: async () => (await import('./role.ts')).role,
  },
  visibility: {
    usage: 'SLUG [VISIBILITY]',
    says: 'who may know of a proposal: public, unlisted, embargoed; SLUG alone says',
    load: async () => (await import('./visibility.ts')).visibility,
  },
  block: {
    usage: 'ADDRESS --reason TEXT',
    says: 'blocks an account; --end unblocks it',
    load: async () => (await import('./block.ts')).block,
  },
  drop: {
    usage: '--sender|--bringer ADDRESS --as ADDRESS',
    says: 'drops all mail of one sender, or that one account brought',
    load: async () => (await import('./drop.ts')).drop,
  },
  pin: {
    usage: 'SLUG THREAD PASSAGE --as ADDRESS',
    says: 'says by hand where a thread stands in the newest revision',
    load: async () => (await import('./pin.ts')).pin,
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
  'reset-link': {
    usage: 'ADDRESS',
    says: 'a link that sets a new password, where no mail can be sent',
    load: async () => (await import('./reset-link.ts')).resetLink,
  },
  backup: {
    usage: 'DIR',
    says: 'a copy of the embedded database, while the app runs',
    load: async () => (await import('./backup.ts')).backup,
    opensDatabase: false,
  },
  restore: {
    usage: 'DIR',
    says: 'puts such a copy where the next start finds it',
    load: async () => (await import('./restore.ts')).restore,
    opensDatabase: false,
  },
  'verify-events': {
    usage: '[SLUG]',
    says: 'whether the log of events is what was recorded: names the first one that is not, and 1',
    load: async () => (await import('./verify-events.ts')).verifyEvents,
  },
  ports: {
    usage: 'SLUG',
    says: 'derives again where threads stand in later revisions, and says what differs; --write',
    load: async () => (await import('./ports.ts')).ports,
  },
  upgrade: {
    usage: '',
    says: 'finishes what the migrations of a new version began; each start runs it',
    load: async () => (await import('./upgrade.ts')).upgrade,
  },
  'check-stored': {
    usage: '',
    says: 'what the rules of this version would refuse of what stands published; changes nothing',
    load: async () => (await import('./check-stored.ts')).checkStoredRevisions,
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

Exit codes: 0 done, or yes; 1 the answer is no (violated, not as claimed, refused); 2 unfinished,
or, of verbs for a folder and its server, it cannot be done; 3 wrong use; 4 of others: it could not be done (no database,
no disk, an error in this program).`
}

/** Checks the environment, and finds the database of the running app. */
async function readEnvironment(opensDatabase = true): Promise<void> {
  const { changeEnvironment, environment, environmentWarnings } = await import('#lib/env.server.ts')
  for (const sentence of environmentWarnings()) console.error(sentence)
  const { COHERENT_ROOT = ROOT, DATABASE_URL, COHERENT_DATA } = environment()
  const running = () => runningDatabase(resolve(COHERENT_ROOT, COHERENT_DATA))
  const database = DATABASE_URL ?? (opensDatabase ? running() : undefined)
  changeEnvironment({ COHERENT_ROOT, DATABASE_URL: database, COHERENT_COMMAND: '1' })
}

export async function coherent([name = 'help', ...rest]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) {
    console.log(usage())
    return exitCode.YES
  }
  if (name === '--version') {
    console.log(versionOf(ROOT))
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
  if (!entry.isWithoutEnvironment && !isHelp) await readEnvironment(entry.opensDatabase)
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
  return Object.hasOwn(VERBS, verb) && VERBS[verb]?.isOfAuthors ? exitCode.CANNOT : exitCode.NOT_DONE
}

async function isDebugging(): Promise<boolean> {
  try {
    return (await import('#lib/env.server.ts')).env.logLevel === 'debug'
  } catch {
    return false // the environment is wrong in another place, which the error is not about
  }
}
