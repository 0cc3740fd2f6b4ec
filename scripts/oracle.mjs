/** The programs of others that unit tests compare us with: the real `spin` with gcc, lbt, git's mail tools, a Postgres server. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { debianPostgres, GIT_MAIL, installPackages, works } from './debian-packages.mjs'
import { say } from './steps.mjs'

const PACKAGES = {
  spin: () => works('spin', ['-V']),
  gcc: () => works('gcc', ['--version']),
  lbt: () => spawnSync('lbt', { input: 't', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0,
  openssl: () => works('openssl', ['version']),
  postgresql: () => debianPostgres() !== null,
  'libc6-dev': () => existsSync('/usr/include/stdio.h'),
  ...GIT_MAIL,
}

/** Installs what is missing where that is possible; returns the missing ones, joined by spaces. */
export function requireOracle() {
  keepServerFromRunning()
  const left = installPackages(PACKAGES)
  if (left.length > 0) say(`not installed, their tests are skipped: ${left.join(', ')}`)
  return left.join(' ')
}

/** Debian's package of the server makes a database of its own and runs it. Only the programs are wanted here. */
function keepServerFromRunning() {
  const folder = '/etc/postgresql-common'
  const isAlone = debianPostgres() === null && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!isAlone || existsSync(`${folder}/createcluster.conf`)) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/createcluster.conf`, 'create_main_cluster = false\n')
}
