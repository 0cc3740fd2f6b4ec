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
import { bin, ensureApp, ensureInstalled, ensurePrismaClient, ROOT, run, say } from './steps.mjs'

process.env.NEXT_TELEMETRY_DISABLED = '1'
ensureInstalled()
ensurePrismaClient()
const { requireChromium } = await import('./chromium.mjs')
const { requireOracle } = await import('./oracle.mjs')
const { missed, skippedByPlaywright, skippedByVitest } = await import('./skipped-tests.mjs')
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
step('types', node('typescript/bin/tsc', ['--noEmit']))
step('types of the pure leaves', node('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.pure.json']))
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
  stdio: ['ignore', 'pipe', 'inherit'],
})
let log = ''
const ready = await new Promise((done) => {
  app.stdout.on('data', (chunk) => {
    log += chunk
    if (log.includes('Coherent is at')) done(true)
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
    const file = join(reports, 'browser.json')
    const firstAdmin = /http\S+\/first-admin\/\S+/.exec(log)?.[0] ?? ''
    const ok = node('@playwright/test/cli.js', ['test', ...process.argv.slice(2)], {
      BASE_URL: origin,
      FIRST_ADMIN_URL: firstAdmin,
      CHROMIUM: executablePath,
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
      DATABASE_URL: database.url,
    })
    try {
      const report = JSON.parse(readFileSync(file, 'utf8'))
      const { expected, unexpected, flaky } = report.stats
      counts.passed += expected + flaky
      counts.failed += unexpected
      addSkipped(skippedByPlaywright(report))
      if (!ok && unexpected === 0) step('browser tests', false)
    } catch {
      step('browser tests', false) // no report: the runner itself failed, and has said why
    }
  }
} finally {
  if (app.exitCode === null) {
    const ended = new Promise((done) => app.once('exit', done))
    app.kill('SIGTERM')
    await ended
  }
  await database.close()
  rmSync(dataRoot, { recursive: true, force: true })
  rmSync(reports, { recursive: true, force: true })
}

say(counts.failed === 0 ? 'done' : 'done, with failures')
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)
process.exit(counts.failed === 0 ? 0 : 1)
