import { parseArgs } from 'node:util'
import { firstAdmin } from './first-admin.ts'
import { publish } from './publish.ts'

/**
 * The `coherent` command. One file for each verb; each verb takes its arguments and returns an exit code:
 * 0 done, 1 not done (said why), 3 the input is wrong.
 */
const USAGE = `coherent: design review for proposals that have to hold up

  coherent publish DIR...          publish the revisions that DIR/<slug>/v<N> holds and the database does not
  coherent first-admin [--url U]   a one-time link that makes an account the first administrator

Both use the Postgres that DATABASE_URL names.`

type Verb = (args: string[]) => Promise<number>

const VERBS: Readonly<Record<string, Verb>> = {
  publish,
  'first-admin': firstAdmin,
}

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false })
  const [name = 'help', ...rest] = [positionals[0], ...process.argv.slice(3)]
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (verb) return verb(rest)
  if (name === 'help') {
    console.log(USAGE)
    return 0
  }
  console.error(`coherent: there is no \`${name}\`\n\n${USAGE}`)
  return 3
}

// Sockets of the database pool would keep the process alive.
process.exit(await main())
