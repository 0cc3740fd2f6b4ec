/**
 * The programs of others that tests compare us with: the real `spin` with gcc, and git's mail tools. As root on
 * Debian they are installed; elsewhere the tests that need one report themselves as skipped, with the reason.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { say } from './steps.mjs'

/** Package → does it work here. git-email needs a Perl module that its package only recommends. */
const PACKAGES = {
  spin: () => works('spin', ['-V']),
  gcc: () => works('gcc', ['--version']),
  'libc6-dev': () => existsSync('/usr/include/stdio.h'),
  git: () => works('git', ['--version']),
  'git-email': () =>
    works('git', ['send-email', '--help']) ||
    works('sh', ['-c', 'test -x "$(git --exec-path)/git-send-email"']),
  'libmailtools-perl': () => works('perl', ['-MMail::Address', '-e1']),
  python3: () => works('python3', ['--version']),
}

const works = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0

/** Installs what is missing where that is possible; returns the missing ones, joined by spaces. */
export function requireOracle() {
  const missing = () => Object.keys(PACKAGES).filter((name) => !PACKAGES[name]())
  const wanted = missing()
  if (wanted.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say(`installing ${wanted.join(', ')} (apt-get)`)
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], options)
  }
  const left = missing()
  if (left.length > 0) say(`not installed, their tests are skipped: ${left.join(', ')}`)
  return left.join(' ')
}
