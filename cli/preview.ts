import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { env, environmentOfProgram } from '#lib/env.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { isFolder } from './examined-folder.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

const HOST = '127.0.0.1'

const portProblem = (text: string) =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
    ? null
    : 'is not a port number: write one from 1 to 65535'

/** YES: it was ended. CANNOT: the app is not built, or did not start. */
export const preview = defineVerb(
  {
    name: 'preview',
    operands: 'DIR',
    least: 1,
    most: 1,
    about: `The page of a folder as readers will have it, at an address of this machine alone (127.0.0.1): the app itself, without a
database. The page loads itself anew when a file changes. While the folder has problems they stand at the head of the page, each
with its place, and below them the text as it last could be read. Claims are checked behind the page. Ctrl-C ends it.`,
    options: {
      port: { type: 'string', value: 'PORT', says: 'which port; without it a free one', check: portProblem },
    },
  },
  async ({ values, operands }) => {
    const folder = resolve(operands[0] ?? '')
    if (!(await isFolder(folder)))
      return wrongUse('preview', `${operands[0]} is not a folder that can be read`)
    if (!existsSync(join(env.root, '.next/BUILD_ID')) || !existsSync(join(env.root, 'dist/serve.mjs'))) {
      console.error(
        'coherent preview: the app is not built. Start it once with `npm start`, which builds it.',
      )
      return exitCode.CANNOT
    }
    const port = values.port === undefined ? await freePort() : Number(values.port)
    const app = spawn(process.execPath, ['--no-warnings', 'dist/serve.mjs', String(port), HOST], {
      cwd: env.root,
      env: environmentOfProgram({
        NODE_ENV: 'production',
        COHERENT_PREVIEW: folder,
        COHERENT_URL: `http://${HOST}:${port}`,
        // It signs nothing; nobody can sign in.
        COHERENT_SECRET: randomBytes(32).toString('hex'),
        COHERENT_COMMAND: undefined,
        COHERENT_TOKEN: undefined,
        DATABASE_URL: undefined,
        PORT: String(port),
        HOST,
      }),
      // The channel is how the app learns that this command is gone, however it went.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      detached: true,
    })
    return untilEnded(app, () => console.log(`http://${HOST}:${port}${site.preview()}  (Ctrl-C ends it)`))
  },
)

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, HOST, () => {
      const at = probe.address()
      probe.close(() => done(typeof at === 'object' && at !== null ? at.port : 0))
    })
  })
}

/** The first signal lets what is answered end, a second one cuts it off. */
function untilEnded(app: ChildProcess, isReady: () => void): Promise<number> {
  let isEnding = false
  const end = () => {
    app.kill(isEnding ? 'SIGKILL' : 'SIGTERM')
    isEnding = true
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  if (app.stdout)
    createInterface({ input: app.stdout }).on('line', (line) => {
      if (line.startsWith('Ready in')) isReady()
    })
  return new Promise((done, reject) => {
    app.once('error', reject)
    app.once('exit', () => done(isEnding ? exitCode.YES : exitCode.CANNOT))
  })
}
