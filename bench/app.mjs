/** The production build on a throw-away Postgres, for measuring. */

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { childEnvironment } from '../scripts/child-environment.mjs'
import { ROOT } from '../scripts/steps.mjs'

export { ROOT }

export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

/** @param env further settings of the app */
export async function startApp(env = {}) {
  const dataRoot = mkdtempSync(join(tmpdir(), 'coherent-bench-'))
  chmodSync(dataRoot, 0o755) // the unprivileged Postgres user has to get in
  const port = await freePort()
  const own = childEnvironment({ DATABASE_URL: undefined })
  const launcher = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: {
      ...own,
      COHERENT_DATA: dataRoot,
      PORT: String(port),
      COHERENT_COMMENTS_PER_MINUTE: '1000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.on('data', (chunk) => {
      log += chunk
    })
  const ready = await new Promise((done) => {
    launcher.stdout.on('data', () => log.includes('Coherent is at') && done(true))
    launcher.on('exit', () => done(false))
  })
  if (!ready) throw new Error(`the start failed:\n${log}`)
  const origin = `http://localhost:${port}`
  return {
    origin,
    dataRoot,
    databaseUrl: readFileSync(join(dataRoot, 'database.url'), 'utf8').trim(),
    log: () => log,
    async close() {
      const ended = new Promise((done) => launcher.once('exit', done))
      launcher.kill('SIGTERM')
      await ended
      rmSync(dataRoot, { recursive: true, force: true })
    },
  }
}

/** Publishes a copy of a proposal of content/ under another slug, so that what is measured is alone on its page. */
export function publishCopy(app, from, slug) {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-copy-'))
  try {
    cpSync(join(ROOT, 'content', from, 'v1'), join(folder, slug, 'v1'), { recursive: true })
    const cover = join(folder, slug, 'v1/cover.mdx')
    // Another proposal's mails have other ids.
    writeFileSync(
      cover,
      readFileSync(cover, 'utf8').replace(/^(change-id: *).*$/m, `$120261129-${slug}-0a0b0c0d`),
    )
    run(['dist/coherent.mjs', 'publish', folder], app)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const seed = (app, slug, threads, comments) =>
  runSeed(app, 'bench/seed.ts', [slug, String(threads), String(comments)])

/** A seeder of this folder, bundled, with the app's database. */
export async function runSeed(app, entry, args) {
  const folder = mkdtempSync(join(ROOT, 'dist/bench-'))
  try {
    const outfile = join(folder, 'seed.mjs')
    await build({
      entryPoints: [join(ROOT, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      packages: 'external',
      alias: { 'server-only': join(ROOT, 'scripts/server-only.ts') },
      logLevel: 'warning',
    })
    run([outfile, ...args], app)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(args, app) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: childEnvironment({ DATABASE_URL: app.databaseUrl }),
  })
  if (status !== 0) throw new Error(`${args[0]} failed:\n${stdout}${stderr}`)
}

/** The fields of a form of a page that was sent as HTML. */
export function hiddenFields(html, marker) {
  const form = html.slice(html.lastIndexOf('<form', html.indexOf(marker)))
  const fields = new FormData()
  for (const [input] of form.slice(0, form.indexOf('</form>')).matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1]
    const value = (/value="([^"]*)"/.exec(input)?.[1] ?? '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
    if (name) fields.set(name, value)
  }
  return fields
}

/** A new account; its cookies. */
export async function signUp({ origin }, name) {
  const page = `${origin}/sign-up`
  const fields = hiddenFields(await (await fetch(page)).text(), 'name="email"')
  fields.set('name', name)
  fields.set('email', `${name.toLowerCase().replace(/\W+/g, '.')}@example.org`)
  fields.set('password', 'a password for this test')
  const answer = await fetch(page, { method: 'POST', body: fields, redirect: 'manual', headers: { origin } })
  if (answer.status !== 303) throw new Error(`no account: ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}
