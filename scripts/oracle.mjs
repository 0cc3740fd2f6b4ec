/** The programs of others that unit tests compare us with: the real `spin` with gcc, lbt, and git's mail tools. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { GIT_MAIL, installPackages, works } from './debian-packages.mjs'
import { say } from './steps.mjs'

const PACKAGES = {
  spin: () => works('spin', ['-V']),
  gcc: () => works('gcc', ['--version']),
  lbt: () => spawnSync('lbt', { input: 't', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0,
  openssl: () => works('openssl', ['version']),
  'libc6-dev': () => existsSync('/usr/include/stdio.h'),
  ...GIT_MAIL,
}

/** Installs what is missing where that is possible; returns the missing ones, joined by spaces. */
export function requireOracle() {
  const left = installPackages(PACKAGES)
  if (left.length > 0) say(`not installed, their tests are skipped: ${left.join(', ')}`)
  return left.join(' ')
}
