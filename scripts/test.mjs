#!/usr/bin/env node
/**
 * `npm test`: everything. Format, lint, types, layers and unit tests; tests of the database's rules; and journeys
 * through a real browser against the production build, on a Postgres of their own.
 *
 * It goes on after a failure, to report all of them, fails if anything failed, and closes with one line:
 * `N passed, N failed` (and `, N skipped`). With `CI` set a test that misses a program fails.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.mjs'
import { bin, ensureApp, ensureInstalled, ensurePrismaClient, ROOT, run, say, TSC } from './steps.mjs'

process.env.NEXT_TELEMETRY_DISABLED = '1'
ensureInstalled()
ensurePrismaClient()
const { requireChromium } = await import('./chromium.mjs')
const { requireOracle } = await import('./oracle.mjs')
const { flakyOfPlaywright, missed, skippedByPlaywright, skippedByVitest } = await import(
  './skipped-tests.mjs'
)
const { faultsOfLog, privateTexts } = await import('./journeys-log.mjs')
const { openTestDatabase } = await import('./test-database.mjs')

const counts = { passed: 0, failed: 0, skipped: 0 }
const reports = mkdtempSync(join(tmpdir(), 'coherent-reports-'))
const node = (script, args, env) => run(process.execPath, [join('node_modules', script), ...args], env)

function step(name, ok) {
  if (ok) counts.passed++
  else {
    counts.failed++
    console.error(`FAILED: ${name}`)
  }
}

/** Counts what was left out, and says it: in CI as failures, where a program was missing. */
function addSkipped(names) {
  const failed = process.env.CI ? missed(names) : []
  counts.failed += failed.length
  counts.skipped += names.length - failed.length
  for (const name of names)
    console.error(`${failed.includes(name) ? 'FAILED, as it was ' : ''}skipped: ${name}`)
}

/** Adds a vitest report; a run that wrote none, or that failed without a failed test, counts as one failure. */
function addVitest(name, ok, file) {
  let failed = 0
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    failed = report.numFailedTests
    counts.passed += report.numPassedTests
    addSkipped(skippedByVitest(report))
  } catch {
    ok = false // no report: the runner itself failed, and has said why
  }
  if (!ok && failed === 0) failed = 1
  counts.failed += failed
  if (failed > 0) console.error(`FAILED: ${name}`)
}

function vitest(name, config) {
  const file = join(reports, `${name}.json`)
  const ok = node('vitest/vitest.mjs', [
    'run',
    '-c',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  addVitest(name, ok, file)
}

/** The journeys of one project of playwright.config.ts; none where the arguments name others. */
async function playwright(project, workers, env) {
  const file = join(reports, `${project}.json`)
  const args = ['test', `--project=${project}`, `--workers=${workers}`, '--pass-with-no-tests']
  // Not by `run`, which holds up everything here: the launcher would keep in memory what the app writes meanwhile.
  const journeys = spawn(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', ...args, ...process.argv.slice(2)],
    { cwd: ROOT, stdio: 'inherit', env: childEnvironment({ ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }) },
  )
  const ok = await new Promise((done) => journeys.once('exit', (code) => done(code === 0)))
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    const { expected, unexpected, flaky } = report.stats
    counts.passed += expected + flaky
    counts.failed += unexpected
    for (const name of flakyOfPlaywright(report)) console.error(`passed only at the second try: ${name}`)
    addSkipped(skippedByPlaywright(report))
    if (!ok && unexpected === 0) step(`journeys ${project}`, false)
  } catch {
    step(`journeys ${project}`, false) // no report: the runner itself failed, and has said why
  }
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

say('format and lint')
step('format and lint', node('@biomejs/biome/bin/biome', ['ci', '--log-level=warn', '.']))
say('types')
// next-env.d.ts is written by Next; without it the types of CSS modules and of images are not known.
bin('next/dist/bin/next', ['typegen'])
step('types', node(TSC, ['--noEmit']))
step('types of the pure leaves', node(TSC, ['--noEmit', '-p', 'tsconfig.pure.json']))
say('layers')
step('layers', run(process.execPath, ['scripts/layers.mjs']))
say('unit tests')
process.env.COHERENT_ORACLE = requireOracle()
vitest('unit', 'vitest.config.ts')
say('database tests')
vitest('database', 'vitest.database.config.ts')

say('mail in other programs')
const { testMailClients } = await import('./mail-clients.mjs')
try {
  const { passed, failed, skipped } = await testMailClients()
  counts.passed += passed
  counts.failed += failed
  // The table has said which program is missing.
  counts[process.env.CI ? 'failed' : 'skipped'] += skipped
} catch (error) {
  console.error(error)
  step('mail in other programs', false)
}

const executablePath = requireChromium()
ensureApp()
say('starting the app on a Postgres of its own')
const database = await openTestDatabase()
const dataRoot = mkdtempSync(join(tmpdir(), 'coherent-app-'))
const port = await freePort()
const origin = `http://localhost:${port}`
const env = { ...process.env, DATABASE_URL: database.url, COHERENT_DATA: dataRoot, PORT: String(port) }
const app = spawn(process.execPath, ['scripts/start.mjs'], {
  cwd: ROOT,
  env,
  stdio: ['ignore', 'pipe', 'pipe'],
})
let log = ''
// Apart, as a line of one may come between two halves of a line of the other.
let errors = ''
let isUp = false
const ready = await new Promise((done) => {
  app.stdout.on('data', (chunk) => {
    log += chunk
    isUp ||= log.includes('Coherent is at')
    if (isUp) done(true)
  })
  app.stderr.on('data', (chunk) => {
    if (isUp) errors += chunk
    process.stderr.write(chunk)
  })
  app.on('exit', () => done(false))
})
try {
  if (!ready) {
    console.error(log)
    step('start', false)
  } else {
    say('browser tests')
    mkdirSync(join(ROOT, 'test-results'), { recursive: true })
    const firstAdmin = /http\S+\/first-admin\/\S+/.exec(log)?.[0] ?? ''
    for (const [project, workers] of [
      ['alone', 1],
      ['together', 2],
    ])
      await playwright(project, workers, {
        BASE_URL: origin,
        FIRST_ADMIN_URL: firstAdmin,
        CHROMIUM: executablePath,
        DATABASE_URL: database.url,
      })
  }
} finally {
  if (app.exitCode === null) {
    const ended = new Promise((done) => app.once('exit', done))
    app.kill('SIGTERM')
    await ended
  }
  if (ready)
    await readLog().catch((error) => {
      console.error(error)
      step('the log of the app could not be looked at', false)
    })
  await database.close()
  rmSync(dataRoot, { recursive: true, force: true })
  rmSync(reports, { recursive: true, force: true })
}

/** After everything: what the app wrote meanwhile. */
async function readLog() {
  say('the log of the app')
  const texts = await privateTexts(database.url)
  const faults = faultsOfLog(`${log.slice(log.indexOf('Coherent is at'))}\n${errors}`, texts)
  for (const fault of faults.slice(0, 20)) console.error(fault)
  if (faults.length > 20) console.error(`and ${faults.length - 20} more`)
  console.log(`${log.split('\n').length} lines, in which ${texts.length} texts were looked for`)
  step('the log of the app: an error, or something private', faults.length === 0)
}

say(counts.failed === 0 ? 'done' : 'done, with failures')
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)
process.exit(counts.failed === 0 ? 0 : 1)
