/** The programs of others that unit tests compare us with: the real `spin` with gcc, and git's mail tools. */
import { existsSync } from 'node:fs'
import { GIT_MAIL, installPackages, works } from './debian-packages.mjs'
import { say } from './steps.mjs'

const PACKAGES = {
  spin: () => works('spin', ['-V']),
  gcc: () => works('gcc', ['--version']),
  'libc6-dev': () => existsSync('/usr/include/stdio.h'),
  ...GIT_MAIL,
}

/** Installs what is missing where that is possible; returns the missing ones, joined by spaces. */
export function requireOracle() {
  const left = installPackages(PACKAGES)
  if (left.length > 0) say(`not installed, their tests are skipped: ${left.join(', ')}`)
  return left.join(' ')
}
