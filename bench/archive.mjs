/** public-inbox's httpd, as lore.kernel.org runs it, with the mails of a mailbox: what a thread costs there. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnvironment } from '../scripts/child-environment.mjs'
import { installPackages, works } from '../scripts/debian-packages.mjs'
import { freePort, ROOT } from './app.mjs'

/** Its web pages need more of Perl than its other programs do. */
const PACKAGES = {
  'public-inbox': () => works('public-inbox-init', ['--help']),
  'libplack-perl': () => works('perl', ['-MPlack::Request', '-e1']),
  'libdbd-sqlite3-perl': () => works('perl', ['-MDBD::SQLite', '-e1']),
  'libsearch-xapian-perl': () => works('perl', ['-MSearch::Xapian', '-e1']),
}

/** Names of packages that are missing and could not be installed. */
export const missingForArchive = () => installPackages(PACKAGES)

/**
 * @param mailbox the text of an mboxrd
 * @param root Message-ID (without brackets) of the first mail of the thread
 * @returns {Promise<{ thread: string, close: () => Promise<void> }>} `thread`: the address of all mails on one page
 */
export async function openArchive(mailbox, root) {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-archive-'))
  const env = { PATH: childEnvironment().PATH, HOME: folder, LC_ALL: 'C.UTF-8' }
  const must = (program, args) => {
    const { status, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${program} ${args[0]}: ${stderr}`)
  }
  const file = join(folder, 'mails.mbox')
  const inbox = join(folder, 'inbox')
  const port = await freePort()
  writeFileSync(file, mailbox)
  must('public-inbox-init', ['-V2', 'list', inbox, `http://127.0.0.1:${port}/list`, 'list@example.org'])
  must('perl', [join(ROOT, 'scripts/mail-clients/public-inbox.pl'), 'fill', file])
  must('public-inbox-index', ['--reindex', inbox])
  // One worker process is what it starts by itself, beside its master.
  const server = spawn('public-inbox-httpd', ['-l', `127.0.0.1:${port}`], {
    cwd: folder,
    env,
    stdio: 'ignore',
  })
  const ended = new Promise((done) => server.once('exit', done))
  const thread = `http://127.0.0.1:${port}/list/${encodeURIComponent(root)}/T/`
  const close = async () => {
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(thread).catch(() => null)
    if (answer?.status === 200) return { thread, close }
    await sleep(100)
  }
  await close()
  throw new Error(`public-inbox-httpd did not answer at ${thread}`)
}
