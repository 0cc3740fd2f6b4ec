/**
 * The steps that `start`, `dev`, `test` and `check` have in common. Each does its work only when something that it
 * depends on has changed, and prints one line.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.mjs'

export const ROOT = join(import.meta.dirname, '..')
const STAMPS = join(ROOT, 'node_modules/.cache/coherent')

/** Exit codes, for all scripts and verbs (docs/operating.md). 2, unfinished, is of `coherent verify` alone. */
export const [THE_ANSWER_IS_NO, WRONG_USE, NOT_DONE] = [1, 3, 4]

/** An expected failure: its message says what happened and what to do, so no stack trace is shown. */
export class StartFailure extends Error {
  constructor(message, exitCode = NOT_DONE) {
    super(message)
    this.exitCode = exitCode
  }
}

const began = Date.now()

/**
 * The compiler that checks types: the native one, six times as fast. `typescript` 6 stays beside it for its API, which
 * `scripts/layers` and dependency-cruiser use and the native one does not have. By path, as both call their program `tsc`.
 */
export const TSC = 'typescript-native/bin/tsc'

/** One line of progress, with the seconds since the start. */
export function say(message) {
  console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${message}`)
}

/** Runs a program to its end; false when it failed. Its output is the user's. */
export function run(program, args, env = {}) {
  const { status } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: childEnvironment(env),
  })
  return status === 0
}

/** As `run`, but quiet: its output appears only when it fails, in the StartFailure that is thrown. */
export function must(program, args, env = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: childEnvironment(env),
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status === 0) return
  const output = `${stdout ?? ''}${stderr ?? ''}`.trimEnd()
  throw new StartFailure(
    `${output}\n\nFailed: ${[program, ...args].join(' ')}${error ? ` (${error.message})` : ''}`,
  )
}

/** Says what stopped a script, in words where they are enough; returns its exit code. */
export function reportFailure(error) {
  const isExpected = error instanceof StartFailure
  console.error(isExpected ? `\n${error.message}` : error)
  return isExpected ? error.exitCode : NOT_DONE
}

/** Runs one of this project's npm programs with this Node: `npx` takes a second longer. */
export const bin = (script, args, env) => must(process.execPath, [join('node_modules', script), ...args], env)

/**
 * SHA-256 over the files at these paths (from the root) and below them. A path that is not there is an error: passed
 * over, it would never make anything stale, and what it was listed for would be of yesterday without a word.
 */
function hashOf(paths) {
  const hash = createHash('sha256')
  const walk = (path) => {
    const full = join(ROOT, path)
    if (!existsSync(full)) {
      throw new StartFailure(
        `${path} is missing. This checkout is not whole; or the file has moved, and scripts/steps.mjs must name its new place.`,
      )
    }
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) if (name !== 'generated') walk(join(path, name))
    } else {
      hash.update(`${path}\0`).update(readFileSync(full)).update('\0')
    }
  }
  for (const path of paths) walk(path)
  return hash.digest('hex')
}

const isFresh = (name, value) =>
  existsSync(join(STAMPS, name)) && readFileSync(join(STAMPS, name), 'utf8') === value

function stamp(name, value) {
  mkdirSync(STAMPS, { recursive: true })
  writeFileSync(join(STAMPS, name), value)
}

/** Packages as the lockfile has them. `npm ci && npm start` has done this; `git pull && npm start` may not have. */
export function ensureInstalled() {
  const wanted = hashOf(['package-lock.json'])
  if (existsSync(join(ROOT, 'node_modules/next')) && isFresh('install', wanted)) return
  // npm writes what it installed; when that agrees with the lockfile, an `npm ci` just ran and is not repeated.
  if (installedAgrees()) return stamp('install', wanted)
  say('installing packages (npm ci)')
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  stamp('install', wanted)
}

function installedAgrees() {
  try {
    const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages
    const [wanted, installed] = [read('package-lock.json'), read('node_modules/.package-lock.json')]
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
    )
  } catch {
    return false // no installation, or one that was cut off
  }
}

export const GENERATED_FROM = ['prisma/schema', 'prisma.config.ts', 'package-lock.json']
const BUNDLED_BY = ['scripts/bundle.mjs', 'scripts/server-only.ts']
const COMMAND_FROM = [
  'lib',
  'cli',
  'scripts/bundle-command.mjs',
  'scripts/serve.ts',
  'scripts/door.ts',
  'scripts/failure-answers.ts',
  ...BUNDLED_BY,
  ...GENERATED_FROM,
]
const CHECKER_FROM = [
  'lib/promela',
  'lib/result.ts',
  'scripts/bundle-checker.mjs',
  ...BUNDLED_BY,
  'package-lock.json',
]
const HELPER_FROM = ['lib', 'scripts/bundle-helper.mjs', ...BUNDLED_BY, ...GENERATED_FROM]
const APP_FROM = [
  'app',
  'components',
  'proxy.ts',
  'instrumentation.ts',
  'instrumentation-node.ts',
  'next.config.mjs',
  'tsconfig.json',
  ...COMMAND_FROM,
]

export function ensurePrismaClient() {
  const wanted = hashOf(GENERATED_FROM)
  if (existsSync(join(ROOT, 'prisma/generated/client.ts')) && isFresh('prisma', wanted)) return
  say('generating the database client')
  bin('prisma/build/index.js', ['generate'])
  stamp('prisma', wanted)
}

/** The version and the commit, for the footer and `coherent --version`; a copy without git has no commit. */
function writeVersion() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const asked = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT, encoding: 'utf8' })
  const commit = asked.status === 0 ? asked.stdout.trim() : null
  const text = `${JSON.stringify({ version, commit })}\n`
  const file = join(ROOT, 'dist/version.json')
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  writeFileSync(file, text)
}

/** The `coherent` command, bundled to dist/: what `npx coherent` and the start script run. */
export function ensureCommand() {
  ensurePrismaClient()
  writeVersion()
  const wanted = hashOf(COMMAND_FROM)
  if (existsSync(join(ROOT, 'dist/coherent.mjs')) && isFresh('command', wanted)) return
  say('bundling the command line')
  must(process.execPath, ['scripts/bundle-command.mjs'])
  stamp('command', wanted)
}

/** The checker that runs in the page, bundled to public/. */
export function ensureChecker() {
  const wanted = hashOf(CHECKER_FROM)
  if (existsSync(join(ROOT, 'public/checker-worker.js')) && isFresh('checker', wanted)) return
  say('bundling the checker')
  must(process.execPath, ['scripts/bundle-checker.mjs'])
  stamp('checker', wanted)
}

/** What the app does aside of its readers, bundled to dist/. */
function ensureHelper() {
  const wanted = hashOf(HELPER_FROM)
  if (existsSync(join(ROOT, 'dist/helper.mjs')) && isFresh('helper', wanted)) return
  say('bundling the helper of the app')
  must(process.execPath, ['scripts/bundle-helper.mjs'])
  stamp('helper', wanted)
}

export function ensureApp() {
  ensureCommand()
  ensureChecker()
  ensureHelper()
  const wanted = hashOf(APP_FROM)
  if (existsSync(join(ROOT, '.next/BUILD_ID')) && isFresh('app', wanted)) return
  say('building the app (next build)')
  bin('next/dist/bin/next', ['build'], { NEXT_TELEMETRY_DISABLED: '1' })
  stamp('app', wanted)
}
