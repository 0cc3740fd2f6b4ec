/** The browser of the tests: Playwright's own where it is installed, else the system's, else installed by apt. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { childEnvironment } from './child-environment.mjs'
import { readEnvironment } from './environment.mjs'
import { say } from './steps.mjs'

const { CHROMIUM } = await readEnvironment()

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const installed = () =>
  [CHROMIUM, chromium.executablePath(), ...SYSTEM].find((path) => path && existsSync(path))

/** Path of a Chromium; ends the process with what to install where there is none and none can be had. */
export function requireChromium() {
  const found = installed()
  if (found) return found
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('installing Chromium (apt-get)')
    const env = childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' })
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    })
    const now = installed()
    if (now) return now
  }
  console.error(
    'The browser tests need Chromium: `apt-get install chromium` (Debian), or `npx playwright install chromium`, or name one in CHROMIUM.',
  )
  process.exit(1)
}
