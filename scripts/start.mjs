#!/usr/bin/env node
/**
 * `npm start` and `npm run dev`: from a clone to a served page, one line for each step, and an orderly end.
 *
 * One tree of processes: this launcher, Postgres (unless DATABASE_URL), the app. Ctrl-C and SIGTERM end them in
 * the order app, database. The app ends by itself when the launcher is killed (instrumentation.ts); a Postgres
 * that a killed launcher left is adopted by the next start, and one that is killed is started again. What cannot go on
 * ends everything with a code that is not 0.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { childEnvironment } from './child-environment.mjs'
import { keepDatabaseUrl, lockDataFolder, sessionSecret } from './data-folder.mjs'
import {
  ensureApp,
  ensureChecker,
  ensureCommand,
  ensureInstalled,
  NOT_DONE,
  ROOT,
  reportFailure,
  StartFailure,
  say,
} from './steps.mjs'

const development = process.argv.includes('--dev')
/** How long what runs may take to end: longer than the longest transaction (20 s, `writeAs`), less than systemd waits (90 s). */
const PATIENCE_MS = 25_000

let app
let closeDatabase = async () => {}
let unlock = () => {}
let ending

async function end(code) {
  ending ??= (async () => {
    if (isAppRunning()) {
      const ended = new Promise((done) => app.once('exit', done))
      app.kill('SIGTERM')
      const patience = setTimeout(() => {
        console.error(`What ran in the app did not end within ${PATIENCE_MS / 1000} s, and was cut off.`)
        app.kill('SIGKILL')
      }, PATIENCE_MS)
      await ended
      clearTimeout(patience)
    }
    await closeDatabase()
    unlock()
    process.exit(code)
  })()
  return ending
}

const isAppRunning = () => app && app.exitCode === null && app.signalCode === null

/** The first lets what runs end, a second one cuts it off; the database ends in order in either case. */
function endBySignal() {
  if (ending && isAppRunning()) app.kill('SIGKILL')
  void end(0)
}
process.on('SIGINT', endBySignal)
process.on('SIGTERM', endBySignal)
process.on('SIGHUP', endBySignal)

/** Fails at once and in words, instead of after the database came up. */
function requireFreePort(port, host) {
  return new Promise((done, reject) => {
    const probe = createServer()
    probe.once('error', (error) => {
      const why = {
        EADDRINUSE: `Port ${port} is taken by another program. Stop that, or choose another port: PORT=3001 npm start`,
        EACCES: `Port ${port} needs privileges that this user does not have. Choose one above 1023: PORT=3000 npm start`,
        EADDRNOTAVAIL: `${host} is not an address of this machine. Choose another: HOST=127.0.0.1 npm start`,
      }[error.code]
      reject(why ? new StartFailure(why) : error)
    })
    probe.listen(port, host, () => probe.close(done))
  })
}

function coherent(args, env) {
  return spawnSync(process.execPath, ['dist/coherent.mjs', ...args], {
    cwd: ROOT,
    env: childEnvironment(env),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

try {
  ensureInstalled()
  // These import packages, so they load after the installation was looked at.
  const { readEnvironment } = await import('./environment.mjs')
  const environment = await readEnvironment()
  const { PORT: port, HOST: host } = environment
  const dataRoot = resolve(ROOT, environment.COHERENT_DATA)
  unlock = lockDataFolder(dataRoot, { port })
  await requireFreePort(port, host)
  const { openDatabase } = await import('./database.mjs')
  // Before the build, which takes longest: a database that cannot be used is told at once.
  const database = await openDatabase({ dataRoot, given: environment.DATABASE_URL })
  closeDatabase = database.stop
  database.watch({
    onGone: () => console.error('Postgres ended by itself: it is started again.'),
    onBack: () => console.error('Postgres answers again.'),
    onLost: (why) => {
      console.error(
        `Postgres ended by itself and could not be started again (${why.trim()}). Everything ends; its log is in ${join(database.cluster, 'log')}.`,
      )
      void end(NOT_DONE)
    },
  })
  if (!environment.DATABASE_URL) keepDatabaseUrl(dataRoot, database.url)
  if (development) {
    ensureCommand()
    ensureChecker()
  } else ensureApp()
  const env = {
    DATABASE_URL: database.url,
    COHERENT_SECRET: environment.COHERENT_SECRET ?? sessionSecret(dataRoot),
    PORT: String(port),
    NEXT_TELEMETRY_DISABLED: '1',
  }

  const upgraded = coherent(['upgrade'], env)
  if (upgraded.stdout) process.stdout.write(upgraded.stdout.replace(/^(?=.)/gm, '          '))
  if (upgraded.status !== 0)
    throw new StartFailure('The upgrade of the database was not finished: see above.')

  say('publishing content/')
  const published = coherent(['publish', '--shipped', 'content'], env)
  if (published.stdout) process.stdout.write(published.stdout.replace(/^(?=.)/gm, '          '))
  if (published.status !== 0) throw new StartFailure('content/ was not published: see above.')

  const url = environment.COHERENT_URL ?? `http://localhost:${port}`
  const firstAdmin = coherent(['first-admin', '--url', url], env)

  say(development ? 'starting the app (next dev)' : 'starting the app')
  app = spawn(
    process.execPath,
    development
      ? [join('node_modules', 'next/dist/bin/next'), 'dev', '-p', String(port), '-H', host]
      : ['--no-warnings', 'dist/serve.mjs', String(port), host],
    // The channel is how the app learns that this launcher is gone, however it went.
    {
      cwd: ROOT,
      env: childEnvironment(development ? env : { ...env, NODE_ENV: 'production' }),
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      detached: true,
    },
  )
  let ready = false
  app.stdout.on('data', (chunk) => {
    if (ready) {
      process.stdout.write(chunk)
    } else if (/Ready in/.test(String(chunk))) {
      ready = true
      if (firstAdmin.stdout) process.stdout.write(firstAdmin.stdout)
      say(`Coherent is at ${url}`)
    }
  })
  app.on('exit', (code, signal) => {
    if (!ending) console.error(`The app ended by itself (${code ?? signal}).`)
    // Never 0: who looks after this process (systemd) has to see that it was not asked to end.
    void end(code || NOT_DONE)
  })
} catch (error) {
  await end(reportFailure(error))
}
