import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import pg from 'pg'
import { childEnvironment } from '../scripts/child-environment.mjs'
import {
  commentForm,
  type Launched,
  launch,
  newDataRoot,
  postmasterOf,
  putAway,
  replyPlainly,
  sendComment,
  signInPlainly,
  signUpPlainly,
} from './launched.ts'

/** An operator who loses the database and puts it back: an installation of its own, by the command that operators have. */
const PERSON = {
  name: 'Otto Ackerwood',
  email: 'otto.ackerwood@example.org',
  password: 'eleven blue otters swim 7',
}
let app: Launched | undefined
let folder = ''
let dataRoot = ''
test.beforeAll(() => {
  folder = newDataRoot()
  dataRoot = join(folder, 'data')
})
test.afterAll(async () => {
  if (app) await putAway(app)
  rmSync(folder, { recursive: true, force: true })
})

function coherent(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/coherent.mjs', ...args], {
    env: childEnvironment({ DATABASE_URL: undefined, COHERENT_DATA: dataRoot }),
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

/** A page, what stands around it and its title all ask who reads; the database is asked once for each request. */
async function expectSessionOnce({ origin }: Launched, cookie: string): Promise<void> {
  const client = new pg.Client({
    connectionString: readFileSync(join(dataRoot, 'database.url'), 'utf8').trim(),
  })
  await client.connect()
  const looks = async (): Promise<number> => {
    const { rows } = await client.query(
      `SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) AS looks FROM pg_stat_user_tables WHERE relname = 'auth_session'`,
    )
    return Number(rows[0].looks)
  }
  /** A connection tells its counts when it has rested for ten seconds. */
  const settled = () => new Promise((done) => setTimeout(done, 12_000))
  try {
    await settled()
    const before = await looks()
    const paths = [
      '/rfc',
      '/me',
      '/rfc/io-uring-futex/state',
      '/rfc/io-uring-futex/people',
      '/search?q=futex',
    ]
    for (const path of paths) {
      const answer = await fetch(`${origin}${path}`, { headers: { cookie } })
      expect(answer.status).toBe(200)
      await answer.text()
    }
    await settled()
    expect((await looks()) - before).toBe(paths.length)
  } finally {
    await client.end()
  }
}

test('a database that is lost ends the launcher with a code, and a restored one has every comment and account', async () => {
  test.setTimeout(400_000)
  app = await launch(dataRoot)
  const session = await signUpPlainly(app.origin, PERSON)
  const words = 'A remark that outlives its database.'
  const said = await sendComment(app.origin, session, await commentForm(app.origin, session, words))
  const thread = Number(/\/t\/(\d+)/.exec(said.headers.get('location') ?? '')?.[1])
  expect(thread).toBeGreaterThan(0)

  const page = await fetch(`${app.origin}/rfc`, { headers: { cookie: session } })
  const { version, commit } = JSON.parse(readFileSync('dist/version.json', 'utf8'))
  const footer = `Coherent ${commit ? `${version} (${commit})` : version}: design review`
  expect((await page.text()).replaceAll('<!-- -->', '')).toContain(footer)
  await expectSessionOnce(app, session)

  const kept = join(folder, 'kept')
  expect(coherent('backup', kept)).toMatchObject({ status: 0 })

  // Gone while it runs: nothing can bring it back, and whoever looks after the process is told by its code.
  const postmaster = postmasterOf(dataRoot)
  rmSync(join(dataRoot, 'postgres'), { recursive: true })
  try {
    process.kill(postmaster, 'SIGKILL')
  } catch {
    // it noticed by itself
  }
  expect(await app.ended).toBe(4)
  expect(app.log()).toContain('Postgres ended by itself and could not be started again (its files in')
  expect(existsSync(join(dataRoot, 'postgres'))).toBe(false)

  rmSync(dataRoot, { recursive: true, force: true })
  expect(coherent('restore', kept)).toMatchObject({ status: 0 })
  app = await launch(dataRoot)
  expect(await (await fetch(`${app.origin}/rfc/io-uring-futex/t/${thread}`)).text()).toContain(words)
  // The secret of the sessions came with it, and so did the password.
  const again = await fetch(`${app.origin}/me`, { headers: { cookie: session } })
  expect(await again.text()).toContain(PERSON.name)
  const cookie = await signInPlainly(app.origin, PERSON)
  const answer = await replyPlainly({ origin: app.origin, thread }, cookie, 'Here it is again.')
  expect(answer.status).toBe(303)
  expect(await (await fetch(`${app.origin}/rfc/io-uring-futex/t/${thread}`)).text()).toContain(
    'Here it is again.',
  )
  app.launcher.kill('SIGTERM')
  expect(await app.ended).toBe(0)
})
