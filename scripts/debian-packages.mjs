/**
 * Programs of others that tests compare us with, as packages of Debian. As root on Debian they are installed;
 * elsewhere it is said which are missing, and their tests report themselves as skipped.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { childEnvironment } from './child-environment.mjs'
import { say } from './steps.mjs'

/** Whether a program runs here and is content with these arguments. */
export const works = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0

/** git-email needs a Perl module that its package only recommends. */
export const GIT_MAIL = {
  git: () => works('git', ['--version']),
  'git-email': () => works('sh', ['-c', 'test -x "$(git --exec-path)/git-send-email"']),
  'libmailtools-perl': () => works('perl', ['-MMail::Address', '-e1']),
  python3: () => works('python3', ['--version']),
}

/** Installs what is missing where that is possible; returns what is still missing. `packages`: name → does it work. */
export function installPackages(packages) {
  const missing = () => Object.keys(packages).filter((name) => !packages[name]())
  const wanted = missing()
  if (wanted.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say(`installing ${wanted.join(', ')} (apt-get)`)
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }),
    }
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], options)
  }
  return missing()
}

const DEBIAN_VERSIONS = '/usr/lib/postgresql'

/** The folder of a server and its tools, of the newest version that has both; null where there is none. */
export function debianPostgres() {
  if (!existsSync(DEBIAN_VERSIONS)) return null
  return (
    readdirSync(DEBIAN_VERSIONS)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => `${DEBIAN_VERSIONS}/${version}/bin`)
      .find((bin) =>
        ['postgres', 'initdb', 'pg_ctl', 'pg_dump', 'pg_restore'].every((name) =>
          existsSync(`${bin}/${name}`),
        ),
      ) ?? null
  )
}
